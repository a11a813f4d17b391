"""What is left over: a requirement that no artefact fits, what was found for it, and what would help.

It can be an error at once, or be handed on: `fetch --defer` writes it where the wheel would be, `unpack`
into the zip that the wheel would be unpacked to. So a function's PEX has one for each requirement of its
closure that cannot be had, and whoever packs it can report all of them at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Optional

from packaging.tags import Tag
from packaging.version import Version

from tools.aws.platform import Platform, lambda_platforms
from tools.lambda_wheel.requirement import Requirement
from tools.pip.index_file import IndexFile
from tools.wheel_notes.unavailable import Unavailable

_SHOWN = 6
_SYSTEMS = {"macosx": "macOS", "win": "Windows", "ios": "iOS", "android": "Android"}


def describe(
    requirement: Requirement,
    platform: Platform,
    files: Sequence[IndexFile],
    attempts: Sequence[str],
) -> Unavailable:
    """Writes the message.

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
    lines += [f"  {line}" for line in _wheel_lines(wheels, platform)]
    for attempt in attempts:
        first, *rest = attempt.splitlines()
        lines += [f"tried: {first}", *(f"  {line}" for line in rest)]
    helps = [*_other_platforms(wheels, platform), *_other_versions(files, version, platform)]
    if not helps and not sdists and not requirement.url:
        helps = ["another version or distribution: no wheel of this one would do anywhere on Lambda"]
    elif not helps:
        helps = [
            "a wheel built elsewhere, on a system as old as the runtime's (manylinux), and served by an "
            "index "
            "or a folder that pip is configured with (PIP_FIND_LINKS)"
        ]
    lines += [f"would help: {text}" for text in helps]
    return Unavailable(requirement.canonical_name, requirement.version, platform.arch, "\n".join(lines))


def _wheel_lines(wheels: Sequence[IndexFile], platform: Platform) -> list[str]:
    """Tells of each wheel why it does not fit, the nearest first."""
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
    """Returns how far a wheel with a tag is from fitting, and why it does not fit."""
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
    """Returns how far a tag's Python is from a platform's; 0 where they fit each other."""
    if any((tag.interpreter, tag.abi) == (known.interpreter, known.abi) for known in platform.tags):
        return 0
    match = re.fullmatch(r"(?:cp|py)3([0-9]+)", tag.interpreter)
    minors = abs(int(match[1]) - platform.python[1]) if match else 50
    return 2 + 2 * minors + ("t" in tag.abi)


def fits(file: IndexFile, platform: Platform) -> bool:
    """Returns whether a file is a wheel that a platform can use.

    Args:
        file: A file of an index.
        platform: The platform.
    """
    if file.tags is None or platform.rank(file.tags) is None:
        return False
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return SpecifierSet(file.requires_python).contains(platform.marker_variables()["python_full_version"])
    except InvalidSpecifier:
        return True


def _other_platforms(wheels: Sequence[IndexFile], platform: Platform) -> list[str]:
    """Names the platforms that have a wheel that fits, those of the same architecture first."""
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
    """Names the nearest versions that have a wheel that fits: the next and the last before."""
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
