"""Answers with the slope of a series: numpy comes from a layer, msgspec from the function's own zip."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy


class Series(msgspec.Struct):
    """What the function is asked about."""

    series: list[float]


def handler(event: dict[str, Any], context: object) -> dict[str, float]:
    """Returns how much the numbers in `series` grow from one to the next, by least squares."""
    series = msgspec.convert(event, Series).series
    slope, _ = numpy.polyfit(range(len(series)), series, 1)
    return {"slope": round(float(slope), 6)}
