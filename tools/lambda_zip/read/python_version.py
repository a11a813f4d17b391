"""Which version of Python a PEX was built with, read off the PEX."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Optional

from tools.lambda_zip.read.pex import Area, Part, Pex

# The magic number of each minor version's last release (CPython, Include/internal/pycore_magic_number.h);
# those of its pre-releases lie between it and the one before.
_LAST_MAGIC = {
    (3, 8): 3413,
    (3, 9): 3425,
    (3, 10): 3439,
    (3, 11): 3495,
    (3, 12): 3531,
    (3, 13): 3571,
    (3, 14): 3627,
}
_FIRST_KNOWN = 3400

_ABI_TAG = re.compile(r"\.(?:cpython-|cp)3([0-9]{1,2})[a-z]?-[^/]*\.(?:so|pyd)$")


def python_of_magic(magic: bytes) -> Optional[tuple[int, int]]:
    """Return the major and minor version that wrote bytecode, or None where it is not known.

    Args:
        magic: The first four bytes of a `.pyc`.
    """
    if len(magic) < 4 or magic[2:4] != b"\r\n":
        return None
    number = int.from_bytes(magic[:2], "little")
    if number < _FIRST_KNOWN:
        return None
    for python, last in _LAST_MAGIC.items():
        if number <= last:
            return python
    return None


def python_of(pex: Pex) -> Optional[tuple[int, int]]:
    """Return the major and minor version that a PEX was built with, or None where nothing in it tells.

    Please compiles first-party code with the PEX's interpreter; pex-tool notes a constraint; both may hold
    extension modules whose names tell.

    Args:
        pex: The PEX.
    """
    if pex.python:
        return pex.python
    compiled = _first_compiled(pex.parts)
    if compiled:
        return compiled
    minors = set()
    for part in pex.parts:
        match = _ABI_TAG.search(part.path) if part.area is Area.THIRD_PARTY else None
        if match:
            minors.add(int(match[1]))
    return (3, minors.pop()) if len(minors) == 1 else None


def _first_compiled(parts: Sequence[Part]) -> Optional[tuple[int, int]]:
    for part in parts:
        if part.area is Area.FIRST_PARTY and part.path.endswith(".pyc"):
            head = next(iter(part.member.source.chunks(part.member)), b"")
            return python_of_magic(head[:4])
    return None
