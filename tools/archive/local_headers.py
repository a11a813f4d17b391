"""The local headers of a zip (4.3.7), held against its central directory, and the file that they must cover."""

from __future__ import annotations

from typing import Optional

from tools.archive.data_descriptor import Streamed, descriptor_problem
from tools.archive.directory import Directory
from tools.archive.directory_entry import version_problem
from tools.archive.extra_field import local_sizes
from tools.archive.input import Input
from tools.archive.member import STORED
from tools.archive.preamble import preamble_problem
from tools.archive.problems import Problems
from tools.archive.record import DESCRIPTOR, LEVEL, LOCAL, LOCAL_SIGNATURE, VERSION64
from tools.text import shown

# Headers of small members are read together.
_WINDOW = 1 << 16
# What deflate makes of nothing; some writers compress folders too.
_DEFLATED_NOTHING = b"\x03\x00"


def read_local_headers(file: Input, directory: Directory, end: int, problems: Problems) -> list[int]:
    """Check each local header against the directory, and that together the members cover the file.

    Afterwards the offsets in the directory's table are those of the compressed bytes.

    Args:
        file: The archive.
        directory: Its central directory.
        end: Where that begins.
        problems: What is wrong with the members is added to these.

    Returns:
        The rows of the members that are not folders, in the order of the file.

    Raises:
        PleasingError: What stands before the first member is neither a program nor a script.
    """
    names, offsets = directory.names, directory.table.offsets
    rows = directory.in_file_order()
    expected = offsets[rows[0]] if rows else end
    if expected:
        problem = preamble_problem(file.read, expected)
        if problem:
            raise file.error(problem)
    headers = _LocalHeaders(file, directory)
    files: list[int] = []
    for number, row in enumerate(rows):
        following = offsets[rows[number + 1]] if number + 1 < len(rows) else end
        if offsets[row] != expected:
            problems.add(_gap_problem(names[row], offsets[row], expected))
            return files
        span = headers.check(row, following)
        if span is None:
            problems.add(
                f"{shown(names[row])}: no local header at byte {offsets[row]}; the archive is damaged"
            )
            return files
        data_at, expected, problem = span
        offsets[row] = data_at
        if problem:
            problems.add(f"{shown(names[row])}: {problem}; the archive is damaged or made to mislead")
        if not names[row].endswith("/"):
            files.append(row)
        elif not problem and headers.has_contents(row):
            problems.add(f"{shown(names[row])}: it is a folder by its name, but has contents")
    if expected != end and not problems:
        problems.add(f"{end - expected} bytes before the central directory belong to no member")
    return files


class _LocalHeaders:
    """Reads local headers in the order of the file, a window at a time.

    Args:
        file: The archive.
        directory: Its central directory.
    """

    def __init__(self, file: Input, directory: Directory) -> None:
        self._file = file
        self._directory = directory
        self._window = b""
        self._window_at = 0

    def check(self, row: int, following: int) -> Optional[tuple[int, int, Optional[str]]]:
        """Return where a member's bytes begin, where the next may, and what is wrong with it; None for no header.

        Args:
            row: The member's.
            following: Where the next member begins, or the central directory.
        """
        directory, table = self._directory, self._directory.table
        offset, raw_name = table.offsets[row], directory.names[row].encode()
        at = self._find(offset, LOCAL.size + len(raw_name), following)
        if at is None:
            return None
        window = self._window
        _, needed, flags, method, _, _, crc, compressed, size, name_size, extra_size = LOCAL.unpack_from(
            window, at
        )
        extra_at = at + LOCAL.size + name_size
        data_at = self._window_at + extra_at + extra_size
        data_end = data_at + table.compressed[row]
        if window[at + LOCAL.size : extra_at] != raw_name:
            problem = "its local header has another name than the central directory"
        elif (flags ^ directory.flags[row]) & ~LEVEL or method != table.methods[row]:
            problem = "its local header has another method or other flags than the central directory"
        elif needed > VERSION64:
            problem = version_problem(needed)
        elif data_end > following:
            problem = f"its bytes overlap those of another member, or the directory, at byte {following}"
        else:
            wide = bool(directory.wide[row])
            if extra_size:
                sizes = local_sizes(self._extra(extra_at, extra_size), raw_name, size, compressed)
                if isinstance(sizes, str):
                    return data_at, following, sizes
                size, compressed, has_field = sizes
                wide = wide or has_field
            values = (table.crcs[row], table.compressed[row], table.sizes[row])
            local = (crc, compressed, size)
            if local == values or (flags & DESCRIPTOR and local == (0, 0, 0)):
                if not flags & DESCRIPTOR:
                    return data_at, data_end, None
                streamed = Streamed(data_at, data_end, following, values, wide, method == STORED)
                return data_at, following, descriptor_problem(self._file, streamed)
            problem = "its local header contradicts the central directory on its size or CRC-32"
        return data_at, following, problem

    def has_contents(self, row: int) -> bool:
        """Return whether a folder that has been checked has bytes that stand for anything.

        Args:
            row: The folder's.
        """
        table = self._directory.table
        return table.compressed[row] > 0 and self._file.read(2, table.offsets[row]) != _DEFLATED_NOTHING

    def _find(self, offset: int, need: int, following: int) -> Optional[int]:
        """Return where in the window a header begins, or None where there is none."""
        at = offset - self._window_at
        if at < 0 or at + need > len(self._window):
            # A small window where members are large, so that little is read that is not looked at.
            self._window = self._file.read(_WINDOW if following - offset < _WINDOW else need, offset)
            self._window_at, at = offset, 0
        if self._window[at : at + 4] != LOCAL_SIGNATURE or at + need > len(self._window):
            return None
        return at

    def _extra(self, at: int, size: int) -> bytes:
        extra = self._window[at : at + size]
        return extra if len(extra) == size else self._file.read(size, self._window_at + at)


def _gap_problem(name: str, offset: int, expected: int) -> str:
    return (
        f"{offset - expected} bytes before {shown(name)}, at byte {expected}, belong to no member "
        "of the central directory; another reader could find a file there"
    )
