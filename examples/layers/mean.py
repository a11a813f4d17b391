"""Answers with the mean of a series: numpy comes from a layer."""

from __future__ import annotations

from typing import Any

import numpy


def handler(event: dict[str, Any], context: object) -> dict[str, float]:
    """Returns the mean of the numbers in `series`."""
    return {"mean": float(numpy.mean(event["series"]))}
