from __future__ import annotations

import struct
from typing import Optional

import pytest

from tests.unit.native.elf_builder import build_elf
from tools.native.kind import HEAD_SIZE, Kind, kind_of


def pe(second_header: int) -> bytes:
    return b"MZ" + bytes(0x3A) + struct.pack("<I", second_header)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (build_elf()[:HEAD_SIZE], Kind.ELF),
        (b"\x7fELF", Kind.ELF),
        (b"\xcf\xfa\xed\xfe" + bytes(60), Kind.MACH_O),
        (b"\xfe\xed\xfa\xce" + bytes(60), Kind.MACH_O),
        (b"\xca\xfe\xba\xbe" + struct.pack(">I", 2) + bytes(56), Kind.MACH_O),
        (b"\xca\xfe\xba\xbe" + struct.pack(">HH", 0, 52) + bytes(56), None),
        (b"\xca\xfe\xba\xbe", None),
        (pe(0x80), Kind.PE),
        (b"MZ is how a text may begin as well, and a longer one than sixty-four bytes", None),
        (b"MZ", None),
        (b"!<arch>\nfoo.o/", Kind.ARCHIVE),
        (b"!<thin>\nfoo.o/", Kind.ARCHIVE),
        (b"#!/bin/sh\n", None),
        (b"", None),
    ],
)
def test_kind_is_told_by_the_first_bytes(head: bytes, kind: Optional[Kind]) -> None:
    assert kind_of(head) is kind
