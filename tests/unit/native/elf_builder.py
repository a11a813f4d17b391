"""An ELF file built by hand, as small as the dynamic loader would still take it."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Optional

# Where the file is mapped: not at its offset, so that a reader which mistakes one for the other is found out.
BASE = 0x400000


class Library(NamedTuple):
    """What is needed from one library: its name and versions of its symbols."""

    soname: str
    versions: Sequence[str] = ()


def build_elf(
    needed: Sequence[Library] = (),
    *,
    machine: int = 62,
    bits: int = 64,
    little_endian: bool = True,
    kind: int = 3,
    soname: Optional[str] = None,
    rpath: Optional[str] = None,
    runpath: Optional[str] = None,
    interpreter: Optional[str] = None,
    dynamic: bool = True,
    weak: Sequence[str] = (),
    patches: Mapping[str, int] = {},
    filler: int = 0,
) -> bytes:
    """Build an ELF file.

    Args:
        needed: Libraries that it needs.
        machine: `e_machine`.
        bits: 32 or 64.
        little_endian: Its byte order.
        kind: `e_type`.
        soname: Its own name.
        rpath: Folders, with colons between them.
        runpath: Folders, with colons between them.
        interpreter: The program that starts it.
        dynamic: Whether it has a dynamic section.
        weak: Versions that are marked as weak.
        patches: Values instead of the right ones: `count` of program headers, their `entry_size`,
            `dynamic_size`, `dynamic_address`, `strtab`, `strsz`, `needed`, `verneed`, `verneednum`,
            `vn_next`, `vn_aux`, `vna_next`, `vna_name`.
        filler: Bytes between the names and the dynamic section, as code would be.
    """
    order = "<" if little_endian else ">"
    wide = bits == 64
    word = "Q" if wide else "I"

    names = bytearray(b"\0")

    def name(text: str) -> int:
        position = len(names)
        names.extend(text.encode() + b"\0")
        return position

    header_size, entry_size = (64, 56) if wide else (52, 32)
    program_headers = 1 + (interpreter is not None) + dynamic
    position = header_size + program_headers * entry_size

    interpreter_bytes = b"" if interpreter is None else interpreter.encode() + b"\0"
    interpreter_offset = position
    position += len(interpreter_bytes)

    entries: list[tuple[int, int]] = []
    versions = b""
    with_versions = [library for library in needed if library.versions]
    for library in needed:
        entries.append((1, patches.get("needed", name(library.soname))))
    for index, library in enumerate(with_versions):
        auxiliaries = b""
        for at, version in enumerate(library.versions):
            last = at == len(library.versions) - 1
            auxiliaries += struct.pack(
                order + "IHHII",
                0,
                2 if version in weak else 0,
                0,
                patches.get("vna_name", name(version)),
                patches.get("vna_next", 0 if last else 16),
            )
        last = index == len(with_versions) - 1
        versions += struct.pack(
            order + "HHIII",
            1,
            len(library.versions),
            name(library.soname),
            patches.get("vn_aux", 16),
            patches.get("vn_next", 0 if last else 16 + len(auxiliaries)),
        )
        versions += auxiliaries
    for tag, text in ((14, soname), (15, rpath), (29, runpath)):
        if text is not None:
            entries.append((tag, name(text)))

    names_offset = position
    versions_offset = names_offset + len(names)
    dynamic_offset = versions_offset + len(versions) + filler
    entries.append((5, patches.get("strtab", BASE + names_offset)))
    entries.append((10, patches.get("strsz", len(names))))
    if versions:
        entries.append((0x6FFFFFFE, patches.get("verneed", BASE + versions_offset)))
        entries.append((0x6FFFFFFF, patches.get("verneednum", len(with_versions))))
    entries.append((0, 0))
    section = b"".join(struct.pack(order + 2 * word, *entry) for entry in entries) if dynamic else b""
    size = dynamic_offset + len(section)

    def program_header(type_: int, offset: int, length: int, address: int) -> bytes:
        if wide:
            return struct.pack(order + "IIQQQQQQ", type_, 4, offset, address, address, length, length, 8)
        return struct.pack(order + "IIIIIIII", type_, offset, address, address, length, length, 4, 4)

    headers = program_header(1, 0, size, BASE)
    if interpreter is not None:
        headers += program_header(3, interpreter_offset, len(interpreter_bytes), BASE + interpreter_offset)
    if dynamic:
        headers += program_header(
            2,
            dynamic_offset,
            patches.get("dynamic_size", len(section)),
            patches.get("dynamic_address", BASE + dynamic_offset),
        )
    header = struct.pack(
        order + "4sBBBB8xHHI" + 3 * word + "IHHHHHH",
        b"\x7fELF",
        2 if wide else 1,
        1 if little_endian else 2,
        1,
        0,
        kind,
        machine,
        1,
        0,
        header_size,
        0,
        0,
        header_size,
        patches.get("entry_size", entry_size),
        patches.get("count", program_headers),
        0,
        0,
        0,
    )
    return header + headers + interpreter_bytes + bytes(names) + versions + bytes(filler) + section
