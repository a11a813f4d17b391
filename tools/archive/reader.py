"""ArchiveReader: a zip archive, read so strictly that no other reader can understand it differently.

The structure is always checked, and wholly: the end record, the central directory, every local header and
data descriptor, and that they cover the file without a gap or an overlap. The rules are those that installers
came to after CVE-2025-54368 (uv, pull request 15136) and APPNOTE.TXT 6.3.10, whose section numbers stand
beside the code. The one exception is the program that a PEX begins with, which must be one of the kinds that
PEXes have.

What the members inflate to is read only by `chunks`, for the few members that are looked into and for
`verify`.
"""

from __future__ import annotations

import os
import stat
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Optional

from tools.archive.extra_field import Sizes, central_sizes, local_sizes
from tools.archive.member import DEFLATED, RAW_DEFLATE, STORED, Member
from tools.archive.member_name import problem_with
from tools.archive.preamble import PROGRAMS, SCRIPT, preamble_problem
from tools.errors import PleasingError
from tools.text import shown

_LOCAL = struct.Struct("<4s5H3L2H")  # 4.3.7
_CENTRAL = struct.Struct("<4s6H3L5H2L")  # 4.3.12
_END = struct.Struct("<4s4H2LH")  # 4.3.16
_END64 = struct.Struct("<4sQ2H2L4Q")  # 4.3.14
_LOCATOR64 = struct.Struct("<4sLQL")  # 4.3.15

_LOCAL_SIGNATURE = b"PK\x03\x04"
_CENTRAL_SIGNATURE = b"PK\x01\x02"
_END_SIGNATURE = b"PK\x05\x06"
_END64_SIGNATURE = b"PK\x06\x06"
_LOCATOR64_SIGNATURE = b"PK\x06\x07"
_DESCRIPTOR_SIGNATURE = b"PK\x07\x08"

_MAX_16 = 0xFFFF
_MAX_32 = 0xFFFFFFFF
_MAX_COMMENT = 0xFFFF

# General purpose bits, 4.4.4.
_ENCRYPTED = 1 << 0
_DESCRIPTOR = 1 << 3
_PATCH = 1 << 5
_STRONG_ENCRYPTION = 1 << 6
_UTF8 = 1 << 11
_MASKED_HEADER = 1 << 13
_REFUSED_BITS = _ENCRYPTED | _PATCH | _STRONG_ENCRYPTION | _MASKED_HEADER

# External attributes, 4.4.2 and 4.4.15: the upper half is st_mode where the host is Unix or macOS, the lower
# byte is MS-DOS's, where 0x08 is a volume's label and 0x10 a folder.
_UNIX_HOSTS = (3, 19)
_TYPE_MASK, _REGULAR, _FOLDER, _LINK = 0o170000, 0o100000, 0o040000, 0o120000
_DOS_NO_FILE = 0x18

# The most that a byte of deflate can stand for (zlib's technical details: 258 bytes take at least two bits).
_MAX_RATIO = 1032
# What deflate makes of nothing; some writers compress folders too.
_DEFLATED_NOTHING = b"\x03\x00"

_WINDOW = 1 << 16
_PIECE = 1 << 20
# Compressed bytes that are inflated at once: so few that the allocator keeps the room for what comes of them.
# With _PIECE, a fifth of the time goes to pages that the kernel has to clear.
_INFLATED = 1 << 16
# Bytes of the central directory in memory at a time, and the longest that one entry can be.
_DIRECTORY_PIECE = 1 << 22
_MAX_ENTRY = _CENTRAL.size + 3 * _MAX_16
_SHOWN = 20


class _Central(NamedTuple):
    """What the central directory says of one member."""

    raw_name: bytes
    name: str
    flags: int
    method: int
    crc: int
    compressed: int
    size: int
    mode: int
    offset: int


