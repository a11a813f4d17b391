"""Growth: how the time grows with members and with bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bench import pex_file, tool
from bench.chart import Chart, Curve, write_chart
from bench.measure import Cost, sample
from bench.options import Options
from bench.place import ROOT, Place
from bench.report import Goal, Part, Table, megabytes, seconds

_PICTURE = "growth.svg"
_MEMBER_SIZE = 100
# What one more costs may be so many times as much at the largest as at the one before, and still count as
# linear: longer lists leave the processor's caches.
_LINEAR = 1.5


def measure(place: Place, options: Options) -> Part:
    """Measures packing of PEXes that grow in members and in bytes, and draws it.

    Args:
        place: Where.
        options: How much.

    Raises:
        PleasingError: One cannot be packed.
    """
    counts = list(pex_file.growing(10, options.most_members, 10))
    sizes = [*pex_file.growing(1_000_000, int(options.largest * 1e9), 10)]
    if sizes[-1] < options.largest * 1e9:
        sizes.append(int(options.largest * 1e9))
    members = [_Point(count, _pack(place, options, count, count * _MEMBER_SIZE)) for count in counts]
    bytes_ = [_Point(size, _pack(place, options, pex_file.members_for(size), size)) for size in sizes]
    write_chart(
        ROOT / "docs" / _PICTURE,
        [
            Chart("members (100 bytes each)", "processor seconds", _curve(members)),
            Chart("bytes (members of 16 MiB)", "processor seconds", _curve(bytes_)),
        ],
    )
    return Part(
        "How the time grows",
        "Packing, trusted, of PEXes of ten to a million members of 100 bytes, and of 1 MB to 4 GB of members"
        " of 16 MiB: the shortest of up to three runs. Both axes are logarithmic; where the curve runs at the"
        " grid's angle, growth is linear, and what is level at the left is the start. It is drawn and judged"
        " by the processor's time, as the machine was shared. By the clock, an earlier run of this part on the"
        " same machine grew faster than the input: 1.8 times as much a member at a million, 3.3 times as much a"
        " byte at 4 GB; what the disk has of that was not measured apart.",
        [
            Table(
                ["members", "shortest", "processor", "processor, each", "peak memory"],
                [
                    [
                        f"{point.size:,}",
                        seconds(point.cost.seconds),
                        seconds(point.cost.cpu),
                        f"{point.cost.cpu / point.size * 1000000.0:,.0f} µs",
                        megabytes(point.cost.peak),
                    ]
                    for point in members
                ],
            ),
            Table(
                ["bytes", "shortest", "processor", "in a second of it", "peak memory"],
                [
                    [
                        f"{point.size / 1000000.0:,.0f} MB",
                        seconds(point.cost.seconds),
                        seconds(point.cost.cpu),
                        f"{point.size / point.cost.cpu / 1000000.0:,.0f} MB",
                        megabytes(point.cost.peak),
                    ]
                    for point in bytes_
                ],
            ),
        ],
        [_goal("members", members), _goal("bytes", bytes_)],
        [],
        {},
        _PICTURE,
    )


class _Point(NamedTuple):
    """What packing a PEX of some size took."""

    size: int
    cost: Cost


def _pack(place: Place, options: Options, members: int, size: int) -> Cost:
    program = tool.build_tool(place)
    folder = place.fresh("growth")
    pex = folder / "growing.pex"
    pex_file.write_pex(pex, members, size)
    runs = min(options.runs, 3)
    found = sample(runs, lambda number: tool.pack(place, program, pex, folder / "growing.zip", "--no-verify"))
    place.fresh("growth")
    return min(found.costs, key=lambda cost: cost.cpu)


def _curve(points: Sequence[_Point]) -> Curve:
    return Curve([(point.size, point.cost.cpu) for point in points])


def _goal(what: str, points: Sequence[_Point]) -> Goal:
    start = points[0].cost.cpu
    few, many = points[-2:]
    change = ((many.cost.cpu - start) / many.size) / ((few.cost.cpu - start) / few.size)
    return Goal(
        f"growth with {what}: linear",
        f"one more costs {change:.2f} times as much at {many.size:,} as at {few.size:,}",
        change <= _LINEAR,
    )
