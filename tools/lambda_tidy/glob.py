"""Glob: which files a `glob([...])` of a BUILD file takes, as far as Python sources go."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence


def expand(include: Sequence[str], exclude: Sequence[str], names: Iterable[str]) -> list[str]:
    """Return the names that a glob takes.

    Args:
        include: Its patterns.
        exclude: Patterns of what it leaves out; one without a slash is of a name at any depth.
        names: Paths below the package.
    """
    return [
        name
        for name in names
        if any(_compiled(pattern).fullmatch(name) for pattern in include)
        and not any(
            _compiled(pattern).fullmatch(name if "/" in pattern else name.rpartition("/")[2])
            for pattern in exclude
        )
    ]


def matches(pattern: str, name: str) -> bool:
    """Return whether a pattern takes a path: `*` within a part, `**` across parts.

    Args:
        pattern: The pattern.
        name: The path.
    """
    return _compiled(pattern).fullmatch(name) is not None


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    made = []
    position = 0
    while position < len(pattern):
        if pattern.startswith("**/", position):
            made.append("(?:.*/)?")
            position += 3
        elif pattern.startswith("**", position):
            made.append(".*")
            position += 2
        else:
            character = pattern[position]
            made.append({"*": "[^/]*", "?": "[^/]"}.get(character, re.escape(character)))
            position += 1
    return re.compile("".join(made))
