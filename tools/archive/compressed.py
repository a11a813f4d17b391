"""Compressed: a file's bytes as a zip stores them, deflated or not, whichever takes less."""

from __future__ import annotations

import zlib
from typing import Callable, NamedTuple

from tools.archive.member import DEFLATED, RAW_DEFLATE, STORED

# What makes a raw deflate stream (RFC 1951) of bytes.
Deflate = Callable[[bytes], bytes]

_ZLIB_LEVEL = 6

# Bytes. A file is read whole, as libdeflate has no streams; a larger one is copied. All files of a function that is not
# an image have 250 MB at most.
LARGEST = 1 << 30


class Compressed(NamedTuple):
    """A file's bytes as a zip stores them.

    Attributes:
        method: `STORED` or `DEFLATED`.
        crc: CRC-32 of the file.
        size: Bytes of the file.
        data: What is stored.
    """

    method: int
    crc: int
    size: int
    data: bytes


def zlib_deflate(data: bytes) -> bytes:
    """Deflate bytes with Python's zlib: for archives in between, as its result depends on the machine.

    Args:
        data: The bytes.
    """
    deflater = zlib.compressobj(_ZLIB_LEVEL, zlib.DEFLATED, RAW_DEFLATE)
    return deflater.compress(data) + deflater.flush()


def compress(data: bytes, deflate: Deflate = zlib_deflate) -> Compressed:
    """Store or deflate bytes, whichever takes less.

    Args:
        data: The bytes.
        deflate: What deflates them.
    """
    deflated = deflate(data)
    if len(deflated) < len(data):
        return Compressed(DEFLATED, zlib.crc32(data), len(data), deflated)
    return Compressed(STORED, zlib.crc32(data), len(data), data)