class _Problems:
    """Problems of many members, of which a person is shown the first."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._first: list[str] = []
        self._count = 0

    def __bool__(self) -> bool:
        return self._count > 0

    def add(self, problem: str) -> None:
        self._count += 1
        if self._count <= _SHOWN:
            self._first.append(f"{self._label}: {problem}")

    def error(self) -> PleasingError:
        more = self._count - len(self._first)
        return PleasingError(
            self._first + ([f"{self._label}: and {more} more problems of this kind"] if more else [])
        )


class _End(NamedTuple):
    """Where the central directory is, and what must follow it."""

    members: int
    size: int
    offset: int


class ArchiveReader:
    """A zip archive on disk.

    Args:
        path: The archive.
        label: How messages name it; the path where not given.

    Raises:
        PleasingError: The archive's structure is damaged, or ambiguous. All problems of its members at once.
    """

    def __init__(self, path: Path, label: Optional[str] = None) -> None:
        self.path = path
        self.label = label or str(path)
        try:
            # Not to wait for a pipe's other end: it is refused below.
            self._fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError as error:
            raise PleasingError(f"cannot read {self.label}: {error.strerror}") from error
        try:
            self._stat = os.fstat(self._fd)
            if not stat.S_ISREG(self._stat.st_mode):
                raise self._fail("is neither a file nor a folder; hand over a PEX")
            self._size = self._stat.st_size
            self.members: list[Member] = self._read_members()
        except BaseException:
            os.close(self._fd)
            raise

    def close(self) -> None:
        """Closes the file; members cannot be read any more."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def check_unchanged(self) -> None:
        """Checks that nobody wrote to the file since it was opened.

        Raises:
            PleasingError: Its size, time or identity has changed, so what was read may be of two states.
        """
        before = self._stat
        try:
            now = os.stat(self.path)
        except OSError as error:
            raise PleasingError(f"{self.label} went away while it was read: {error.strerror}") from error
        if (before.st_size, before.st_mtime_ns, before.st_ino) != (now.st_size, now.st_mtime_ns, now.st_ino):
            raise PleasingError(
                f"{self.label} changed while it was read; build again when nothing writes to it"
            )

    # Source

    def compressed_chunks(self, member: Member) -> Iterator[bytes]:
        """Yields the member's compressed bytes as they are in the archive.

        Args:
            member: One of this archive's.

        Raises:
            PleasingError: The file ends before they do.
        """
        return self._stored_pieces(member, _PIECE)

    def _stored_pieces(self, member: Member, most: int) -> Iterator[bytes]:
        position, left = member.offset, member.compressed
        while left:
            piece = self._read_piece(min(left, most), position)
            if not piece:
                raise PleasingError(
                    f"{self.label} changed while it was read: it ends inside of {member.name}"
                )
            position += len(piece)
            left -= len(piece)
            yield piece

    def beginning(self, member: Member) -> Iterator[bytes]:
        """Yields what the member inflates to, unchecked: for readers that stop before its end.

        Args:
            member: One of this archive's.

        Raises:
            PleasingError: The bytes cannot be inflated.
        """
        return self._inflated(member)

    def chunks(self, member: Member) -> Iterator[bytes]:
        """Yields what the member inflates to, never more than it declares, and checks length and CRC-32.

        Args:
            member: One of this archive's.

        Raises:
            PleasingError: The bytes are not what the archive declares.
        """
        crc, size = 0, 0
        for piece in self._inflated(member):
            size += len(piece)
            if size > member.size:
                raise PleasingError(
                    f"{member.name} in {self.label} inflates to more than the {member.size} bytes that it "
                    "declares; "
                    "the archive is damaged or made to exhaust memory"
                )
            crc = zlib.crc32(piece, crc)
            yield piece
        if size != member.size:
            raise PleasingError(
                f"{member.name} in {self.label} inflates to {size} bytes, but declares {member.size}; "
                "build it again"
            )
        if crc != member.crc:
            raise PleasingError(
                f"{member.name} in {self.label} is damaged: its CRC-32 is {crc:08x}, expected "
                f"{member.crc:08x}; "
                "build it again"
            )

    def describe(self, member: Member) -> str:
        """Returns how a person finds the member.

        Args:
            member: One of this archive's.
        """
        return f"{member.name} in {self.label}"

    def _inflated(self, member: Member) -> Iterator[bytes]:
        if member.method == STORED:
            yield from self.compressed_chunks(member)
            return
        inflater = zlib.decompressobj(RAW_DEFLATE)
        # One byte more than declared is room enough to see that there is too much.
        limit = member.size + 1
        trailing = False
        try:
            for piece in self._stored_pieces(member, _INFLATED):
                trailing = trailing or inflater.eof
                while piece and not inflater.eof and limit > 0:
                    inflated = inflater.decompress(piece, min(limit, 4 * _INFLATED))
                    limit -= len(inflated)
                    piece = inflater.unconsumed_tail
                    yield inflated
        except zlib.error as error:
            raise PleasingError(
                f"{member.name} in {self.label} is damaged: {error}; build it again"
            ) from error
        if limit > 0 and not inflater.eof:
            # What zlib holds back: the rest of one match, at most.
            rest = inflater.flush()
            limit -= len(rest)
            yield rest
        if trailing or inflater.unused_data:
            what = "bytes follow its compressed bytes"
        elif limit > 0 and not inflater.eof:
            what = "its compressed bytes end too early"
        else:
            return
        raise PleasingError(f"{member.name} in {self.label} is damaged: {what}; build it again")

    # Structure

    def _fail(self, problem: str) -> PleasingError:
        return PleasingError(f"{self.label} {problem}")

    def _read_piece(self, size: int, offset: int) -> bytes:
        try:
            return os.pread(self._fd, size, offset)
        except OSError as error:
            raise PleasingError(f"cannot read {self.label}: {error.strerror}") from error

    def _pread(self, size: int, offset: int) -> bytes:
        data = self._read_piece(size, offset)
        while len(data) < size:
            more = self._read_piece(size - len(data), offset + len(data))
            if not more:
                break
            data += more
        return data

    def _read_members(self) -> list[Member]:
        if self._size == 0:
            raise self._fail("is empty, not a PEX or zip archive")
        problems = _Problems(self.label)
        end = self._find_end()
        entries = self._read_central(end, problems)
        members = [] if problems else self._read_locals(entries, end, problems)
        if problems:
            raise problems.error()
        return members

    def _find_end(self) -> _End:
        """Finds the end record (4.3.16), the only one that any reader could find."""
        tail_start = max(0, self._size - _END.size - _MAX_COMMENT)
        tail = self._pread(self._size - tail_start, tail_start)
        candidates = []
        at = tail.rfind(_END_SIGNATURE)
        while at >= 0:
            if at + _END.size <= len(tail):
                comment = _END.unpack_from(tail, at)[7]
                if at + _END.size + comment == len(tail):
                    candidates.append(at)
            at = tail.rfind(_END_SIGNATURE, 0, at)
        if not candidates:
            found = tail.rfind(_END_SIGNATURE)
            if found >= 0 and found + _END.size <= len(tail):
                comment = _END.unpack_from(tail, found)[7]
                after = len(tail) - found - _END.size
                if comment > after:
                    raise self._fail(f"is truncated: its comment has {comment} bytes, {after} are there")
                raise self._fail(
                    f"has {after - comment} bytes after its end; nothing may follow a zip's end record"
                )
            head = self._pread(4, 0)
            if head.startswith((_LOCAL_SIGNATURE, SCRIPT, *PROGRAMS)):
                raise self._fail(
                    f"has no zip end record in its {self._size} bytes: it is truncated, or not a PEX"
                )
            raise self._fail("is not a PEX: it has no zip archive in it")
        # Some readers take the last signature, whatever its comment's length; others the first that fits.
        if len(candidates) > 1 or tail.rfind(_END_SIGNATURE) != candidates[0]:
            raise self._fail(
                "has a comment that holds another end record, so two readers could read two archives"
            )
        at = candidates[0]
        _, disk, first_disk, here, count, size, offset, _ = _END.unpack_from(tail, at)
        position = tail_start + at
        end, is_64 = self._read_end64(position, _End(count, size, offset))
        if here != count or any(
            number and not (is_64 and number == _MAX_16) for number in (disk, first_disk)
        ):
            raise self._fail("is one part of an archive in several parts; those are not read")
        return end

    def _read_end64(self, position: int, end: _End) -> tuple[_End, bool]:
        """Reads the zip64 records (4.3.14, 4.3.15), if any, and checks where the directory ends."""
        locator_at = position - _LOCATOR64.size
        locator = self._pread(_LOCATOR64.size, locator_at) if locator_at >= 0 else b""
        if not locator.startswith(_LOCATOR64_SIGNATURE):
            if end.size == _MAX_32 or end.offset == _MAX_32:
                raise self._fail("says that it is a zip64 archive, but has no zip64 end record")
            self._check_directory_ends(end, position)
            return end, False
        _, disk, end64_at, disks = _LOCATOR64.unpack(locator)
        if disk != 0 or disks > 1:
            raise self._fail("is one part of an archive in several parts; those are not read")
        if end64_at + _END64.size != locator_at:
            raise self._fail(
                f"has a zip64 locator that points to byte {end64_at}; its record can only be at "
                f"{locator_at - _END64.size}"
            )
        record = self._pread(_END64.size, end64_at)
        if not record.startswith(_END64_SIGNATURE):
            raise self._fail(f"has no zip64 end record at byte {end64_at}, where its locator points to")
        _, record_size, _, _, disk, first_disk, here, count, size, offset = _END64.unpack(record)
        if record_size != _END64.size - 12:
            raise self._fail(
                f"has a zip64 end record that declares {record_size} bytes, expected {_END64.size - 12}"
            )
        if disk or first_disk or here != count:
            raise self._fail("is one part of an archive in several parts; those are not read")
        for what, short, limit, long in (
            ("number of members", end.members, _MAX_16, count),
            ("directory size", end.size, _MAX_32, size),
            ("directory offset", end.offset, _MAX_32, offset),
        ):
            if short not in (limit, long):
                raise self._fail(
                    f"contradicts itself: its {what} is {short} in the end record, {long} in zip64's"
                )
        end = _End(count, size, offset)
        self._check_directory_ends(end, end64_at)
        return end, True

    def _check_directory_ends(self, end: _End, position: int) -> None:
        actual = position - end.size
        if actual < 0 or end.offset > position:
            raise self._fail(
                f"is truncated or damaged: a central directory of {end.size} bytes at byte {end.offset} "
                f"does not fit before its end at {position}"
            )
        if actual != end.offset:
            raise self._fail(
                f"says that its central directory is at byte {end.offset}, but it is at {actual}: "
                "bytes were put before or into the archive, or cut from it"
            )

    def _read_central(self, end: _End, problems: _Problems) -> list[_Central]:
        entries: list[_Central] = []
        read = min(end.size, _DIRECTORY_PIECE)
        data = self._pread(read, end.offset)
        at, unpack, header = 0, _CENTRAL.unpack_from, _CENTRAL.size
        for number in range(end.members):
            if read < end.size and len(data) - at < _MAX_ENTRY:
                data = data[at:] + self._pread(min(end.size - read, _DIRECTORY_PIECE), end.offset + read)
                read, at = min(end.size, read + _DIRECTORY_PIECE), 0
            if at + header > len(data) or data[at : at + 4] != _CENTRAL_SIGNATURE:
                problems.add(
                    f"the central directory has {number} members, but the end record says {end.members}; "
                    "the archive is damaged"
                )
                return entries
            (
                _, made_by, _, flags, method, _, _, crc, compressed, size,
                name_size, extra_size, comment_size, disk, _, attributes, offset,
            ) = unpack(data, at)  # fmt: skip
            name_end = at + header + name_size
            raw_name = data[at + header : name_end]
            extra = data[name_end : name_end + extra_size]
            at = name_end + extra_size + comment_size
            if at > len(data):
                problems.add("the central directory ends inside of a member; the archive is damaged")
                return entries
            try:
                name = raw_name.decode("utf-8" if flags & _UTF8 else "ascii")
            except UnicodeDecodeError:
                problems.add(_encoding_problem(raw_name, flags))
                continue
            if extra or compressed == _MAX_32 or size == _MAX_32 or offset == _MAX_32:
                sizes = central_sizes(extra, raw_name, Sizes(size, compressed, offset, disk))
                if isinstance(sizes, str):
                    problems.add(f"{shown(name)}: {sizes}; the archive is damaged or made to mislead")
                    continue
                size, compressed, offset, disk = sizes
            entry = _Central(raw_name, name, flags, method, crc, compressed, size, attributes >> 16, offset)
            problem = _central_problem(entry, made_by >> 8, attributes, disk)
            if problem:
                problems.add(f"{shown(name)}: {problem}")
                continue
            if made_by >> 8 not in _UNIX_HOSTS:
                entry = entry._replace(mode=0)
            entries.append(entry)
        left = len(data) - at + end.size - read
        if left:
            problems.add(
                f"the central directory has {left} bytes more than its {end.members} members take; the "
                "archive is damaged"
            )
        return entries

    def _read_locals(self, entries: list[_Central], end: _End, problems: _Problems) -> list[Member]:
        """Checks each local header (4.3.7) against the directory, and that together they cover the file."""
        members: list[Member] = []
        names: set[str] = set()
        folders: list[str] = []
        by_offset = sorted(entries, key=_offset_of)
        start = by_offset[0].offset if by_offset else end.offset
        if start:
            problem = preamble_problem(self._pread, start)
            if problem:
                raise self._fail(problem)
        expected = start
        window, window_at = b"", 0
        for index, entry in enumerate(by_offset):
            following = by_offset[index + 1].offset if index + 1 < len(by_offset) else end.offset
            offset = entry.offset
            if offset != expected:
                problems.add(_gap_problem(entry, offset, expected))
                return members
            need = _LOCAL.size + len(entry.raw_name)
            at = offset - window_at
            if at < 0 or at + need > len(window):
                # A small window where members are large, so that little is read that is not looked at.
                window = self._pread(_WINDOW if following - offset < _WINDOW else need, offset)
                window_at, at = offset, 0
            if window[at : at + 4] != _LOCAL_SIGNATURE or at + need > len(window):
                problems.add(f"{shown(entry.name)}: no local header at byte {offset}; the archive is damaged")
                return members
            (_, _, flags, method, _, _, crc, compressed, size, name_size, extra_size) = _LOCAL.unpack_from(
                window, at
            )
            data_at = offset + _LOCAL.size + name_size + extra_size
            problem = None
            if window[at + _LOCAL.size : at + _LOCAL.size + name_size] != entry.raw_name:
                problem = "its local header has another name than the central directory"
            elif (flags ^ entry.flags) & (_REFUSED_BITS | _DESCRIPTOR | _UTF8) or method != entry.method:
                problem = "its local header has another method or other flags than the central directory"
            elif data_at + entry.compressed > following:
                problem = f"its bytes overlap those of another member, or the directory, at byte {following}"
            else:
                if extra_size:
                    extra_at = at + _LOCAL.size + name_size
                    extra = window[extra_at : extra_at + extra_size]
                    if len(extra) < extra_size:
                        extra = self._pread(extra_size, window_at + extra_at)
                    sizes = local_sizes(extra, entry.raw_name, size, compressed)
                    if isinstance(sizes, str):
                        problem = sizes
                    else:
                        size, compressed = sizes.size, sizes.compressed
                if problem is None:
                    problem = _local_problem(entry, flags, crc, compressed, size)
            data_end = data_at + entry.compressed
            if problem is None and flags & _DESCRIPTOR:
                problem = self._descriptor_problem(entry, data_at, following)
                data_end = following
            if problem:
                problems.add(f"{shown(entry.name)}: {problem}; the archive is damaged or made to mislead")
                data_end = following
            expected = data_end
            if entry.name.endswith("/"):
                if entry.compressed and not problem and self._pread(2, data_at) != _DEFLATED_NOTHING:
                    problems.add(f"{shown(entry.name)}: it is a folder by its name, but has contents")
                folders.append(entry.name[:-1])
                continue
            if entry.name in names:
                problems.add(
                    f"{shown(entry.name)}: it is in the archive twice; readers would disagree on which "
                    "one counts"
                )
            names.add(entry.name)
            executable, link = bool(entry.mode & 0o111), entry.mode & _TYPE_MASK == _LINK
            members.append(
                Member(
                    entry.name,
                    self,
                    entry.method,
                    entry.crc,
                    entry.compressed,
                    entry.size,
                    executable,
                    link,
                    data_at,
                )
            )
        if expected != end.offset and not problems:
            problems.add(f"{end.offset - expected} bytes before the central directory belong to no member")
        for folder in sorted(names.intersection(folders)):
            problems.add(f"{shown(folder)}: it is in the archive as a file and as a folder")
        return members

    def _descriptor_problem(self, entry: _Central, data_at: int, following: int) -> Optional[str]:
        """Reads the data descriptor (4.3.9), which may have a signature or not, and 4 or 8 bytes a size."""
        data_end = data_at + entry.compressed
        data = self._pread(min(following - data_end, 25), data_end)
        body = data[4:] if data.startswith(_DESCRIPTOR_SIGNATURE) and len(data) in (16, 24) else data
        if len(body) not in (12, 20):
            return f"there is no data descriptor in the {following - data_end} bytes after it"
        crc, compressed, size = struct.unpack("<3L" if len(body) == 12 else "<L2Q", body)
        if (crc, compressed, size) != (entry.crc, entry.compressed, entry.size):
            return "its data descriptor contradicts the central directory"
        if entry.method == STORED and self._holds_descriptor(data_at, data_end):
            return "its stored bytes hold another data descriptor, where a reader that streams would end it"
        return None

    def _holds_descriptor(self, start: int, end: int) -> bool:
        """Tells whether stored bytes hold a data descriptor of the bytes before it."""
        for piece_at in range(start, end, _PIECE):
            # So much more that what begins in this piece can be seen whole.
            piece = self._pread(min(end - piece_at, _PIECE + 15), piece_at)
            at = piece.find(_DESCRIPTOR_SIGNATURE)
            while at >= 0:
                before = piece_at + at - start
                if piece[at + 8 : at + 12] == (before & _MAX_32).to_bytes(4, "little"):
                    return True
                at = piece.find(_DESCRIPTOR_SIGNATURE, at + 1)
        return False


