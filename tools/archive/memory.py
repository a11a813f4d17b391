"""Memory: files whose bytes were made here, as members that are compressed when they are packed."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from tools.archive.member import STORED, Member
from tools.archive.member_table import MemberTable


class Memory:
    """Files in memory.

    Args:
        label: How messages name where they come from.
    """

    def __init__(self, label: str) -> None:
        self.label = label
        self.table = MemberTable()
        self._data: list[bytes] = []

    def add(self, name: str, data: bytes, executable: bool = False) -> Member:
        """Add a file, and return it.

        Args:
            name: Its name there.
            data: Its bytes.
            executable: Whether it may be run.
        """
        row = self.table.add(STORED, zlib.crc32(data), len(data), len(data), executable)
        self._data.append(data)
        return Member(name, self, row)

    def bytes_of(self, member: Member) -> bytes:
        """Return a file's bytes.

        Args:
            member: One of these files.
        """
        return self._data[member.row]

    # Source

    def compressed_chunks(self, member: Member) -> Iterator[bytes]:
        """Yield the file's bytes as they are.

        Args:
            member: One of these files.
        """
        yield self._data[member.row]

    def chunks(self, member: Member) -> Iterator[bytes]:
        """Yield the file's bytes.

        Args:
            member: One of these files.
        """
        yield self._data[member.row]

    def beginning(self, member: Member) -> Iterator[bytes]:
        """Yield the file's bytes.

        Args:
            member: One of these files.
        """
        yield self._data[member.row]

    def describe(self, member: Member) -> str:
        """Return where the file is from.

        Args:
            member: One of these files.
        """
        return f"{member.name} in {self.label}"
