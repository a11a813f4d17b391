"""Data descriptor: the sizes that a streaming writer puts behind a member's bytes (4.3.9)."""

from __future__ import annotations

import struct
from typing import NamedTuple, Optional

from tools.archive.input import Input
from tools.archive.record import DESCRIPTOR_SIGNATURE, MAX_32

_PIECE = 1 << 20


class Streamed(NamedTuple):
    """A member with a data descriptor.

    Attributes:
        start: Where its compressed bytes begin.
        end: Where they end, and the descriptor begins.
        following: Where the next member begins, or the central directory.
        values: What the central directory says: CRC-32, compressed bytes, bytes.
        wide: Whether its sizes are those of zip64: a local zip64 field, or sizes in a central one. Go's and
            Java's writers leave the local one out, as they know the sizes too late.
        stored: Whether its bytes are stored, so that only the descriptor tells a streaming reader their end.
    """

    start: int
    end: int
    following: int
    values: tuple[int, int, int]
    wide: bool
    stored: bool


def descriptor_problem(file: Input, member: Streamed) -> Optional[str]:
    """Return what is wrong with a member's data descriptor, or None.

    It may begin with a signature or not. Its sizes have 8 bytes in zip64, and 4 otherwise (4.3.9.2).

    Args:
        file: The archive.
        member: The member.
    """
    data = file.read(min(member.following - member.end, 25), member.end)
    body = data[4:] if data.startswith(DESCRIPTOR_SIGNATURE) and len(data) in (16, 24) else data
    if len(body) not in (12, 20):
        return f"there is no data descriptor in the {member.following - member.end} bytes after it"
    if struct.unpack("<3L" if len(body) == 12 else "<L2Q", body) != member.values:
        return "its data descriptor contradicts the central directory"
    if member.wide != (len(body) == 20):
        return (
            f"its data descriptor has sizes of {(len(body) - 4) // 2} bytes, but its headers ask for "
            f"{8 if member.wide else 4}; a reader that streams would end it elsewhere"
        )
    if member.stored and _holds_descriptor(file, member.start, member.end):
        return "its stored bytes hold another data descriptor, where a reader that streams would end it"
    return None


def _holds_descriptor(file: Input, start: int, end: int) -> bool:
    """Return whether stored bytes hold a data descriptor of the bytes before it."""
    for piece_at in range(start, end, _PIECE):
        # So much more that what begins in this piece can be seen whole.
        piece = file.read(min(end - piece_at, _PIECE + 15), piece_at)
        at = piece.find(DESCRIPTOR_SIGNATURE)
        while at >= 0:
            before = piece_at + at - start
            if piece[at + 8 : at + 12] == (before & MAX_32).to_bytes(4, "little"):
                return True
            at = piece.find(DESCRIPTOR_SIGNATURE, at + 1)
    return False
