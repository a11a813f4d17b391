"""The bytes of an ELF file: fixed layouts and texts, read in small pieces and never beyond what is there."""

from __future__ import annotations

import struct
from typing import Callable

Reader = Callable[[int, int], bytes]

# Far above what any linker writes, and low enough that a file made to stall a reader ends at once.
_MAX_NAME = 4096
# Bytes read at once where many small things lie together.
_BLOCK = 1024


class ElfError(ValueError):
    """An ELF file that the dynamic loader could not make sense of either. The text says what was found."""


class ElfBytes:
    """A reader of a file that remembers the block that was read last.

    Args:
        read: Called with an offset and a size, both in bytes; returns that part of the file. Fewer bytes only
            where the file ends before.

    Attributes:
        order: The file's byte order, as `struct` spells it.
    """

    def __init__(self, read: Reader) -> None:
        self._read = read
        self._block = b""
        self._block_offset = 0
        self.order = "<"

    def within(self, layout: str, offset: int, end: int, what: str) -> tuple[int, ...]:
        """Return the numbers of a layout that must end before `end`.

        Args:
            layout: As `struct` spells it, without the byte order.
            offset: Where it begins, in bytes.
            end: Where the part of the file ends that it is in.
            what: How messages call it.
        """
        if offset + struct.calcsize(self.order + layout) > end:
            raise ElfError(f"{what} would end at byte {offset + 16}, outside of the part that is loaded")
        return self.unpack(layout, offset, what)

    def unpack(self, layout: str, offset: int, what: str) -> tuple[int, ...]:
        """Return the numbers of a layout.

        Args:
            layout: As `struct` spells it, without the byte order.
            offset: Where it begins, in bytes.
            what: How messages call it.
        """
        shape = struct.Struct(self.order + layout)
        return shape.unpack(self.at(offset, shape.size, what))

    def string(self, offset: int, end: int, what: str) -> str:
        """Return the text that ends with a NUL before `end`.

        Args:
            offset: Where it begins, in bytes.
            end: Where the part of the file ends that it is in.
            what: How messages call it.
        """
        limit = min(end - offset, _MAX_NAME)
        text = b""
        while len(text) < limit:
            part = self.at(offset + len(text), min(64, limit - len(text)), what)
            text += part
            if b"\0" in part:
                break
        text, nul, _ = text.partition(b"\0")
        if not nul:
            raise ElfError(f"{what} at byte {offset} has no end")
        # The text is shown to people; one that could move a terminal's cursor is no library's name.
        decoded = text.decode("utf-8", "backslashreplace")
        if not decoded.isprintable():
            raise ElfError(f"{what} at byte {offset} has control characters: {decoded!r}")
        return decoded

    def at(self, offset: int, size: int, what: str) -> bytes:
        """Return exactly `size` bytes.

        Args:
            offset: Where they begin, in bytes.
            size: How many.
            what: How messages call them.
        """
        start = offset - self._block_offset
        if start < 0 or start + size > len(self._block):
            self._block, self._block_offset, start = self._read(offset, max(size, _BLOCK)), offset, 0
        part = self._block[start : start + size]
        if len(part) < size:
            raise ElfError(f"it ends within {what}, at byte {offset + len(part)}")
        return part
