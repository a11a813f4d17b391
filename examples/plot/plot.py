"""Draws a time series as a PNG: pandas reads and resamples it, matplotlib draws it, as binary wheels bring them."""

from __future__ import annotations

import base64
import io
import json
import os
from typing import Any

# /tmp is the one place that a function can write to, and matplotlib wants to keep a cache of fonts.
os.environ.setdefault("MPLCONFIGDIR", "/tmp/matplotlib")  # noqa: S108

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import pandas as pd

_SIZE = (6.4, 3.2)  # inches
_RESOLUTION = 100  # dots an inch


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Returns a plot of a series' weekly means; status 400 where the body holds no series.

    Args:
        event: A request of API Gateway (payload format 2.0). Its body is JSON: ISO date -> number.
        context: Lambda's; not looked at.
    """
    try:
        series = pd.Series(json.loads(event.get("body") or "null"), dtype="float64")
        series.index = pd.to_datetime(series.index)
        weekly = series.resample("W").mean()
        if weekly.empty:
            raise ValueError("it has no values")
    except (TypeError, ValueError) as error:
        return {"statusCode": 400, "body": json.dumps({"error": f"the body is no series: {error}"})}
    return {
        "statusCode": 200,
        "headers": {"content-type": "image/png"},
        "isBase64Encoded": True,
        "body": base64.b64encode(_draw(series, weekly)).decode("ascii"),
    }


def _draw(series: pd.Series, weekly: pd.Series) -> bytes:
    figure, axes = plt.subplots(figsize=_SIZE, dpi=_RESOLUTION)
    try:
        axes.plot(series.index, series.to_numpy(), linewidth=0.5, label="daily")
        axes.plot(weekly.index, weekly.to_numpy(), linewidth=2, label="weekly mean")
        axes.legend()
        figure.autofmt_xdate()
        png = io.BytesIO()
        # Without the version of matplotlib in it, so that the same series gives the same bytes.
        figure.savefig(png, format="png", metadata={"Software": None})
    finally:
        plt.close(figure)
    return png.getvalue()
