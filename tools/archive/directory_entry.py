"""One entry of a central directory, and what no entry may say."""

from __future__ import annotations

from typing import NamedTuple, Optional

from tools.archive.member import DEFLATED, STORED
from tools.archive.member_name import problem_with
from tools.archive.record import UNREADABLE, UTF8, VERSION64
from tools.text import shown

# External attributes (4.4.15): the upper half is st_mode where the host is Unix or macOS. In the lower byte,
# which is MS-DOS's, 0x08 is a volume label and 0x10 a folder.
_TYPE_MASK, _REGULAR, _FOLDER, _LINK = 0o170000, 0o100000, 0o040000, 0o120000
_DOS_NO_FILE = 0x18

# The most bytes that one byte of deflate can stand for (zlib's technical details: 258 bytes take at least two
# bits).
_MAX_RATIO = 1032


class DirectoryEntry(NamedTuple):
    """What the central directory says of one member.

    Attributes:
        name: Its name, decoded.
        flags: Its general purpose bits.
        method: How it is stored.
        crc: CRC-32 of what it unpacks to.
        compressed: Bytes that it takes in the archive.
        size: Bytes that it unpacks to.
        mode: The upper half of its external attributes.
        offset: Where its local header is.
        wide: Whether its sizes are in a zip64 field.
        unix: Whether its mode is an st_mode.
    """

    name: str
    flags: int
    method: int
    crc: int
    compressed: int
    size: int
    mode: int
    offset: int
    wide: bool
    unix: bool


def is_link(mode: int) -> bool:
    """Return whether a mode is that of a symbolic link.

    Args:
        mode: An st_mode.
    """
    return mode & _TYPE_MASK == _LINK


def encoding_problem(raw_name: bytes, flags: int) -> str:
    """Return what is wrong with a name that cannot be decoded.

    Args:
        raw_name: The name.
        flags: The general purpose bits of its entry.
    """
    name = shown(raw_name.decode("utf-8", "backslashreplace"))
    if flags & UTF8:
        return f"the name {name} is marked as UTF-8, but is not; pack it with a tool that writes UTF-8 names"
    return (
        f"the name {name} is not ASCII, and not marked as UTF-8, so that readers would disagree on it. "
        "Tools with names in CP437 write such archives, and Please's arcat where it merges some; "
        "rename the file, or pack it with a tool that marks UTF-8 names"
    )


def entry_problem(entry: DirectoryEntry, needed: int, attributes: int, disk: int) -> Optional[str]:
    """Return why an entry cannot be accepted, or None.

    Args:
        entry: The entry.
        needed: The version that it needs of a reader, times ten.
        attributes: Its external attributes.
        disk: Which part of an archive in several parts it is in.
    """
    if entry.flags & UNREADABLE:
        return "it is encrypted, or a patch; Lambda could not read it"
    if entry.method not in (STORED, DEFLATED):
        return (
            f"its compression method is {entry.method}; only 0 (stored) and 8 (deflated) can be unpacked "
            "everywhere; pack it with one of these"
        )
    if needed > VERSION64:
        return version_problem(needed)
    if disk:
        return "it is in another part of an archive in several parts; those are not read"
    is_folder = entry.name.endswith("/")
    problem = problem_with(entry.name[:-1] if is_folder else entry.name)
    if problem:
        return f"a member's name cannot be unpacked safely: {problem}"
    return _folder_problem(entry) if is_folder else _file_problem(entry, attributes)


def version_problem(needed: int) -> str:
    """Return what is wrong with a member that needs too new a reader.

    Args:
        needed: The version that it needs of a reader, times ten.
    """
    return (
        f"it needs version {needed} of a reader; what can be unpacked everywhere needs at most "
        f"{VERSION64}. Pack it with another tool"
    )


def _folder_problem(entry: DirectoryEntry) -> Optional[str]:
    if entry.size or entry.crc or entry.compressed not in (0, 2 if entry.method == DEFLATED else 0):
        return "it is a folder by its name, but has contents"
    if entry.mode & _TYPE_MASK not in (0, _FOLDER):
        return f"it is a folder by its name, but its mode {entry.mode:o} is that of something else"
    return None


def _file_problem(entry: DirectoryEntry, attributes: int) -> Optional[str]:
    kind = entry.mode & _TYPE_MASK
    if kind not in (0, _REGULAR, _LINK):
        return f"its mode {entry.mode:o} is neither a file's nor a link's"
    if kind == _LINK and not entry.unix:
        return "it is a link by its mode, but its system has no modes; readers would disagree on what it is"
    if attributes & _DOS_NO_FILE:
        return "it is a file by its name, but its MS-DOS attributes are those of something else"
    if entry.method == STORED and entry.size != entry.compressed:
        return f"it is stored, but its sizes differ: {entry.compressed} and {entry.size} bytes"
    if entry.method == DEFLATED and not entry.compressed:
        return "it is deflated, but has no bytes, which some readers take for nothing and others for damage"
    if entry.size > entry.compressed * _MAX_RATIO:
        return (
            f"it declares {entry.size} bytes, more than its {entry.compressed} compressed ones could "
            "inflate to"
        )
    return None
