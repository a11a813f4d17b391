"""Exclude: what a rule leaves out of the zip by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tools.lambda_zip.place.layout import LeftOut, Placed, Reason
from tools.lambda_zip.place.pattern import Patterns
from tools.lambda_zip.warning import BuildWarning, WarningKind


class Kept(NamedTuple):
    """What stays, what does not, and a warning for each pattern that matched nothing."""

    placed: list[Placed]
    left_out: list[LeftOut]
    warnings: list[BuildWarning]


def exclude(placed: Sequence[Placed], patterns: Patterns) -> Kept:
    """Take out of the zip what the patterns match.

    Args:
        placed: What would go into the zip.
        patterns: Patterns over names in the zip.
    """
    kept: list[Placed] = []
    left_out: list[LeftOut] = []
    for item in placed:
        if patterns.match(item.name):
            left_out.append(LeftOut(item.member, Reason.EXCLUDED, item.distribution, item))
        else:
            kept.append(item)
    warnings = [
        BuildWarning(
            WarningKind.UNUSED_PATTERN,
            f"exclude: {glob!r} matches no file of the zip; take it out or correct it",
        )
        for glob in patterns.unmatched
    ]
    return Kept(kept, left_out, warnings)
