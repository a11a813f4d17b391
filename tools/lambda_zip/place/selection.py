"""Selection: what the rule leaves out of the zip by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tools.lambda_zip.place.layout import Placed
from tools.lambda_zip.place.pattern import Patterns

EXCLUDED = "taken by exclude"


class Selection(NamedTuple):
    """What stays, what does not, and the patterns that took nothing."""

    placed: list[Placed]
    excluded: list[Placed]
    warnings: list[str]


def select(placed: Sequence[Placed], exclude: Patterns) -> Selection:
    """Takes out of the zip what `exclude` matches.

    Args:
        placed: What would go into the zip.
        exclude: Patterns over names in the zip.
    """
    kept: list[Placed] = []
    excluded: list[Placed] = []
    for item in placed:
        if exclude.match(item.name):
            excluded.append(item)
        else:
            kept.append(item)
    warnings = [
        f"exclude: {glob!r} matches no file of the zip; take it out or mend it" for glob in exclude.unmatched
    ]
    return Selection(kept, excluded, warnings)
