"""The end records of a zip (4.3.14 to 4.3.16): where its central directory is, in one reading only."""

from __future__ import annotations

from typing import NamedTuple

from tools.archive.input import Input
from tools.archive.preamble import PROGRAMS, SCRIPT
from tools.archive.record import (
    END,
    END64,
    END64_SIGNATURE,
    END_SIGNATURE,
    LOCAL_SIGNATURE,
    LOCATOR64,
    LOCATOR64_SIGNATURE,
    MAX_16,
    MAX_32,
    VERSION64,
)

_SEVERAL_PARTS = "is one part of an archive in several parts; those are not read"


class End(NamedTuple):
    """Where the central directory is.

    Attributes:
        members: How many members it has.
        size: Its bytes.
        offset: Where it begins. Its end is where the first end record begins.
    """

    members: int
    size: int
    offset: int


def read_end(file: Input) -> End:
    """Read the end records, which must be the only ones that any reader could find.

    Args:
        file: The archive.

    Raises:
        PleasingError: There is none, several could be meant, or they contradict each other or the file.
    """
    if file.size == 0:
        raise file.error(f"is empty, not a {file.kind}")
    tail_start = max(0, file.size - END.size - MAX_16)
    tail = file.read(file.size - tail_start, tail_start)
    at = _find_end(file, tail)
    _, disk, first_disk, here, count, size, offset, _ = END.unpack_from(tail, at)
    short = End(count, size, offset)
    end, has_zip64 = _read_zip64(file, tail_start + at, short)
    several = any(number and not (has_zip64 and number == MAX_16) for number in (disk, first_disk))
    if here != count or several:
        raise file.error(_SEVERAL_PARTS)
    if has_zip64 and not (MAX_16 in (disk, first_disk, count) or MAX_32 in (size, offset)):
        raise file.error(
            "has a zip64 end record that nothing in its end record refers to; some readers would read it, and "
            "others would not"
        )
    return end


def _find_end(file: Input, tail: bytes) -> int:
    """Return where in the file's last bytes the end record begins."""
    candidates = []
    at = tail.rfind(END_SIGNATURE)
    while at >= 0:
        if at + END.size <= len(tail):
            comment = END.unpack_from(tail, at)[7]
            if at + END.size + comment == len(tail):
                candidates.append(at)
        at = tail.rfind(END_SIGNATURE, 0, at)
    if not candidates:
        raise file.error(_why_no_end(file, tail))
    # Some readers take the last signature, whatever its comment's length; others the first that fits.
    if len(candidates) > 1 or tail.rfind(END_SIGNATURE) != candidates[0]:
        raise file.error(
            "has a comment that holds another end record, so two readers could read two archives"
        )
    return candidates[0]


def _why_no_end(file: Input, tail: bytes) -> str:
    found = tail.rfind(END_SIGNATURE)
    if found >= 0 and found + END.size <= len(tail):
        comment = END.unpack_from(tail, found)[7]
        after = len(tail) - found - END.size
        if comment > after:
            return f"is truncated: its comment has {comment} bytes, {after} are there"
        return f"has {after - comment} bytes after its end; nothing may follow a zip's end record"
    if file.read(4, 0).startswith((LOCAL_SIGNATURE, SCRIPT, *PROGRAMS)):
        return f"has no zip end record in its {file.size} bytes: it is truncated, or not a {file.kind}"
    return f"is not a {file.kind}: it has no zip archive in it"


def _read_zip64(file: Input, position: int, short: End) -> tuple[End, bool]:
    """Return what the zip64 records say if there are any, else what the end record says; and whether they are."""
    locator_at = position - LOCATOR64.size
    locator = file.read(LOCATOR64.size, locator_at) if locator_at >= 0 else b""
    if not locator.startswith(LOCATOR64_SIGNATURE):
        if MAX_32 in (short.size, short.offset):
            raise file.error("says that it is a zip64 archive, but has no zip64 end record")
        _check_place(file, short, position)
        return short, False
    _, disk, end64_at, disks = LOCATOR64.unpack(locator)
    if disk != 0 or disks > 1:
        raise file.error(_SEVERAL_PARTS)
    if end64_at + END64.size != locator_at:
        raise file.error(
            f"has a zip64 locator that points to byte {end64_at}; its record can only be at "
            f"{locator_at - END64.size}"
        )
    end = _read_end64(file, end64_at)
    for what, low, limit, high in (
        ("number of members", short.members, MAX_16, end.members),
        ("directory size", short.size, MAX_32, end.size),
        ("directory offset", short.offset, MAX_32, end.offset),
    ):
        if low not in (limit, high):
            raise file.error(f"contradicts itself: its {what} is {low} in the end record, {high} in zip64's")
    _check_place(file, end, end64_at)
    return end, True


def _read_end64(file: Input, position: int) -> End:
    record = file.read(END64.size, position)
    if not record.startswith(END64_SIGNATURE):
        raise file.error(f"has no zip64 end record at byte {position}, where its locator points to")
    _, record_size, _, version, disk, first_disk, here, count, size, offset = END64.unpack(record)
    if record_size != END64.size - 12:
        raise file.error(
            f"has a zip64 end record that declares {record_size} bytes, expected {END64.size - 12}"
        )
    if version > VERSION64:
        raise file.error(
            f"has a zip64 end record that needs version {version} of a reader; at most {VERSION64} can be "
            "read everywhere"
        )
    if disk or first_disk or here != count:
        raise file.error(_SEVERAL_PARTS)
    return End(count, size, offset)


def _check_place(file: Input, end: End, position: int) -> None:
    """Check that the central directory ends where the end records begin."""
    actual = position - end.size
    if actual < 0 or end.offset > position:
        raise file.error(
            f"is truncated or damaged: a central directory of {end.size} bytes at byte {end.offset} "
            f"does not fit before its end at {position}"
        )
    if actual != end.offset:
        raise file.error(
            f"says that its central directory is at byte {end.offset}, but it is at {actual}: "
            "bytes were put before or into the archive, or cut from it"
        )
