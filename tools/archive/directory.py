"""The central directory of a zip (4.3.12), read and checked member by member."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from tools.archive.directory_entry import DirectoryEntry, encoding_problem, entry_problem, is_link
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
    """What the central directory says, a row a member.

    Attributes:
        names: The name of each member; those of folders end with `/`.
        table: Their numbers. Until the local headers are read, the offsets are those of the headers.
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
        name, flags, method, crc, compressed, size, mode, offset, wide, unix = entry
        executable, link = (mode & 0o111 != 0, is_link(mode)) if unix else (False, False)
        self.names.append(name)
        self.flags.append(flags)
        self.wide.append(wide)
        self.table.add(method, crc, compressed, size, executable, link, offset)

    def in_file_order(self) -> list[int]:
        """Return the rows in the order in which the local headers follow each other in the file."""
        offsets = self.table.offsets
        return sorted(range(len(offsets)), key=offsets.__getitem__)


def read_directory(file: Input, end: End, problems: Problems) -> Directory:
    """Read the central directory.

    Args:
        file: The archive.
        end: Where the directory is.
        problems: What is wrong with the members is added to these.
    """
    directory = Directory()
    for fields, raw_name, extra in _raw_entries(file, end, problems):
        (
            _, made_by, needed, flags, method, _, _, crc, compressed, size,
            _, _, _, disk, _, attributes, offset,
        ) = fields  # fmt: skip
        try:
            name = raw_name.decode("utf-8" if flags & UTF8 else "ascii")
        except UnicodeDecodeError:
            problems.add(encoding_problem(raw_name, flags))
            continue
        wide = size == MAX_32 or compressed == MAX_32
        if extra or wide or offset == MAX_32:
            sizes = central_sizes(extra, raw_name, Sizes(size, compressed, offset, disk))
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


def _raw_entries(file: Input, end: End, problems: Problems) -> Iterator[tuple[tuple[int, ...], bytes, bytes]]:
    """Yield each entry's fixed fields, name and extra fields, and check that they fill the directory."""
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
        name_size, extra_size, comment_size = fields[10], fields[11], fields[12]
        name_end = at + header + name_size
        raw_name, extra = data[at + header : name_end], data[name_end : name_end + extra_size]
        at = name_end + extra_size + comment_size
        if at > len(data):
            problems.add("the central directory ends inside of a member; the archive is damaged")
            return
        yield fields, raw_name, extra
    left = len(data) - at + end.size - read
    if left:
        problems.add(
            f"the central directory has {left} bytes more than its {end.members} members take; the "
            "archive is damaged"
        )
