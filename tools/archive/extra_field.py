"""Extra field: what stands beside a member's name in a zip, and may contradict it (APPNOTE.TXT 4.5)."""

from __future__ import annotations

import struct
from typing import NamedTuple, Optional, Union

from tools.archive.record import MAX_16, MAX_32, ZIP64_FIELD

_FIELD = struct.Struct("<2H")  # 4.5.1

# Header IDs, 4.6.
_UNICODE_PATH = 0x7075
_AES = 0x9901


class Sizes(NamedTuple):
    """What an entry of the central directory says of its member.

    Attributes:
        size: Bytes when unpacked.
        compressed: Bytes that it takes.
        offset: Where its local header is.
        disk: Which part of an archive in several parts it is in.
    """

    size: int
    compressed: int
    offset: int
    disk: int


class LocalSizes(NamedTuple):
    """What a local header says of its member.

    Attributes:
        size: Bytes when unpacked.
        compressed: Bytes that it takes.
        wide: Whether it has a zip64 field.
    """

    size: int
    compressed: int
    wide: bool


def central_sizes(extra: bytes, raw_name: bytes, header: Sizes) -> Union[Sizes, str]:
    """Return what an entry of the central directory says, or the problem with its extra fields.

    Args:
        extra: Its extra fields.
        raw_name: Its name, as it is in the archive.
        header: What the fixed part of the entry says.
    """
    wide = _zip64_fields(extra, raw_name)
    if isinstance(wide, str):
        return wide
    saturated = [value == MAX_32 for value in header[:3]]
    if not wide:
        return "it is marked as zip64, but has no zip64 field" if any(saturated) else header
    found = {_central_values(field, header) for field in wide}
    if len(found) > 1:
        return "its zip64 fields contradict each other"
    return found.pop() or "its zip64 field is too short, or longer than what there is to say"


def local_sizes(extra: bytes, raw_name: bytes, size: int, compressed: int) -> Union[LocalSizes, str]:
    """Return what a local header says, or the problem with its extra fields.

    Args:
        extra: Its extra fields.
        raw_name: Its name, as it is in the archive.
        size: What the fixed part of the header says.
        compressed: As `size`.
    """
    wide = _zip64_fields(extra, raw_name) if extra else []
    if isinstance(wide, str):
        return wide
    if not wide:
        return LocalSizes(size, compressed, False)
    # 4.5.3: a local header's has both sizes. Go's writer copies the central one there, with the offset
    # behind.
    if any(len(field) not in (16, 24, 28) for field in wide) or len({field[:16] for field in wide}) > 1:
        return "its local zip64 field is not one of 16 bytes"
    wide_size, wide_compressed = struct.unpack_from("<2Q", wide[0])
    if size not in (MAX_32, wide_size) or compressed not in (MAX_32, wide_compressed):
        return "its local zip64 field contradicts its local header"
    return LocalSizes(wide_size, wide_compressed, True)


def _central_values(field: bytes, header: Sizes) -> Optional[Sizes]:
    """Read a zip64 field (4.5.3): only the values that are saturated in the header, in this order.

    What follows them is nobody's to read. Go's writer puts the offset there, and an older one where arcat
    copied the member from another archive.
    """
    values, at = [], 0
    for value in header[:3]:
        if value == MAX_32:
            if at + 8 > len(field):
                return None
            value = int.from_bytes(field[at : at + 8], "little")
            at += 8
        values.append(value)
    disk = header.disk
    if disk == MAX_16:
        if at + 4 > len(field):
            return None
        disk = int.from_bytes(field[at : at + 4], "little")
        at += 4
    if len(field) not in (at, 24, 28) or not at:
        return None
    return Sizes(values[0], values[1], values[2], disk)


def _zip64_fields(extra: bytes, raw_name: bytes) -> Union[list[bytes], str]:
    """Return the zip64 fields, or what is wrong with the fields.

    A field may be there twice: arcat adds another time stamp to a folder, and another zip64 field to a large
    member, each time that it copies them.
    """
    if extra[:4] == b"UT\x05\x00" and len(extra) == _FIELD.size + 5:
        return []  # A time stamp and nothing else, as nearly all are.
    wide: list[bytes] = []
    at = 0
    while at < len(extra):
        if at + _FIELD.size > len(extra):
            return "its extra fields are malformed"
        kind, size = _FIELD.unpack_from(extra, at)
        at += _FIELD.size
        if at + size > len(extra):
            return "its extra fields are malformed"
        if kind == ZIP64_FIELD:
            wide.append(extra[at : at + size])
        elif kind == _AES:
            return "it is encrypted; Lambda could not read it"
        # 4.6.9: version, CRC-32 of the name, name.
        elif kind == _UNICODE_PATH and extra[at + 5 : at + size] != raw_name:
            return "it has a second name in an extra field; readers would disagree on which one counts"
        at += size
    return wide
