"""Provenance: whether each distribution in the PEX was asked for by a rule."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from tools.errors import PleasingError
from tools.lambda_zip.place.layout import Placed
from tools.text import normalise

_SHOWN = 5


def parse_declared(declared: Sequence[str]) -> dict[str, list[str]]:
    """Read what the labels `pip:` and `whl:` of the rules say.

    Args:
        declared: `NAME==VERSION`, as those labels have it; extras may stand behind the name.

    Raises:
        PleasingError: One has no such form; all of them at once.
    """
    versions: dict[str, list[str]] = {}
    problems = []
    for text in declared:
        match = re.fullmatch(
            r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*==\s*([^\s;]+)\s*(?:;.*)?", text
        )
        if match is None:
            problems.append(f"--declared: {text!r} is not NAME==VERSION, as the labels pip: and whl: have it")
        else:
            versions.setdefault(normalise(match[1]), []).append(match[2])
    if problems:
        raise PleasingError(problems)
    return versions


def parse_extras(declared: Sequence[str]) -> dict[str, list[str]]:
    """Return the extras that the labels `pip:` and `whl:` of the rules ask of distributions.

    Args:
        declared: As for `parse_declared`.
    """
    extras: dict[str, list[str]] = {}
    for text in declared:
        match = re.match(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*\[([^\]]*)\]", text)
        if match is not None:
            names = [normalise(name.strip()) for name in match[2].split(",") if name.strip()]
            extras.setdefault(normalise(match[1]), []).extend(names)
    return extras


def check_provenance(placed: Sequence[Placed], declared: Mapping[str, Sequence[str]]) -> None:
    """Check that rules declared every distribution that goes into the zip, in the version that is there.

    Args:
        placed: What goes into the zip.
        declared: Name -> versions, of all transitive dependencies.

    Raises:
        PleasingError: A distribution is in the PEX unasked or in another version; all such at once.
    """
    files: dict[tuple[str, str], list[str]] = {}
    for item in placed:
        if item.distribution is not None:
            files.setdefault((item.distribution.name, item.distribution.version), []).append(item.name)
    problems = []
    for (name, version), names in sorted(files.items()):
        versions = declared.get(name)
        if versions is None:
            problems.append(
                f"{name} {version} is in the PEX, but no rule in the dependencies declares it: "
                f"{_shown(names)}. Find out how it came in; then declare it as a rule and depend on it, or "
                "exclude its files"
            )
        elif not any(_same_version(version, known) for known in versions):
            problems.append(
                f"{name} is in the PEX as {version}, but the rules declare {', '.join(versions)}: "
                f"{_shown(names)}. Make the rule's version the one that is installed"
            )
    if problems:
        raise PleasingError(problems)


def _same_version(one: str, other: str) -> bool:
    if one == other or other in one.split("/"):
        return True
    from packaging.version import InvalidVersion, Version

    try:
        return Version(one) == Version(other)
    except InvalidVersion:
        return False


def _shown(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(sorted(names)[:_SHOWN]) + more
