"""Chart: curves over logarithmic axes, as SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

_WIDTH, _HEIGHT = 380, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 18, 18, 50
# Readable on a light page and on a dark one.
_STYLE = (
    "text{font:12px sans-serif;fill:#777}.grid{stroke:#8884;stroke-width:1}"
    ".curve{fill:none;stroke:#2a7de1;stroke-width:2}.point{fill:#2a7de1}"
)


class Curve(NamedTuple):
    """Points, each with coordinates above zero."""

    points: Sequence[tuple[float, float]]


class Chart(NamedTuple):
    """One curve, and what its axes mean."""

    across: str
    up: str
    curve: Curve


def write_chart(path: Path, charts: Sequence[Chart]) -> None:
    """Write charts beside each other.

    Args:
        path: The file.
        charts: The charts, from left to right.
    """
    bodies = []
    for index, chart in enumerate(charts):
        bodies.append(f'<g transform="translate({index * _WIDTH} 0)">{_body(chart)}</g>')
    width = _WIDTH * len(charts)
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {_HEIGHT}" width="{width}"'
        f' height="{_HEIGHT}" role="img">\n<style>{_STYLE}</style>\n' + "\n".join(bodies) + "\n</svg>\n",
        "utf-8",
    )


def _body(chart: Chart) -> str:
    across = _decades([point[0] for point in chart.curve.points])
    up = _decades([point[1] for point in chart.curve.points])

    def x(value: float) -> float:
        return _LEFT + (math.log10(value) - across[0]) / (across[-1] - across[0]) * (_WIDTH - _LEFT - _RIGHT)

    def y(value: float) -> float:
        return _HEIGHT - _BOTTOM - (math.log10(value) - up[0]) / (up[-1] - up[0]) * (_HEIGHT - _TOP - _BOTTOM)

    parts = []
    for power in across:
        at = x(10.0**power)
        parts.append(f'<path class="grid" d="M{at:.1f} {_TOP}V{_HEIGHT - _BOTTOM}"/>')
        parts.append(
            f'<text x="{at:.1f}" y="{_HEIGHT - _BOTTOM + 17}" text-anchor="middle">{_label(power)}</text>'
        )
    for power in up:
        at = y(10.0**power)
        parts.append(f'<path class="grid" d="M{_LEFT} {at:.1f}H{_WIDTH - _RIGHT}"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{_label(power)}</text>')
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    parts.append(
        f'<text x="{middle:.1f}" y="{_HEIGHT - 12}" text-anchor="middle">{escape(chart.across)}</text>'
    )
    height = (_TOP + _HEIGHT - _BOTTOM) / 2
    parts.append(
        f'<text transform="translate(14 {height:.1f}) rotate(-90)"'
        f' text-anchor="middle">{escape(chart.up)}</text>'
    )
    places = [f"{x(point[0]):.1f} {y(point[1]):.1f}" for point in chart.curve.points]
    parts.append(f'<path class="curve" d="M{"L".join(places)}"/>')
    for place in places:
        across_at, up_at = place.split(" ")
        parts.append(f'<circle class="point" cx="{across_at}" cy="{up_at}" r="3.5"/>')
    return "".join(parts)


def _decades(values: Sequence[float]) -> list[int]:
    """Return the powers of ten around values, two at least."""
    first, last = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return list(range(first, max(last, first + 1) + 1))


def _label(power: int) -> str:
    if power < 0:
        return f"{10.0**power:.{-power}f}"
    for limit, unit in ((9, "G"), (6, "M"), (3, "k")):
        if power >= limit:
            return f"{10 ** (power - limit)} {unit}"
    return str(10**power)
