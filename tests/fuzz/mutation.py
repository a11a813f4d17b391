"""Mutation: what is done to bytes to see what a reader makes of them."""

from __future__ import annotations

import struct
from collections.abc import Callable
from random import Random

# Where the fields of each record are, and how wide they are (APPNOTE.TXT 4.3).
_FIELDS = {
    b"PK\x03\x04": ((4, 2), (6, 2), (8, 2), (10, 4), (14, 4), (18, 4), (22, 4), (26, 2), (28, 2)),
    b"PK\x01\x02": (
        (4, 2),
        (6, 2),
        (8, 2),
        (10, 2),
        (12, 4),
        (16, 4),
        (20, 4),
        (24, 4),
        (28, 2),
        (30, 2),
        (32, 2),
        (34, 2),
        (36, 2),
        (38, 4),
        (42, 4),
    ),
    b"PK\x05\x06": ((4, 2), (6, 2), (8, 2), (10, 2), (12, 4), (16, 4), (20, 2)),
    b"PK\x06\x06": ((4, 8), (12, 4), (16, 4), (20, 4), (24, 8), (32, 8), (40, 8), (48, 8)),
    b"PK\x06\x07": ((4, 4), (8, 8), (16, 4)),
    b"PK\x07\x08": ((4, 4), (8, 4), (12, 4)),
}
_INTERESTING = (
    0,
    1,
    2,
    3,
    4,
    7,
    8,
    9,
    0x14,
    0x2D,
    0x40,
    0x7F,
    0x80,
    0xFF,
    0x800,
    0x808,
    0x7FFF,
    0x8000,
    0xFFFF,
)
_LARGE = (0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF, 1 << 32, (1 << 63) - 1, (1 << 64) - 1)


def mutate(data: bytes, random: Random) -> bytes:
    """Return the bytes with one to four changes."""
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 4))):
        data = random.choice(_CHANGES)(data, random)
    return data


def mutate_text(data: bytes, random: Random) -> bytes:
    """Return the bytes of a file with one to three changes, some of them such that text could trip a parser."""
    for _ in range(random.choice((1, 1, 2, 3))):
        if random.random() < 0.4:
            at = random.randrange(len(data) + 1)
            piece = random.choice(_TOKENS) * random.choice((1, 1, 2, 50, 5000))
            data = data[:at] + piece + data[at:]
        else:
            data = random.choice(_PLAIN_CHANGES)(data, random)
    return data


_TOKENS = (
    b"\x00",
    b"\n",
    b"\r",
    b'"',
    b"'",
    b",",
    b"(",
    b")",
    b"[",
    b"{",
    b"\\",
    b"../",
    b"/",
    b"\xff",
    b"\xc3",
    b"\xe2\x80\xa8",
    b"-",
    b"not ",
    b"lambda: ",
    b"x.",
    b"if x:\n",
    b"from a import *\n",
    b"# coding: latin-1\n",
    b"# coding: none\n",
    b'"a":',
    b"9" * 40,
    b"-1",
    b"1e999",
    b"\x1c",
    b"\t",
    b"def handler(): pass\n",
    b"async ",
    b"Tag: py3-none-any\n",
)


def _flip(data: bytes, random: Random) -> bytes:
    if not data:
        return data
    at = random.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << random.randrange(8))]) + data[at + 1 :]


def _set(data: bytes, random: Random) -> bytes:
    if not data:
        return data
    at = random.randrange(len(data))
    return (
        data[:at]
        + bytes([random.choice((0, 1, 0x2F, 0x50, 0x7F, 0x80, 0xFF, random.randrange(256)))])
        + data[at + 1 :]
    )


def _truncate(data: bytes, random: Random) -> bytes:
    keep = random.randrange(len(data) + 1)
    return data[:keep] if random.random() < 0.7 else data[keep:]


def _span(data: bytes, random: Random) -> tuple[int, int]:
    start = random.randrange(len(data) + 1)
    return start, min(len(data), start + random.choice((1, 2, 4, 12, 16, 30, 46, 200, 2000)))


def _delete(data: bytes, random: Random) -> bytes:
    start, end = _span(data, random)
    return data[:start] + data[end:]


def _duplicate(data: bytes, random: Random) -> bytes:
    start, end = _span(data, random)
    at = random.randrange(len(data) + 1)
    return data[:at] + data[start:end] + data[at:]


def _overwrite(data: bytes, random: Random) -> bytes:
    start, end = _span(data, random)
    at = random.randrange(len(data) + 1)
    return (data[:at] + data[start:end] + data[at + end - start :])[: len(data)]


def _insert(data: bytes, random: Random) -> bytes:
    at = random.choice((0, len(data), random.randrange(len(data) + 1)))
    return (
        data[:at]
        + random.choice((b"\x00", b"PK\x05\x06" + bytes(18), b"PK\x03\x04" + bytes(26), b"#!x\n"))
        + data[at:]
    )


def _positions(data: bytes, signature: bytes) -> list[int]:
    found, at = [], data.find(signature)
    while at >= 0:
        found.append(at)
        at = data.find(signature, at + 1)
    return found


def _edit_field(data: bytes, random: Random) -> bytes:
    signature = random.choice(list(_FIELDS))
    places = _positions(data, signature)
    if not places:
        return _flip(data, random)
    offset, width = random.choice(_FIELDS[signature])
    at = random.choice(places) + offset
    if at + width > len(data):
        return data
    limit = (1 << (8 * width)) - 1
    value = int.from_bytes(data[at : at + width], "little")
    value = random.choice(
        (
            random.choice(_INTERESTING),
            random.choice(_LARGE),
            value + 1,
            value - 1,
            value ^ (1 << random.randrange(8 * width)),
            value + random.choice((4, 16, 24, 46)),
            random.randrange(limit),
            len(data),
        )
    )
    return data[:at] + (value & limit).to_bytes(width, "little") + data[at + width :]


def _swap_records(data: bytes, random: Random) -> bytes:
    """Exchanges two entries of the central directory, whole: the same archive, unless they overlap."""
    places = _positions(data, b"PK\x01\x02")
    if len(places) < 3:
        return data
    first, second = sorted(random.sample(range(len(places) - 1), 2))
    a, b, c, d = places[first], places[first + 1], places[second], places[second + 1]
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def _lie_in_both(data: bytes, random: Random) -> bytes:
    """Write the same value into a member's local header and its directory entry.

    Not into the name: that would be another archive, and a good one.
    """
    places = _positions(data, b"PK\x01\x02")
    if not places:
        return data
    at = random.choice(places)
    if at + 46 > len(data):
        return data
    local = struct.unpack_from("<L", data, at + 42)[0]
    central_offset, local_offset, width = random.choice(
        ((8, 6, 2), (10, 8, 2), (16, 14, 4), (20, 18, 4), (24, 22, 4), (28, 26, 2))
    )
    if local + local_offset + width > at:
        return data
    value = random.choice((*_INTERESTING, *_LARGE)) & ((1 << (8 * width)) - 1)
    new = value.to_bytes(width, "little")
    for place in (at + central_offset, local + local_offset):
        data = data[:place] + new + data[place + width :]
    return data


_PLAIN_CHANGES: tuple[Callable[[bytes, Random], bytes], ...] = (
    _flip,
    _set,
    _truncate,
    _delete,
    _duplicate,
    _overwrite,
)
_CHANGES = (*_PLAIN_CHANGES, _insert, _edit_field, _edit_field, _edit_field, _swap_records, _lie_in_both)
