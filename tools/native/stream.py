"""A stream that is read like a file, from as few of its bytes as possible.

A compressed member of an archive can be inflated only from its start. The parser of ELF files reads the
start, then something near the end, then what lies near the start again. So the start is kept, and a window
behind it; what is in neither is inflated once more.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Callable

# Bytes. Enough for the names and needed versions of all but the largest libraries of common wheels.
KEPT_START = 1 << 20


class Stream:
    """Random access to the bytes that a stream gives.

    Args:
        start: Starts the stream and returns its parts, from the first byte on. Called once more for each time
            that something is read which has gone by and was not kept.
    """

    def __init__(self, start: Callable[[], Iterator[bytes]]) -> None:
        self._start = start
        self._parts = start()
        self._kept = bytearray()
        self._window = b""
        self._window_offset = 0
        self._ended = False

    def read(self, offset: int, size: int) -> bytes:
        """Return `size` bytes at `offset`, both in bytes; fewer where the stream ends before."""
        if offset + size <= len(self._kept):
            return bytes(self._kept[offset : offset + size])
        if offset < self._window_offset:
            self._parts = self._start()
            self._window, self._window_offset, self._ended = b"", 0, False
        while not self._ended and self._window_offset + len(self._window) < offset + size:
            self._advance(offset)
        skipped = offset - self._window_offset
        return self._window[skipped : skipped + size]

    def _advance(self, wanted: int) -> None:
        """Read the next part, and forgets what lies before `wanted`."""
        part = next(self._parts, b"")
        if not part:
            self._ended = True
            return
        end = self._window_offset + len(self._window)
        if end == len(self._kept) < KEPT_START:
            self._kept += part
        if end <= wanted:
            self._window, self._window_offset = part, end
        else:
            self._window += part
