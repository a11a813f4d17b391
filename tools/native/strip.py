"""Strip: an ELF file without its symbols and debugging information, and nothing else changed.

Any machine's file is treated on any host. No byte that the loader maps moves or changes: program headers, their
offsets and alignments, dynamic symbols and versions stay as they are by construction. That is what goes wrong where
files that patchelf has rewritten are stripped by tools that lay out a file anew (auditwheel issue 716). What is taken
out are sections that no segment covers, `.symtab`, `.strtab` and `.debug_*`: cut off where they are at the end of the
file, and zeros where something stands behind them, which a zip compresses to nothing.

Layouts and constants: System V ABI (gABI), chapter 4; names of sections: DWARF 5, 7.
"""

from __future__ import annotations

import re
import struct
from typing import NamedTuple, Optional

_MAGIC = (
    b"\x7fELF\x02\x01"  # 64 bits, the least significant byte first: what both of Lambda's architectures have
)
_HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
_PROGRAM = struct.Struct("<IIQQQQQQ")
_SECTION = struct.Struct("<IIQQQQIIQQ")
_ET_EXEC, _ET_DYN = 2, 3
_SHT_NULL, _SHT_SYMTAB, _SHT_STRTAB, _SHT_NOBITS = 0, 2, 3, 8
_SHF_ALLOC = 2
_DEBUG = re.compile(rb"\.(?:rela?\.)?(?:z?debug_|stab|gdb_index$|gnu\.debuglto_|line$|debug$)")
# More sections than this are numbered otherwise (gABI, e_shnum).
_MAX_SECTIONS = 0xFF00
_ALIGNMENT = 16
# Bytes. Less is not worth a file that is not the wheel's own.
_WORTH = 512


class _Section(NamedTuple):
    """One row of the section header table, as it is in the file."""

    name: int
    type: int
    flags: int
    address: int
    offset: int
    size: int
    link: int
    info: int
    alignment: int
    entry_size: int


_NO_SECTION = _Section(*[0] * 10)


class _Layout(NamedTuple):
    """Where the parts of a file are.

    Attributes:
        sections: The section header table.
        names: Place in it of the section with their names.
        kept: Parts of the file that stay, as (start, end).
    """

    sections: list[_Section]
    names: int
    kept: list[tuple[int, int]]


def strip(data: bytes) -> Optional[bytes]:
    """Return an ELF file without its symbols and debugging information.

    Args:
        data: The file's bytes.

    Returns:
        None where there is nothing to gain, or where the file is not one that is understood in full: another kind of
        ELF, a damaged one, or one with something behind its last section, as some programs append their data.
    """
    try:
        layout = _read(data)
    except (struct.error, OverflowError):
        return None
    if layout is None:
        return None
    sections = layout.sections
    names = sections[layout.names]
    if names.offset + names.size > len(data):
        return None
    table = data[names.offset : names.offset + names.size]
    linked = {section.link for section in sections if section.type == _SHT_SYMTAB}
    goes = {
        index
        for index, section in enumerate(sections)
        if index != layout.names and _is_symbols(index, section, table, linked)
    }
    if not goes:
        return None
    kept = [*layout.kept]
    for index, section in enumerate(sections):
        if index not in goes and section.type not in (_SHT_NULL, _SHT_NOBITS):
            if section.offset + section.size > len(data):
                return None
            if section.flags & _SHF_ALLOC:
                kept.append((section.offset, section.offset + section.size))
    result = _write(data, layout, goes, kept)
    gain = max(len(data) - len(result), result.count(0) - data.count(0))
    return result if gain >= _WORTH else None


def _read(data: bytes) -> Optional[_Layout]:
    if not data.startswith(_MAGIC):
        return None
    fields = _HEADER.unpack_from(data)
    kind, program_offset, section_offset = fields[1], fields[5], fields[6]
    program_size, programs, section_size, count, names = fields[9:14]
    if kind not in (_ET_EXEC, _ET_DYN) or not 0 < count < _MAX_SECTIONS or names >= count:
        return None
    if (programs and program_size != _PROGRAM.size) or section_size != _SECTION.size:
        return None
    sections = [
        _Section(*_SECTION.unpack_from(data, section_offset + index * section_size)) for index in range(count)
    ]
    kept = [(0, _HEADER.size)]
    if programs:
        kept.append((program_offset, program_offset + programs * program_size))
    for index in range(programs):
        row = _PROGRAM.unpack_from(data, program_offset + index * program_size)
        if row[2] + row[5] > len(data):
            return None
        kept.append((row[2], row[2] + row[5]))
    known = [end for _, end in kept]
    known.append(section_offset + count * section_size)
    known += [section.offset + section.size for section in sections if section.type != _SHT_NOBITS]
    if len(data) - max(known) >= _ALIGNMENT:
        return None  # something stands behind all that the headers know of
    return _Layout(sections, names, kept)


def _is_symbols(index: int, section: _Section, names: bytes, linked: set[int]) -> bool:
    """Return whether a section is one of symbols for people and debuggers, which no loader reads."""
    if section.flags & _SHF_ALLOC or section.type in (_SHT_NULL, _SHT_NOBITS):
        return False
    if section.type == _SHT_SYMTAB or (section.type == _SHT_STRTAB and index in linked):
        return True
    return _DEBUG.match(names[section.name : section.name + 64]) is not None


def _write(data: bytes, layout: _Layout, goes: set[int], kept: list[tuple[int, int]]) -> bytes:
    """Return the file: what is loaded where it is, then the other sections that stay, and their table."""
    result = bytearray(max(end for _, end in kept))
    for start, end in kept:
        result[start:end] = data[start:end]
    sections = list(layout.sections)
    for index in goes:
        # A row of zeros stands for no section, and others keep their numbers, which symbols and sections refer to.
        sections[index] = _NO_SECTION
    for index in sorted(range(len(sections)), key=lambda index: sections[index].offset):
        section = sections[index]
        if section.type in (_SHT_NULL, _SHT_NOBITS) or section.flags & _SHF_ALLOC:
            continue
        result += bytes(-len(result) % min(max(section.alignment, 1), _ALIGNMENT))
        sections[index] = section._replace(offset=len(result))
        result += data[section.offset : section.offset + section.size]
    place, free = layout.names, min(goes)
    if free < place:
        sections[free], sections[place] = sections[place], _NO_SECTION
        place = free
    while sections[-1].type == _SHT_NULL:
        sections.pop()
    result += bytes(-len(result) % _ALIGNMENT)
    start = len(result)
    for section in sections:
        result += _SECTION.pack(*section)
    header = list(_HEADER.unpack_from(data))
    header[6], header[12], header[13] = start, len(sections), place
    _HEADER.pack_into(result, 0, *header)
    return bytes(result)
