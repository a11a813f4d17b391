"""What a member of an archive unpacks to, inflated piece by piece and never beyond what it declares."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from tools.archive.input import Input
from tools.archive.member import RAW_DEFLATE, STORED, Member
from tools.errors import PleasingError

_PIECE = 1 << 20
# Compressed bytes that are inflated at once. So few that the allocator keeps the room for what comes of them:
# with _PIECE, a fifth of the time goes to pages that the kernel has to clear.
_INFLATED = 1 << 16


def compressed_pieces(file: Input, member: Member) -> Iterator[bytes]:
    """Yield a member's bytes as they are in the archive.

    Args:
        file: The archive.
        member: One of its members.

    Raises:
        PleasingError: The file ends before they do.
    """
    return _pieces(file, member, _PIECE)


def inflated_pieces(file: Input, member: Member) -> Iterator[bytes]:
    """Yield what a member unpacks to, its CRC-32 unchecked, at most one byte more than it declares.

    Args:
        file: The archive.
        member: One of its members.

    Raises:
        PleasingError: Its bytes cannot be inflated, end too early, or are followed by others.
    """
    if member.method == STORED:
        yield from compressed_pieces(file, member)
        return
    inflater = zlib.decompressobj(RAW_DEFLATE)
    # One byte more than declared is enough to see that there is too much.
    limit = member.size + 1
    trailing = False
    try:
        for piece in _pieces(file, member, _INFLATED):
            trailing = trailing or inflater.eof
            while piece and not inflater.eof and limit > 0:
                inflated = inflater.decompress(piece, min(limit, 4 * _INFLATED))
                limit -= len(inflated)
                piece = inflater.unconsumed_tail
                yield inflated
    except zlib.error as error:
        raise _damaged(file, member, str(error)) from error
    if limit > 0 and not inflater.eof:
        # What zlib holds back: the rest of one match, at most.
        rest = inflater.flush()
        limit -= len(rest)
        yield rest
    if trailing or inflater.unused_data:
        raise _damaged(file, member, "bytes follow its compressed bytes")
    if limit > 0 and not inflater.eof:
        raise _damaged(file, member, "its compressed bytes end too early")


def checked_pieces(file: Input, member: Member) -> Iterator[bytes]:
    """Yield what a member unpacks to, and check its length and CRC-32.

    Args:
        file: The archive.
        member: One of its members.

    Raises:
        PleasingError: The bytes are not what the archive declares.
    """
    crc, size = 0, 0
    where, declared = f"{member.name} in {file.label}", member.size
    for piece in inflated_pieces(file, member):
        size += len(piece)
        if size > declared:
            raise PleasingError(
                f"{where} inflates to more than the {declared} bytes that it declares; the archive is damaged "
                "or made to exhaust memory"
            )
        crc = zlib.crc32(piece, crc)
        yield piece
    if size != declared:
        raise PleasingError(f"{where} inflates to {size} bytes, but declares {declared}; build it again")
    if crc != member.crc:
        raise _damaged(file, member, f"its CRC-32 is {crc:08x}, expected {member.crc:08x}")


def _pieces(file: Input, member: Member, most: int) -> Iterator[bytes]:
    position, left = member.offset, member.compressed
    while left:
        piece = file.read_some(min(left, most), position)
        if not piece:
            raise file.error(f"changed while it was read: it ends inside of {member.name}")
        position += len(piece)
        left -= len(piece)
        yield piece


def _damaged(file: Input, member: Member, problem: str) -> PleasingError:
    return PleasingError(f"{member.name} in {file.label} is damaged: {problem}; build it again")
