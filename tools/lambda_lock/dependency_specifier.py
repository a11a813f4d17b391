"""A requirement: one PEP 508 line, as edges."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Optional

from packaging.utils import canonicalize_name

from tools.lambda_lock.lock import Edge

if TYPE_CHECKING:
    from packaging.requirements import Requirement

_NAMES_EXTRA = re.compile(r"\bextra\b")


def parse(text: str) -> Optional[Requirement]:
    """Return the line as `packaging` reads it, or None where it cannot.

    Args:
        text: Such as `requests[socks]>=2; python_version < "3.12"`.
    """
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return Requirement(text)
    except InvalidRequirement:
        return None


def pins(requirement: Requirement) -> list[str]:
    """Return the exact versions that a requirement names: one where it is pinned.

    Args:
        requirement: The requirement.
    """
    return [
        item.version
        for item in requirement.specifier
        if item.operator in ("==", "===") and "*" not in item.version
    ]


def edge(requirement: Requirement, *, of_extra: Optional[str] = None) -> Edge:
    """Return the edge to what a requirement names.

    Args:
        requirement: The requirement.
        of_extra: The extra of the needing distribution that brings it.
    """
    return Edge(
        name=canonicalize_name(requirement.name),
        extras=frozenset(map(canonicalize_name, requirement.extras)),
        marker=str(requirement.marker) if requirement.marker else None,
        specifier=str(requirement.specifier),
        of_extra=of_extra,
    )


def edges(lines: Iterable[str], extras: Iterable[str]) -> tuple[list[Edge], list[str]]:
    """Return the edges of a distribution's `Requires-Dist` lines, and the lines that cannot be read.

    Args:
        lines: The requirements. Those whose marker names `extra` become one edge for each extra.
        extras: The extras that the distribution provides.
    """
    found: list[Edge] = []
    unread: list[str] = []
    extras = list(extras)
    for line in lines:
        requirement = parse(line)
        if requirement is None:
            unread.append(line)
        elif requirement.marker and _NAMES_EXTRA.search(str(requirement.marker)):
            found.extend(edge(requirement, of_extra=extra) for extra in extras)
        else:
            found.append(edge(requirement))
    return found, unread
