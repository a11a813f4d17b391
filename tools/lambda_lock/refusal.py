"""A refusal: why a distribution of a lock cannot be a target, and the way out."""

from __future__ import annotations

from typing import Optional

from tools.lambda_lock.lock import Distribution, Origin
from tools.requirement.checks import problems
from tools.scrub import has_secret


def malformed(item: Distribution) -> list[str]:
    """Return what is wrong with a distribution's name, version, hashes and URL, as python_requirement checks them.

    Args:
        item: The distribution.
    """
    return problems(
        item.name,
        item.version,
        hashes=item.hashes,
        url=item.location if item.origin is Origin.URL else None,
    )


def refusal(item: Distribution) -> Optional[str]:
    """Return what keeps a distribution from being written as a target, or None where nothing does.

    Args:
        item: The distribution.
    """
    way_out = f"--map {item.name}=//path/to:target"
    if item.origin is Origin.PATH:
        return (
            f"{item.title} is a local path ({item.location}), which is a target of the repository's own; say "
            f"which with {way_out}"
        )
    if item.origin is Origin.GIT:
        return (
            f"{item.title} comes from version control ({item.location}), for which lock files have no hash; "
            "depend on an archive by URL, which has one, or publish a wheel, or write a target by hand and "
            f"say so with {way_out}"
        )
    if "#" in item.location and item.origin is Origin.URL:
        return (
            f"{item.title} is a part of an archive ({item.location}), which python_requirement cannot build; "
            f"publish a wheel of it, or write a target by hand and say so with {way_out}"
        )
    if item.origin is Origin.URL and has_secret(item.location):
        return (
            f"{item.title} has a URL with a query, which may be a signature or a token ({item.location}), "
            "and a BUILD file holds no secrets; lock a URL without one, or write a target by hand and say "
            f"so with {way_out}"
        )
    if not item.version:
        return (
            f"{item.title} ({item.location}) has no version in the lock nor in its file's name; write a "
            f"target by hand and say so with {way_out}"
        )
    if not item.hashes:
        return (
            f"{item.title} has no SHA-256 hash in the lock; lock with hashes (`pip-compile "
            "--generate-hashes`, `uv export` without --no-hashes), or take what the index says now with "
            "--fetch-hashes"
        )
    found = malformed(item)
    return "\n".join(found) if found else None
