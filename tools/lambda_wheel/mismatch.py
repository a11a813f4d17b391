"""Mismatch: why a file of an index does not fit a platform."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Optional

from packaging.tags import Tag

from tools.aws.platform import Platform
from tools.pip.index_file import IndexFile

_SHOWN = 6
_SYSTEMS = {"macosx": "macOS", "win": "Windows", "ios": "iOS", "android": "Android"}


def fits(file: IndexFile, platform: Platform) -> bool:
    """Return whether a file is a wheel that a platform can use.

    Args:
        file: A file of an index.
        platform: The platform.
    """
    if file.tags is None or platform.rank(file.tags) is None:
        return False
    return python_mismatch(file.requires_python, platform) is None


def python_mismatch(requires_python: str, platform: Platform) -> Optional[str]:
    """Return how a platform's Python is not one that a distribution is for, or None where it is.

    Args:
        requires_python: PEP 440 specifier of the Pythons that it is for; empty for all.
        platform: The platform.
    """
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        allowed = SpecifierSet(requires_python)
    except InvalidSpecifier:
        # Such as `>=3.6.*`, which old distributions have and pip passes over.
        return None
    if allowed.contains(platform.marker_variables()["python_full_version"], prereleases=True):
        return None
    return f"it requires Python {requires_python}, and {platform.title} has {{}}.{{}}".format(
        *platform.python
    )


def wheel_lines(wheels: Sequence[IndexFile], platform: Platform) -> list[str]:
    """Return why each wheel does not fit, the nearest first.

    Args:
        wheels: The wheels.
        platform: The platform.
    """
    told = []
    for file in wheels:
        mismatches = [_mismatch(tag, platform, file.requires_python) for tag in file.tags or ()]
        distance, why = min(mismatches)
        told.append((distance, file.filename, why))
    told.sort()
    lines = [f"{filename}: {why}" for _, filename, why in told[:_SHOWN]]
    if len(told) > _SHOWN:
        lines.append(f"and {len(told) - _SHOWN} more for other platforms")
    return lines


def _mismatch(tag: Tag, platform: Platform, requires_python: str) -> tuple[int, str]:
    """Return how far a wheel with a tag is from fitting, and why it does not fit."""
    architecture, runtime = platform.architecture, platform.runtime
    refused = f"pip did not take it (it requires Python {requires_python or 'of any version'})"
    python = _python_distance(tag, platform)
    if architecture is None or runtime is None:
        if tag in platform.tags:
            return 0, refused
        return python + 1, f"it is for {tag.interpreter}, {tag.abi}, {tag.platform}"
    distance, parts = python, []
    if python:
        abi = "" if tag.abi in (tag.interpreter, "none") else f" with the ABI {tag.abi}"
        parts.append(f"it is for {tag.interpreter}{abi}")
    system = next((title for start, title in _SYSTEMS.items() if tag.platform.startswith(start)), None)
    if system is not None:
        distance += 400
        parts.append(f"it is for {system}")
    elif tag.platform != "any" and not tag.platform.endswith(f"_{architecture.machine}"):
        distance += 200
        parts.append(f"it is for {tag.platform}, not for {architecture.machine}")
    elif tag.platform.startswith("musllinux"):
        distance += 100
        parts.append("it is for musl (Alpine Linux), not for glibc")
    elif tag.platform not in (*platform.system_platforms, "any"):
        distance += 1
        needs, has = ".".join(tag.platform.split("_")[1:3]), "{}.{}".format(*runtime.glibc)
        parts.append(f"it needs glibc {needs}, and {runtime.name} has {has}")
    return distance, "; ".join(parts) or refused


def _python_distance(tag: Tag, platform: Platform) -> int:
    """Return how far a tag's Python is from a platform's; 0 where they fit each other."""
    if any((tag.interpreter, tag.abi) == (known.interpreter, known.abi) for known in platform.tags):
        return 0
    match = re.fullmatch(r"(?:cp|py)3([0-9]+)", tag.interpreter)
    minors = abs(int(match[1]) - platform.python[1]) if match else 50
    return 2 + 2 * minors + ("t" in tag.abi)
