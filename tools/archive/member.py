"""Member: one file of an input, wherever its bytes are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Protocol

from tools.archive.member_table import MemberTable
from tools.errors import PleasingError
from tools.text import human

STORED = 0
DEFLATED = 8

# APPNOTE.TXT 4.4.4 and zlib: raw deflate streams have no header.
RAW_DEFLATE = -15

# Bytes. Metadata and sources are read whole; the largest are a few MB, RECORDs of 100,000 files among them.
READ_LIMIT = 1 << 26


class Source(Protocol):
    """Where the bytes of members are: an archive, or a folder.

    Attributes:
        table: What is known of each member, a row each.
    """

    table: MemberTable

    def compressed_chunks(self, member: Member) -> Iterator[bytes]:
        """Yield the member's bytes as the output stores them, in pieces of bounded size."""

    def chunks(self, member: Member) -> Iterator[bytes]:
        """Yield the member's own bytes, in pieces of bounded size, checked against what was declared."""

    def beginning(self, member: Member) -> Iterator[bytes]:
        """Yield the member's own bytes as `chunks` does, but unchecked: for readers that stop before its end."""

    def describe(self, member: Member) -> str:
        """Return where the member is, such as `svc/echo.py in app.pex`."""


class Member:
    """One file of an input. Its numbers are in its source's table, where they take little memory.

    Args:
        name: Path in its source, with `/` between its parts.
        source: What can read it.
        row: Its row in the source's table.
    """

    __slots__ = ("_folder", "_path", "row", "source")

    def __init__(self, name: str, source: Source, row: int) -> None:
        self._folder = ""
        self._path = name
        self.source = source
        self.row = row

    @property
    def name(self) -> str:
        """Path in its source."""
        return self._folder + self._path if self._folder else self._path

    def below(self, folder: str) -> str:
        """Return the member's path below a folder. The member shares it: a second name each is memory for many.

        Args:
            folder: What the member's name begins with, with a `/` at its end.
        """
        path = self.name[len(folder) :]
        self._folder, self._path = folder, path
        return path

    @property
    def method(self) -> int:
        """`STORED` or `DEFLATED`: how its compressed bytes are to be understood."""
        return self.source.table.methods[self.row]

    @property
    def crc(self) -> int:
        """CRC-32 of its bytes."""
        return self.source.table.crcs[self.row]

    @property
    def compressed(self) -> int:
        """Bytes that it takes in its source, and in an archive that copies it."""
        return self.source.table.compressed[self.row]

    @property
    def size(self) -> int:
        """Bytes when unpacked."""
        return self.source.table.sizes[self.row]

    @property
    def offset(self) -> int:
        """Where its compressed bytes begin in the source's file; 0 where that has no meaning."""
        return self.source.table.offsets[self.row]

    @property
    def executable(self) -> bool:
        """Whether its mode has an executable bit."""
        return self.source.table.kinds[self.row] & MemberTable.EXECUTABLE != 0

    @property
    def link(self) -> bool:
        """Whether it is a symbolic link, whose bytes are its target."""
        return self.source.table.kinds[self.row] & MemberTable.LINK != 0

    def read(self, limit: int = READ_LIMIT) -> bytes:
        """Return the member's bytes, checked. For small members only: the whole is held in memory.

        Args:
            limit: Bytes that it may have.

        Raises:
            PleasingError: It has more, or is damaged.
        """
        if self.size > limit:
            raise PleasingError(
                f"{self.describe()} has {self.size:,} bytes; a file that is read whole has at most "
                f"{human(limit)}, so it is not what its name says, or made to exhaust memory"
            )
        return b"".join(self.source.chunks(self))

    def describe(self) -> str:
        """Return where the member is, for messages."""
        return self.source.describe(self)

    def __repr__(self) -> str:
        return f"Member({self.name!r}, {self.size} bytes)"


def file_chunks(file: BinaryIO, size: int = 1 << 20) -> Iterator[bytes]:
    """Yield a file's bytes from where it stands to its end.

    Args:
        file: Open for reading.
        size: Bytes in a piece, at most.
    """
    while True:
        piece = file.read(size)
        if not piece:
            return
        yield piece
