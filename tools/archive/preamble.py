"""Preamble: the program or script that a PEX begins with, before its archive."""

from __future__ import annotations

from typing import Callable, Optional

from tools.archive.record import CENTRAL_SIGNATURE, END, END_SIGNATURE, LOCAL_SIGNATURE

# ELF and Mach-O programs (python-rules 2), and scripts (python-rules 1, pex-tool).
PROGRAMS = (
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
)
SCRIPT = b"#!"

_PIECE = 1 << 20


def preamble_problem(read: Callable[[int, int], bytes], size: int) -> Optional[str]:
    """Return why what stands before an archive cannot be taken, or None.

    It may be anything that begins as a program does, as long as no reader could find a second archive in it:
    a whole one in a program, which may well hold a signature or two where it reads zips itself; any sign of
    one in a script.

    Args:
        read: Returns part of the file, given a size and an offset, both in bytes.
        size: Bytes before the archive.
    """
    head = read(min(size, 4), 0)
    if not head.startswith((SCRIPT, *PROGRAMS)):
        return (
            f"begins with {size} bytes that are neither a program nor a script: a PEX begins with one of "
            "these, and any other archive with its first member"
        )
    script = head.startswith(SCRIPT)
    for start in range(0, size, _PIECE):
        # So much more that what begins in this piece can be seen whole.
        piece = read(min(_PIECE + END.size - 1, size - start), start)
        if script and LOCAL_SIGNATURE in piece:
            at = start + piece.index(LOCAL_SIGNATURE)
            return f"has a zip's member at byte {at}, in the script before its archive"
        at = piece.find(END_SIGNATURE)
        while at >= 0:
            if at + END.size <= len(piece) and _ends_archive(read, start + at, piece[at : at + END.size]):
                return f"has another archive, which ends at byte {start + at}, in the program before its own"
            at = piece.find(END_SIGNATURE, at + 1)
    return None


def _ends_archive(read: Callable[[int, int], bytes], position: int, record: bytes) -> bool:
    size = END.unpack(record)[5]
    return 0 < size <= position and read(4, position - size) == CENTRAL_SIGNATURE