def _offset_of(entry: _Central) -> int:
    return entry.offset


def _gap_problem(entry: _Central, offset: int, expected: int) -> str:
    return (
        f"{offset - expected} bytes before {shown(entry.name)}, at byte {expected}, belong to no member "
        "of the central directory; another reader could find a file there"
    )


def _encoding_problem(raw_name: bytes, flags: int) -> str:
    name = shown(raw_name.decode("utf-8", "backslashreplace"))
    if flags & _UTF8:
        return f"the name {name} is marked as UTF-8, but is not; pack it with a tool that writes UTF-8 names"
    return (
        f"the name {name} is not ASCII, and not marked as UTF-8, so that readers would disagree on it. "
        "Tools with names "
        "in CP437 write such archives, and Please's arcat where it merges some; rename the file, or pack "
        "it with a tool "
        "that marks UTF-8 names"
    )


def _central_problem(entry: _Central, host: int, attributes: int, disk: int) -> Optional[str]:
    if entry.flags & _REFUSED_BITS:
        return "it is encrypted, or a patch; Lambda could not read it"
    if entry.method not in (STORED, DEFLATED):
        return (
            f"its compression method is {entry.method}; only 0 (stored) and 8 (deflated) can be unpacked "
            "everywhere; "
            "pack it with one of these"
        )
    if disk:
        return "it is in another part of an archive in several parts; those are not read"
    is_folder = entry.name.endswith("/")
    problem = problem_with(entry.name[:-1] if is_folder else entry.name)
    if problem:
        return f"a member's name cannot be unpacked safely: {problem}"
    kind = entry.mode & _TYPE_MASK
    if is_folder:
        if entry.size or entry.crc or entry.compressed not in (0, 2 if entry.method == DEFLATED else 0):
            return "it is a folder by its name, but has contents"
        if kind not in (0, _FOLDER):
            return f"it is a folder by its name, but its mode {entry.mode:o} is that of something else"
        return None
    if kind not in (0, _REGULAR, _LINK):
        return f"its mode {entry.mode:o} is neither a file's nor a link's"
    if kind == _LINK and host not in _UNIX_HOSTS:
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


def _local_problem(entry: _Central, flags: int, crc: int, compressed: int, size: int) -> Optional[str]:
    local = (crc, compressed, size)
    central = (entry.crc, entry.compressed, entry.size)
    if local == central or (flags & _DESCRIPTOR and local == (0, 0, 0)):
        return None
    return "its local header contradicts the central directory on its size or CRC-32"
