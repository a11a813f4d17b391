"""Unused: distributions that the handler never comes to by imports. Advice: nothing is taken out for it."""

from __future__ import annotations

from typing import NamedTuple, Optional

from tools.manifests.function import Function, Share


class Unused(NamedTuple):
    """A distribution that no import leads to.

    Attributes:
        share: The distribution.
        required_by: The names of those that require it and are used themselves. They may import it as they run.
    """

    share: Share
    required_by: tuple[str, ...]


def unused_of(function: Function) -> Optional[list[Unused]]:
    """Return the distributions that no import leads to, what nothing requires first, then the largest.

    None where imports were not checked, so that nothing is known.

    Args:
        function: The function.
    """
    shares = function.distributions
    if any(share.reached is None for share in shares):
        return None
    every = [*shares, *(share for layer in function.layers for share in layer.distributions)]
    used = _needed(every)
    found = [
        Unused(
            share,
            tuple(
                sorted(other.name for other in every if other.name in used and share.name in other.requires)
            ),
        )
        for share in shares
        if not share.reached
    ]
    return sorted(found, key=lambda one: (bool(one.required_by), -one.share.zip_bytes, one.share.name))


def _needed(shares: list[Share]) -> set[str]:
    """Return the names of what imports lead to, and of what that requires."""
    requires = {share.name: share.requires for share in shares}
    needed: set[str] = set()
    waiting = [share.name for share in shares if share.reached]
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting.extend(other for other in requires.get(name, ()) if other in requires)
    return needed
