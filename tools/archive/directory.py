"""The central directory of a zip (4.3.12), read and checked member by member."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import NamedTuple

from tools.archive.directory_entry import DirectoryEntry, encoding_problem, entry_problem
from tools.archive.end_record import End
from tools.archive.extra_field import Sizes, central_sizes
from tools.archive.input import Input
from tools.archive.member_table import MemberTable
from tools.archive.problems import Problems
from tools.archive.record import CENTRAL, CENTRAL_SIGNATURE, MAX_16, MAX_32, UNIX_HOSTS, UTF8
from tools.text import shown

# Bytes of the directory in memory at a time, and the longest that one entry can be.
_PIECE = 1 << 22
_MAX_ENTRY = CENTRAL.size + 3 * MAX_16


class Directory:
    """What the central directory says, in the order of the members in the file.

    Attributes:
        names: The name of each member; those of folders end with `/`.
        table: A row a member. Until the local headers are read, the offsets are theirs.
        flags: The general purpose bits of each.
        wide: Whether the sizes of each are in a zip64 field.
    """

    def __init__(self) -> None:
        self.names: list[str] = []
        self.table = MemberTable()
        self.flags = array("H")
        self.wide = bytearray()

    def add(self, entry: DirectoryEntry) -> None:
        """Add a member.

        Args:
            entry: Its entry.
        """
        self.names.append(entry.name)
        self.table.add(
            entry.method,
            entry.crc,
            entry.compressed,
            entry.size,
            entry.executable,
            entry.link,
            entry.offset,
        )
        self.flags.append(entry.flags)
        self.wide.append(entry.wide)

    def in_file_order(self) -> list[int]:
        """Return the rows in the order in which the local headers follow each other in the file."""
        offsets = self.table.offsets
        return sorted(range(len(offsets)), key=offsets.__getitem__)


class _Raw(NamedTuple):
    """An entry as it is in the archive."""

    fields: tuple[int, ...]
    raw_name: bytes
    extra: bytes


def read_directory(file: Input, end: End, problems: Problems) -> Directory:
    """Read the central directory.

    Args:
        file: The archive.
        end: Where the directory is.
        problems: What is wrong with the members is added to these.
    """
    directory = Directory()
    for raw in _raw_entries(file, end, problems):
        (_, made_by, needed, flags, method, _, _, crc, compressed, size, *_, disk, _, attributes, offset) = (
            raw.fields
        )
        try:
            name = raw.raw_name.decode("utf-8" if flags & UTF8 else "ascii")
        except UnicodeDecodeError:
            problems.add(encoding_problem(raw.raw_name, flags))
            continue
        wide = size == MAX_32 or compressed == MAX_32
        if raw.extra or wide or offset == MAX_32:
            sizes = central_sizes(raw.extra, raw.raw_name, Sizes(size, compressed, offset, disk))
            if isinstance(sizes, str):
                problems.add(f"{shown(name)}: {sizes}; the archive is damaged or made to mislead")
                continue
            size, compressed, offset, disk = sizes
        host = made_by >> 8
        entry = DirectoryEntry(
            name, flags, method, crc, compressed, size, attributes >> 16, offset, wide, host in UNIX_HOSTS
        )
        problem = entry_problem(entry, needed, attributes, disk)
        if problem:
            problems.add(f"{shown(name)}: {problem}")
        else:
            directory.add(entry)
    return directory


def _raw_entries(file: Input, end: End, problems: Problems) -> Iterator[_Raw]:
    """Yield the entries, piece by piece, and check that they fill the directory."""
    read = min(end.size, _PIECE)
    data = file.read(read, end.offset)
    at, unpack, header = 0, CENTRAL.unpack_from, CENTRAL.size
    for number in range(end.members):
        if read < end.size and len(data) - at < _MAX_ENTRY:
            data = data[at:] + file.read(min(end.size - read, _PIECE), end.offset + read)
            read, at = min(end.size, read + _PIECE), 0
        if at + header > len(data) or data[at : at + 4] != CENTRAL_SIGNATURE:
            problems.add(
                f"the central directory has {number} members, but the end record says {end.members}; "
                "the archive is damaged"
            )
            return
        fields = unpack(data, at)
        name_size, extra_size, comment_size = fields[10:13]
        name_end = at + header + name_size
        raw = _Raw(fields, data[at + header : name_end], data[name_end : name_end + extra_size])
        at = name_end + extra_size + comment_size
        if at > len(data):
            problems.add("the central directory ends inside of a member; the archive is damaged")
            return
        yield raw
    left = len(data) - at + end.size - read
    if left:
        problems.add(
            f"the central directory has {left} bytes more than its {end.members} members take; the "
            "archive is damaged"
        )
