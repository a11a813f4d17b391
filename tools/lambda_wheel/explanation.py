"""Explanation: why a requirement is unavailable for a platform, what was found for it, and what would help.

It can be an error at once, or be handed on: `fetch --defer` writes it where the wheel would be, `unpack`
into the zip that the wheel would be unpacked to. So a function's PEX has one for each unavailable requirement
of its closure, and whoever packs it can report all of them at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Optional

from packaging.version import Version

from tools.aws.platform import Platform, lambda_platforms
from tools.lambda_wheel.mismatch import fits, wheel_lines
from tools.lambda_wheel.requirement import Requirement
from tools.pip.index_file import IndexFile
from tools.scrub import scrub
from tools.wheel_notes.unavailable import Unavailable


def describe(
    requirement: Requirement,
    platform: Platform,
    files: Sequence[IndexFile],
    attempts: Sequence[str],
) -> Unavailable:
    """Return a requirement as unavailable, with its message.

    Args:
        requirement: What was wanted.
        platform: What it was wanted for.
        files: What the index has of the distribution, of every version.
        attempts: What was tried besides, and what came of it.
    """
    version = Version(requirement.version) if requirement.version else None
    own = [file for file in files if file.version == version]
    wheels = [file for file in own if file.tags is not None]
    sdists = [file for file in own if file.tags is None]
    lines = [f"{requirement.title} has nothing that {platform.title} could load"]
    if requirement.url:
        lines.append(f"found: {requirement.url}")
    else:
        counts = [_count(len(wheels), "wheel"), *(file.filename for file in sdists or ())]
        lines.append(f"found: {', '.join(counts)}" + ("" if sdists else ", no sdist"))
    lines += [f"  {line}" for line in wheel_lines(wheels, platform)]
    for attempt in attempts:
        first, *rest = attempt.splitlines()
        lines += [f"tried: {first}", *(f"  {line}" for line in rest)]
    helps = [*_other_platforms(wheels, platform), *_other_versions(files, version, platform)]
    if not helps and not sdists and not requirement.url:
        helps = ["another version or distribution: no wheel of this one would work anywhere on Lambda"]
    elif not helps:
        helps = [
            "a wheel built elsewhere, on a system as old as the runtime's (manylinux), and served by an index or a "
            "folder that pip is configured with (PIP_FIND_LINKS)"
        ]
    lines += [f"would help: {text}" for text in helps]
    text = scrub("\n".join(lines))
    return Unavailable(requirement.canonical_name, requirement.version, platform.arch, text)


def _other_platforms(wheels: Sequence[IndexFile], platform: Platform) -> list[str]:
    """Name the platforms that have a wheel that fits, those of the same architecture first."""
    by_architecture: dict[str, list[str]] = {}
    if platform.architecture is not None:
        by_architecture[platform.architecture.name] = []
        for other in lambda_platforms():
            if other.runtime and other.architecture and any(fits(wheel, other) for wheel in wheels):
                by_architecture.setdefault(other.architecture.name, []).append(other.runtime.name)
    return [
        f"{', '.join(names)} on {architecture}" for architecture, names in by_architecture.items() if names
    ]


def _other_versions(files: Iterable[IndexFile], version: Optional[Version], platform: Platform) -> list[str]:
    """Name the nearest versions that have a wheel that fits: the next and the last before."""
    fitting: dict[Version, str] = {}
    for file in files:
        if not file.version.is_prerelease and fits(file, platform):
            fitting.setdefault(file.version, file.filename)
    nearest = []
    if version is not None:
        newer = [other for other in fitting if other > version]
        older = [other for other in fitting if other < version]
        nearest = [*([min(newer)] if newer else []), *([max(older)] if older else [])]
    return [f"version {other}, which has {fitting[other]}" for other in nearest]


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}" + ("" if number == 1 else "s")
