"""What pip has brought: held against what was asked for, before anything else looks inside."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tools.aws.platform import Platform
from tools.errors import PleasingError
from tools.lambda_wheel.mismatch import python_mismatch
from tools.lambda_wheel.requirement import Requirement

if TYPE_CHECKING:
    from packaging.tags import Tag
    from packaging.version import Version

    from tools.archive.reader import ArchiveReader

HASH_ADVICE = (
    "lock again if the index got new files of that version, and find out who changed the file if it did not"
)

_REQUIRES_PYTHON = re.compile(r"(?im)^Requires-Python:[ \t]*(\S.*?)[ \t\r]*$")


def only_wheel(folder: Path) -> Path:
    """Return the one wheel in a folder.

    Args:
        folder: Where pip has put what it was to bring.

    Raises:
        PleasingError: There is none, or something else beside it.
    """
    wheels = sorted(folder.glob("*.whl"))
    if len(wheels) != 1:
        names = ", ".join(path.name for path in sorted(folder.iterdir())) or "nothing"
        raise PleasingError(f"pip was to bring one wheel, and brought {names}")
    return wheels[0]


def check_hash(wheel: Path, requirement: Requirement) -> None:
    """Check that a file has one of the hashes that are given, if any are.

    Args:
        wheel: The file.
        requirement: What was asked for.

    Raises:
        PleasingError: It has none of them.
    """
    if not requirement.hashes:
        return
    digest = hashlib.sha256()
    with wheel.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    if f"sha256:{digest.hexdigest()}" not in requirement.hashes:
        raise PleasingError(
            f"{wheel.name} has sha256:{digest.hexdigest()}, which is none of the {len(requirement.hashes)} that are "
            f"given for {requirement.title}; {HASH_ADVICE}"
        )


def is_asked_for(wheel: Path, requirement: Requirement) -> bool:
    """Return whether a wheel's name is that of the distribution and the version that were asked for.

    Args:
        wheel: The file.
        requirement: What was asked for.

    Raises:
        PleasingError: It is no wheel's name.
    """
    from packaging.version import Version

    name, version, _ = _parts(wheel)
    wanted = requirement.version
    return name == requirement.canonical_name and (not wanted or version == Version(wanted))


def tags_of(wheel: Path) -> frozenset[Tag]:
    """Return the tags in a wheel's name.

    Args:
        wheel: The file.

    Raises:
        PleasingError: It is no wheel's name.
    """
    return _parts(wheel)[2]


def obstacles(wheel: Path, requirement: Requirement, platform: Platform) -> Sequence[str]:
    """Return why a wheel that was built here cannot be used on a platform; nothing where it can.

    Its tags tell of the machine that built it, and are not asked: its binaries are.

    Args:
        wheel: The file.
        requirement: What was asked for.
        platform: What it is for.
    """
    from tools.archive.reader import ArchiveReader
    from tools.lambda_wheel.binaries import why_not

    archive = ArchiveReader(wheel, wheel.name)
    try:
        python = python_mismatch(_requires_python(archive), platform)
        if python:
            return [python]
        if platform.runtime is None:
            return [] if platform.rank(tags_of(wheel)) is not None else ["its tags are not this machine's"]
        return why_not(archive, requirement.title, platform)
    finally:
        archive.close()


def _requires_python(archive: ArchiveReader) -> str:
    for member in archive.members:
        if re.fullmatch(r"[^/]+\.dist-info/METADATA", member.name):
            headers = member.read().decode("utf-8", "replace").partition("\n\n")[0]
            match = _REQUIRES_PYTHON.search(headers)
            return match[1] if match else ""
    return ""


def _parts(wheel: Path) -> tuple[str, Version, frozenset[Tag]]:
    from packaging.utils import InvalidWheelFilename, parse_wheel_filename

    try:
        name, version, _, tags = parse_wheel_filename(wheel.name)
    except InvalidWheelFilename as error:
        raise PleasingError(f"{wheel.name} is not a wheel's name: {error}") from error
    return name, version, tags
