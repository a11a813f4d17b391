"""Container: a zip archive, read so strictly that no other reader can understand it differently.

The structure is always checked, and wholly: the end record, the central directory, every local header and data
descriptor, and that they cover the file without a gap or an overlap. The rules are those that installers came to
after CVE-2025-54368 (uv, pull request 15136) and APPNOTE.TXT 6.3.10, whose section numbers stand beside the code.
The one exception is the program that a PEX begins with, which must be one of the kinds that PEXes have.

What the members inflate to is read only by `chunks`, for the few members that are looked into and for `verify`.
"""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path
from typing import Iterator, NamedTuple, Optional

from tools.errors import PleasingError
from tools.lambda_zip.member import DEFLATED, RAW_DEFLATE, STORED, Member
from tools.lambda_zip.member_name import problem_with

_LOCAL = struct.Struct("<4s5H3L2H")  # 4.3.7
_CENTRAL = struct.Struct("<4s6H3L5H2L")  # 4.3.12
_END = struct.Struct("<4s4H2LH")  # 4.3.16
_END64 = struct.Struct("<4sQ2H2L4Q")  # 4.3.14
_LOCATOR64 = struct.Struct("<4sLQL")  # 4.3.15
_FIELD = struct.Struct("<2H")  # 4.5.1

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

# Header IDs of extra fields, 4.5.2 and 4.6.
_ZIP64_FIELD = 0x0001
_UNICODE_PATH_FIELD = 0x7075
_AES_FIELD = 0x9901
_MEANINGFUL_FIELDS = (_ZIP64_FIELD, _UNICODE_PATH_FIELD, _AES_FIELD)

# External attributes, 4.4.2 and 4.4.15: the upper half is st_mode where the host is Unix or macOS.
_UNIX_HOSTS = (3, 19)
_TYPE_MASK, _REGULAR, _FOLDER, _LINK = 0o170000, 0o100000, 0o040000, 0o120000

# What a PEX may begin with: an ELF or Mach-O program (python-rules 2), or a script (python-rules 1, pex-tool).
_PROGRAMS = (
    b"\x7fELF",
    b"#!",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
)

_WINDOW = 1 << 16
_PIECE = 1 << 20
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


class _End(NamedTuple):
    """Where the central directory is, and what must follow it."""

    count: int
    size: int
    offset: int


