"""Member: one file of an input, wherever its bytes are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Protocol

from tools.errors import PleasingError
from tools.text import human

STORED = 0
DEFLATED = 8

# APPNOTE.TXT 4.4.4 and zlib: raw deflate streams have no header.
RAW_DEFLATE = -15

# Bytes. Metadata and sources are read whole; the largest are a few MB, RECORDs of 100,000 files among them.
READ_LIMIT = 1 << 26


class Source(Protocol):
    """Where a member's bytes are: an archive, or a folder."""

    def compressed_chunks(self, member: Member) -> Iterator[bytes]:
        """Yields the member's bytes as the output stores them, in pieces of bounded size."""

    def chunks(self, member: Member) -> Iterator[bytes]:
        """Yields the member's own bytes, in pieces of bounded size, checked against what was declared."""

    def beginning(self, member: Member) -> Iterator[bytes]:
        """Yields the member's own bytes as `chunks` does, but unchecked: for readers that stop before its end."""

    def describe(self, member: Member) -> str:
        """Returns how a person finds the member, such as `svc/echo.py in app.pex`."""


class Member:
    """One file of an input.

    Attributes:
        name: Path in its source, with `/` between its parts.
        source: What can read it.
        method: `STORED` or `DEFLATED`: how `compressed` bytes are to be understood.
        crc: CRC-32 of its bytes.
        compressed: Bytes that it takes in its source, and in an archive that copies it.
        size: Bytes when unpacked.
        executable: Whether its mode has an executable bit.
        link: Whether it is a symbolic link, whose bytes are its target.
        offset: Where its compressed bytes begin in the source's file; 0 where that has no meaning.
    """

    __slots__ = ("compressed", "crc", "executable", "link", "method", "name", "offset", "size", "source")

    def __init__(
        self,
        name: str,
        source: Source,
        method: int,
        crc: int,
        compressed: int,
        size: int,
        executable: bool,
        link: bool,
        offset: int,
    ) -> None:
        self.name = name
        self.source = source
        self.method = method
        self.crc = crc
        self.compressed = compressed
        self.size = size
        self.executable = executable
        self.link = link
        self.offset = offset

    def read(self, limit: int = READ_LIMIT) -> bytes:
        """Returns the member's bytes, checked. For small members only: the whole is held in memory.

        Args:
            limit: Bytes that it may have.

        Raises:
            PleasingError: It has more, or is damaged.
        """
        if self.size > limit:
            raise PleasingError(
                f"{self.describe()} has {self.size:,} bytes; what is read of a PEX has at most "
                f"{human(limit)}, so it is "
                "not what its name says, or made to exhaust memory"
            )
        return b"".join(self.source.chunks(self))

    def describe(self) -> str:
        """Returns how a person finds the member."""
        return self.source.describe(self)

    def __repr__(self) -> str:
        return f"Member({self.name!r}, {self.size} bytes)"


def file_chunks(file: BinaryIO, size: int = 1 << 20) -> Iterator[bytes]:
    """Yields a file's bytes from where it stands to its end.

    Args:
        file: Open for reading.
        size: Bytes in a piece, at most.
    """
    while True:
        piece = file.read(size)
        if not piece:
            return
        yield piece
