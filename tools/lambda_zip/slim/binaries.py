"""Binaries: native files of the zip, without their symbols."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple, Optional

from tools.archive.memory import Memory
from tools.lambda_zip.place.layout import Placed
from tools.lambda_zip.place.pattern import Patterns
from tools.lambda_zip.warning import BuildWarning, WarningKind
from tools.native.strip import strip

_LIBRARY = re.compile(r"\.so(?:\.[^/]*)?$")
# Bytes. A function has 250 MiB unpacked.
_LARGEST = 1 << 28


class Stripped(NamedTuple):
    """The files of a zip, after those that have symbols were stripped.

    Attributes:
        placed: The files.
        files: How many were stripped.
        saved: Bytes that this took off them, unpacked.
        warnings: What the user is told.
    """

    placed: list[Placed]
    files: int
    saved: int
    warnings: list[BuildWarning]


def strip_binaries(placed: Sequence[Placed], exclude: Sequence[str]) -> Stripped:
    """Take symbols out of the native files of a zip: shared libraries, and programs that may be run.

    Args:
        placed: What goes into the zip.
        exclude: Globs of names in the zip that stay as they are.
    """
    patterns = Patterns(exclude, "strip_exclude")
    memory = Memory("the stripped files")
    result: list[Placed] = []
    files = saved = 0
    for item in placed:
        if (_LIBRARY.search(item.name) or item.member.executable) and not patterns.match(item.name):
            stripped = _stripped(item)
            if stripped is not None:
                files += 1
                saved += item.member.size - len(stripped)
                member = memory.add(item.member.name, stripped, item.member.executable)
                item = item._replace(member=member)
        result.append(item)
    warnings = [
        BuildWarning(
            WarningKind.UNUSED_PATTERN,
            f"strip_exclude: {glob!r} matches no native file of the zip; take it out or correct it",
        )
        for glob in patterns.unmatched
    ]
    return Stripped(result, files, saved, warnings)


def _stripped(item: Placed) -> Optional[bytes]:
    if item.member.size > _LARGEST:
        return None  # the caps tell of it
    head = next(iter(item.member.source.beginning(item.member)), b"")
    if not head.startswith(b"\x7fELF"):
        return None
    return strip(item.member.read(_LARGEST))