class Container:
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
            self._fd = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
        except OSError as error:
            raise PleasingError(f"cannot read {self.label}: {error.strerror}") from error
        try:
            self._stat = os.fstat(self._fd)
            self._size = self._stat.st_size
            self.members: list[Member] = self._read_members()
        except BaseException:
            os.close(self._fd)
            raise

    def close(self) -> None:
        """Closes the file; members cannot be read any more."""
        os.close(self._fd)

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
            raise PleasingError(f"{self.label} changed while it was read; build again when nothing writes to it")

    # Source

    def compressed_chunks(self, member: Member) -> Iterator[bytes]:
        """Yields the member's compressed bytes as they are in the archive.

        Args:
            member: One of this archive's.

        Raises:
            PleasingError: The file ends before they do.
        """
        position, left = member.offset, member.compressed
        while left:
            piece = os.pread(self._fd, min(left, _PIECE), position)
            if not piece:
                raise PleasingError(f"{self.label} changed while it was read: it ends inside of {member.name}")
            position += len(piece)
            left -= len(piece)
            yield piece

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
                    f"{member.name} in {self.label} inflates to more than the {member.size} bytes that it declares; "
                    "the archive is damaged or made to exhaust memory"
                )
            crc = zlib.crc32(piece, crc)
            yield piece
        if size != member.size:
            raise PleasingError(
                f"{member.name} in {self.label} inflates to {size} bytes, but declares {member.size}; build it again"
            )
        if crc != member.crc:
            raise PleasingError(
                f"{member.name} in {self.label} is damaged: its CRC-32 is {crc:08x}, expected {member.crc:08x}; "
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
        try:
            for piece in self.compressed_chunks(member):
                while piece and not inflater.eof and limit > 0:
                    inflated = inflater.decompress(piece, min(limit, _PIECE))
                    limit -= len(inflated)
                    piece = inflater.unconsumed_tail
                    yield inflated
        except zlib.error as error:
            raise PleasingError(f"{member.name} in {self.label} is damaged: {error}; build it again") from error
        if limit > 0:
            rest = inflater.flush()
            if rest:
                yield rest
        if not inflater.eof or inflater.unused_data:
            what = "its compressed bytes end too early" if not inflater.eof else "bytes follow its compressed bytes"
            if limit > 0 or inflater.unused_data:
                raise PleasingError(f"{member.name} in {self.label} is damaged: {what}; build it again")

    # Structure

    def _fail(self, problem: str) -> PleasingError:
        return PleasingError(f"{self.label} {problem}")

    def _pread(self, size: int, offset: int) -> bytes:
        data = os.pread(self._fd, size, offset)
        while len(data) < size:
            more = os.pread(self._fd, size - len(data), offset + len(data))
            if not more:
                break
            data += more
        return data

    def _read_members(self) -> list[Member]:
        if self._size == 0:
            raise self._fail("is empty, not a PEX or zip archive")
        end = self._find_end()
        entries, problems = self._read_central(end)
        if not problems:
            members = self._read_locals(entries, end, problems)
        if problems:
            shown = [f"{self.label}: {problem}" for problem in problems[:_SHOWN]]
            if len(problems) > _SHOWN:
                shown.append(f"{self.label}: and {len(problems) - _SHOWN} more problems of this kind")
            raise PleasingError(shown)
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
                raise self._fail(f"has {after - comment} bytes after its end; nothing may follow a zip's end record")
            head = self._pread(4, 0)
            if head.startswith((_LOCAL_SIGNATURE, *_PROGRAMS)):
                raise self._fail(f"has no zip end record in its {self._size} bytes: it is truncated, or not a PEX")
            raise self._fail("is not a PEX: it has no zip archive in it")
        if len(candidates) > 1:
            raise self._fail("has a comment that holds another end record, so two readers could read two archives")
        at = candidates[0]
        _, disk, first_disk, here, count, size, offset, _ = _END.unpack_from(tail, at)
        position = tail_start + at
        end = self._read_end64(position, _End(count, size, offset))
        if disk not in (0, _MAX_16) or first_disk not in (0, _MAX_16) or here not in (count, _MAX_16):
            raise self._fail("is one part of an archive in several parts; those are not read")
        return end

    def _read_end64(self, position: int, end: _End) -> _End:
        """Reads the zip64 records (4.3.14, 4.3.15) where there are any, and checks where the directory ends."""
        saturated = end.count == _MAX_16 or end.size == _MAX_32 or end.offset == _MAX_32
        locator_at = position - _LOCATOR64.size
        locator = self._pread(_LOCATOR64.size, locator_at) if locator_at >= 0 else b""
        if not locator.startswith(_LOCATOR64_SIGNATURE):
            if saturated and (end.size == _MAX_32 or end.offset == _MAX_32):
                raise self._fail("says that it is a zip64 archive, but has no zip64 end record")
            self._check_directory_ends(end, position)
            return end
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
            raise self._fail(f"has a zip64 end record that declares {record_size} bytes, expected {_END64.size - 12}")
        if disk or first_disk or here != count:
            raise self._fail("is one part of an archive in several parts; those are not read")
        for what, short, limit, long in (
            ("number of members", end.count, _MAX_16, count),
            ("directory size", end.size, _MAX_32, size),
            ("directory offset", end.offset, _MAX_32, offset),
        ):
            if short not in (limit, long):
                raise self._fail(f"contradicts itself: its {what} is {short} in the end record, {long} in zip64's")
        end = _End(count, size, offset)
        self._check_directory_ends(end, end64_at)
        return end

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

    def _read_central(self, end: _End) -> tuple[list[_Central], list[str]]:
        data = self._pread(end.size, end.offset)
        entries: list[_Central] = []
        problems: list[str] = []
        at, unpack, header = 0, _CENTRAL.unpack_from, _CENTRAL.size
        for number in range(end.count):
            if at + header > len(data) or data[at : at + 4] != _CENTRAL_SIGNATURE:
                problems.append(
                    f"the central directory has {number} members, but the end record says {end.count}; "
                    "the archive is damaged"
                )
                return entries, problems
            (
                _, made_by, _, flags, method, _, _, crc, compressed, size,
                name_size, extra_size, comment_size, disk, _, attributes, offset,
            ) = unpack(data, at)  # fmt: skip
            name_end = at + header + name_size
            raw_name = data[at + header : name_end]
            extra = data[name_end : name_end + extra_size]
            at = name_end + extra_size + comment_size
            if at > len(data):
                problems.append("the central directory ends inside of a member; the archive is damaged")
                return entries, problems
            try:
                name = raw_name.decode("utf-8" if flags & _UTF8 else "ascii")
            except UnicodeDecodeError:
                shown = raw_name.decode("utf-8", "backslashreplace")
                problems.append(
                    f"the name {shown!r} is not marked as UTF-8 and not ASCII, or is not valid UTF-8: readers would "
                    "disagree on it; pack it with a tool that writes UTF-8 names"
                )
                continue
            if extra:
                problem, compressed, size, offset, disk = _central_extra(
                    extra, raw_name, compressed, size, offset, disk
                )
                if problem:
                    problems.append(f"{name}: {problem}")
                    continue
            mode = attributes >> 16 if made_by >> 8 in _UNIX_HOSTS else 0
            entry = _Central(raw_name, name, flags, method, crc, compressed, size, mode, offset)
            problem = _central_problem(entry, disk)
            if problem:
                problems.append(f"{name!r}: {problem}")
            entries.append(entry)
        if at != len(data):
            problems.append(
                f"the central directory has {len(data) - at} bytes more than its {end.count} members take; "
                "the archive is damaged"
            )
        return entries, problems

    def _read_locals(self, entries: list[_Central], end: _End, problems: list[str]) -> list[Member]:
        """Checks each local header (4.3.7) against the directory, and that together they cover the file."""
        members: list[Member] = []
        names: set[str] = set()
        by_offset = sorted(entries, key=_offset_of)
        start = by_offset[0].offset if by_offset else end.offset
        if start:
            self._check_program(start)
        expected = start
        window, window_at = b"", 0
        for index, entry in enumerate(by_offset):
            following = by_offset[index + 1].offset if index + 1 < len(by_offset) else end.offset
            offset = entry.offset
            if offset != expected:
                self._report_gap(entry, offset, expected, problems)
                return members
            need = _LOCAL.size + len(entry.raw_name)
            at = offset - window_at
            if at < 0 or at + need + 64 > len(window):
                # A small window where members are large, so that little is read that is not looked at.
                window = self._pread(min(_WINDOW if following - offset < _WINDOW else 512, end.offset - offset), offset)
                window_at, at = offset, 0
            if window[at : at + 4] != _LOCAL_SIGNATURE or at + need > len(window):
                problems.append(f"{entry.name!r}: no local header at byte {offset}; the archive is damaged")
                return members
            (_, _, flags, method, _, _, crc, compressed, size, name_size, extra_size) = _LOCAL.unpack_from(window, at)
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
                    extra = self._pread(extra_size, offset + _LOCAL.size + name_size)
                    problem, compressed, size = _local_extra(extra, entry.raw_name, compressed, size)
                if problem is None:
                    problem = _local_problem(entry, flags, crc, compressed, size)
            data_end = data_at + entry.compressed
            if problem is None and flags & _DESCRIPTOR:
                problem = self._descriptor_problem(entry, data_end, following)
                data_end = following
            if problem:
                problems.append(f"{entry.name!r}: {problem}; the archive is damaged or made to mislead")
                data_end = following
            expected = data_end
            if entry.name.endswith("/"):
                continue
            if entry.name in names:
                problems.append(f"{entry.name!r}: it is in the archive twice; readers would disagree on which one counts")
            names.add(entry.name)
            members.append(
                Member(
                    entry.name, self, entry.method, entry.crc, entry.compressed, entry.size,
                    bool(entry.mode & 0o111), entry.mode & _TYPE_MASK == _LINK, data_at,
                )  # fmt: skip
            )
        if expected != end.offset and not problems:
            problems.append(f"{end.offset - expected} bytes before the central directory belong to no member")
        return members

    def _check_program(self, size: int) -> None:
        head = self._pread(min(size, 4), 0)
        if not head.startswith(_PROGRAMS):
            raise self._fail(
                f"begins with {size} bytes that are neither a program nor a script: a PEX begins with one of "
                "these, and any other archive with its first member"
            )

    def _report_gap(self, entry: _Central, offset: int, expected: int, problems: list[str]) -> None:
        if offset < expected:
            problems.append(f"{entry.name!r}: its bytes overlap those of another member, at byte {offset}")
        else:
            problems.append(
                f"{offset - expected} bytes before {entry.name!r}, at byte {expected}, belong to no member of the "
                "central directory; another reader could find a file there"
            )

    def _descriptor_problem(self, entry: _Central, data_end: int, following: int) -> Optional[str]:
        """Reads the data descriptor (4.3.9), which may have a signature or not, and 4 or 8 bytes a size."""
        data = self._pread(min(following - data_end, 25), data_end)
        body = data[4:] if data.startswith(_DESCRIPTOR_SIGNATURE) and len(data) in (16, 24) else data
        if len(body) not in (12, 20):
            return f"the {len(data)} bytes after it are no data descriptor"
        crc, compressed, size = struct.unpack("<3L" if len(body) == 12 else "<L2Q", body)
        if (crc, compressed, size) != (entry.crc, entry.compressed, entry.size):
            return "its data descriptor contradicts the central directory"
        return None


def _offset_of(entry: _Central) -> int:
    return entry.offset


def _central_problem(entry: _Central, disk: int) -> Optional[str]:
    if entry.flags & _REFUSED_BITS:
        return "it is encrypted, or a patch; Lambda could not read it"
    if entry.method not in (STORED, DEFLATED):
        return (
            f"its compression method is {entry.method}; only 0 (stored) and 8 (deflated) can be unpacked everywhere; "
            "pack it with one of these"
        )
    if disk:
        return "it is in another part of an archive in several parts"
    is_folder = entry.name.endswith("/")
    problem = problem_with(entry.name[:-1] if is_folder else entry.name)
    if problem:
        return f"a member's name cannot be unpacked safely: {problem}"
    kind = entry.mode & _TYPE_MASK
    if is_folder:
        if entry.size or entry.crc:
            return "it is a folder by its name, but has contents"
        if kind not in (0, _FOLDER):
            return f"it is a folder by its name, but its mode {entry.mode:o} is that of something else"
        return None
    if kind not in (0, _REGULAR, _LINK):
        return f"its mode {entry.mode:o} is neither a file's nor a link's"
    if entry.method == STORED and entry.size != entry.compressed:
        return f"it is stored, but its sizes differ: {entry.compressed} and {entry.size} bytes"
    return None


def _local_problem(entry: _Central, flags: int, crc: int, compressed: int, size: int) -> Optional[str]:
    local = (crc, compressed, size)
    central = (entry.crc, entry.compressed, entry.size)
    if local == central or (flags & _DESCRIPTOR and local == (0, 0, 0)):
        return None
    return "its local header contradicts the central directory on its size or CRC-32"


def _fields(extra: bytes) -> Optional[dict[int, bytes]]:
    """Returns the extra fields (4.5.1) by header ID; None where they do not fill their space, or contradict.

    Times may be there twice, and are: Go's writer adds them to a folder that it copies, and nothing reads them.
    """
    fields: dict[int, bytes] = {}
    at = 0
    while at < len(extra):
        if at + _FIELD.size > len(extra):
            return None
        kind, size = _FIELD.unpack_from(extra, at)
        at += _FIELD.size
        if at + size > len(extra) or (kind in fields and kind in _MEANINGFUL_FIELDS):
            return None
        fields[kind] = extra[at : at + size]
        at += size
    return fields


def _field_problem(fields: Optional[dict[int, bytes]], raw_name: bytes) -> Optional[str]:
    if fields is None:
        return "its extra fields are malformed"
    if _AES_FIELD in fields:
        return "it is encrypted; Lambda could not read it"
    other = fields.get(_UNICODE_PATH_FIELD)  # 4.6.9: version, CRC-32 of the name, name
    if other is not None and other[5:] != raw_name:
        return "it has a second name in an extra field; readers would disagree on which one counts"
    return None


def _central_extra(
    extra: bytes, raw_name: bytes, compressed: int, size: int, offset: int, disk: int
) -> tuple[Optional[str], int, int, int, int]:
    fields = _fields(extra)
    problem = _field_problem(fields, raw_name)
    if problem or fields is None or _ZIP64_FIELD not in fields:
        return problem, compressed, size, offset, disk
    # 4.5.3: only the values that are saturated in the header, in this order.
    wide, at = fields[_ZIP64_FIELD], 0
    values = [size, compressed, offset]
    for index, value in enumerate(values):
        if value == _MAX_32:
            if at + 8 > len(wide):
                return "its zip64 field is too short", compressed, size, offset, disk
            values[index] = int.from_bytes(wide[at : at + 8], "little")
            at += 8
    if disk == _MAX_16:
        disk = int.from_bytes(wide[at : at + 4], "little")
        at += 4
    if at != len(wide):
        return "its zip64 field contradicts its header", compressed, size, offset, disk
    size, compressed, offset = values
    return None, compressed, size, offset, disk


def _local_extra(extra: bytes, raw_name: bytes, compressed: int, size: int) -> tuple[Optional[str], int, int]:
    fields = _fields(extra)
    problem = _field_problem(fields, raw_name)
    if problem or fields is None or _ZIP64_FIELD not in fields:
        return problem, compressed, size
    wide = fields[_ZIP64_FIELD]
    if len(wide) != 16:  # 4.5.3: a local header's has both sizes.
        return "its local zip64 field is not 16 bytes long", compressed, size
    wide_size, wide_compressed = struct.unpack("<2Q", wide)
    for short, long in ((size, wide_size), (compressed, wide_compressed)):
        # A writer that streams leaves zeros in the header and the field, and tells the sizes afterwards.
        if short not in (_MAX_32, long) and long != 0:
            return "its local zip64 field contradicts its local header", compressed, size
    return None, wide_compressed, wide_size
