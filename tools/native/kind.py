"""A native file's kind, told by its first bytes."""

from __future__ import annotations

import enum
import struct
from typing import Optional

# Bytes that `kind_of` wants to see. An ELF header fits in as many, so one read serves both.
HEAD_SIZE = 64

# Mach-O: 32 and 64 bits, either byte order (mach-o/loader.h).
_MACH_O = (b"\xfe\xed\xfa\xce", b"\xce\xfa\xed\xfe", b"\xfe\xed\xfa\xcf", b"\xcf\xfa\xed\xfe")
# A "fat" file of several Mach-O files begins like a Java class. What follows is a count of architectures here
# and a version there, at least 45 (mach-o/fat.h; the Java virtual machine's specification, 4.1).
_MACH_O_FAT = (b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf")
_LOWEST_JAVA_CLASS = 45


class Kind(enum.Enum):
    """What a native file is. The value is how messages call it."""

    ELF = "an ELF file"
    MACH_O = "a Mach-O file (macOS)"
    PE = "a PE file (Windows)"
    ARCHIVE = "a static library"


def kind_of(head: bytes) -> Optional[Kind]:
    """Return the kind of a native file, or None for any other file.

    Args:
        head: The file's first `HEAD_SIZE` bytes, or all of a shorter file.
    """
    if head.startswith(b"\x7fELF"):
        return Kind.ELF
    if head.startswith(_MACH_O):
        return Kind.MACH_O
    if head.startswith(_MACH_O_FAT) and len(head) >= 8:
        count = struct.unpack_from(">I", head, 4)[0]
        return Kind.MACH_O if 0 < count < _LOWEST_JAVA_CLASS else None
    if head.startswith(b"MZ") and len(head) >= HEAD_SIZE:
        # A text may begin with "MZ" too. Where the second header is must be plausible.
        second_header = struct.unpack_from("<I", head, 0x3C)[0]
        return Kind.PE if 0x40 <= second_header <= 0x10000 else None
    if head.startswith((b"!<arch>\n", b"!<thin>\n")):
        return Kind.ARCHIVE
    return None
