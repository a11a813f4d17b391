"""Advice: what could be taken out of deps, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

from tools.lambda_report.unused import Unused
from tools.text import human

_NOT_CHECKED = "imports were not checked (CheckImports is false), so nothing is known of what is not used"
_ALL = "imports from the handler lead to every distribution of the zip"
# What the walk along imports does not see.
CAVEAT = (
    "What code imports by a name that is made as it runs, or what third-party code imports inside functions, is not "
    "seen. Nothing is taken out for this."
)


def as_text(unused: Optional[Sequence[Unused]]) -> str:
    """Return the distributions that no import leads to, for people.

    Args:
        unused: The distributions; None where imports were not checked.
    """
    if unused is None:
        return _NOT_CHECKED
    if not unused:
        return _ALL
    lines = ["no import leads from the handler to:"]
    for one in unused:
        lines.append(f"  {human(one.share.zip_bytes):>10}  {one.share.title}  {reason(one)}")
    total = sum(one.share.zip_bytes for one in unused)
    return "\n".join([*lines, f"  {human(total):>10}  in all", CAVEAT])


def reason(one: Unused) -> str:
    """Return what to think of a distribution that no import leads to.

    Args:
        one: The distribution.
    """
    if one.required_by:
        return f"required by {', '.join(one.required_by)}"
    return "nothing that is used requires it: take it out of deps, if nothing else loads it"
