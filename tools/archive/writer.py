"""Archive: writes the zip. The same entries give the same bytes, anywhere."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from typing import IO, BinaryIO, NamedTuple, Optional, Union

from tools.archive.compressed import Compressed, Deflate, compress, zlib_deflate
from tools.archive.folder import Folder
from tools.archive.member import DEFLATED, RAW_DEFLATE, STORED, Member
from tools.archive.output import write_all
from tools.archive.record import (
    CENTRAL,
    CENTRAL_SIGNATURE,
    END,
    END64,
    END64_SIGNATURE,
    END_SIGNATURE,
    LOCAL,
    LOCAL_SIGNATURE,
    LOCATOR64,
    LOCATOR64_SIGNATURE,
    MAX_16,
    MAX_32,
    UNIX,
    UTF8,
    VERSION,
    VERSION64,
    ZIP64_FIELD,
)
from tools.archive.written import Written, WrittenEntries
from tools.errors import PleasingError

# 1980-01-01 00:00:00, the first that the format has (4.4.6). Nothing that Lambda does reads it.
_TIME = 0
_DATE = (0 << 9) | (1 << 5) | 1

# What AWS asks for: files readable by all, executable where they are run (re:Post, deployment package errors).
_FILE_MODE = 0o100644
_EXECUTABLE_MODE = 0o100755

_LEVEL = 6
_BATCH = 1 << 20
_IN_MEMORY = 1 << 24
_CENTRAL_IN_MEMORY = 1 << 22


class Entry(NamedTuple):
    """One file of the zip.

    Attributes:
        name: Its name.
        content: A member of the input, which is copied; bytes, which are compressed; or what is compressed already.
        executable: Whether it may be run.
    """

    name: str
    content: Union[Member, bytes, Compressed]
    executable: bool


class _Output:
    """Writes in large pieces, and hashes what it writes."""

    def __init__(self, file: BinaryIO) -> None:
        # Late: it loads OpenSSL, for 3 ms that what cannot be packed does not need.
        from hashlib import sha256

        self._file = file
        self._digest = sha256()
        self._parts: list[bytes] = []
        self._held = 0
        self.position = file.tell()  # a PEX has a line before its archive

    def write(self, data: bytes) -> None:
        self._parts.append(data)
        self._held += len(data)
        self.position += len(data)
        if self._held >= _BATCH:
            self._flush()

    def finish(self) -> bytes:
        self._flush()
        return self._digest.digest()

    def _flush(self) -> None:
        data = b"".join(self._parts)
        self._parts.clear()
        self._held = 0
        self._digest.update(data)
        write_all(self._file, data)


class _Central:
    """The central directory, which waits for the end of the zip. Of a million entries it is 100 MB: not in memory."""

    def __init__(self) -> None:
        self._records = bytearray()
        self._spilled: Optional[IO[bytes]] = None

    def add(self, record: bytes) -> None:
        self._records += record
        if len(self._records) >= _CENTRAL_IN_MEMORY:
            if self._spilled is None:
                import tempfile

                self._spilled = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `pieces`, or with this object
            self._spilled.write(self._records)
            self._records.clear()

    def pieces(self) -> Iterator[bytes]:
        if self._spilled is not None:
            yield from _spooled(self._spilled)
        yield bytes(self._records)


class _Content(NamedTuple):
    """An entry's bytes as the zip stores them."""

    method: int
    crc: int
    compressed: int
    size: int
    chunks: Iterable[bytes]


def write_archive(file: BinaryIO, entries: Iterable[Entry], deflate: Deflate = zlib_deflate) -> Written:
    """Write a zip: sorted by name, with one date, two modes, and nothing of this machine.

    Args:
        file: Open for writing. What it holds already is counted in the offsets, as of a program that starts with it.
        entries: In any order, each name once.
        deflate: What deflates the entries that are bytes.

    Raises:
        PleasingError: An input cannot be read, or is not what it declares.
    """
    return write_sorted(file, sorted(entries, key=_name_of), deflate)


def write_sorted(file: BinaryIO, entries: Iterable[Entry], deflate: Deflate = zlib_deflate) -> Written:
    """Write a zip as `write_archive` does, of entries that need not be in memory all at once.

    Args:
        file: Open for writing, empty.
        entries: Sorted by name, each name once.
        deflate: What deflates the entries that are bytes.

    Raises:
        PleasingError: An input cannot be read, or is not what it declares.
    """
    out = _Output(file)
    central = _Central()
    written = WrittenEntries()
    unzipped = 0
    for entry in entries:
        raw_name = entry.name.encode("utf-8")
        flags = 0 if entry.name.isascii() else UTF8
        mode = _EXECUTABLE_MODE if entry.executable else _FILE_MODE
        content = _content(entry.content, deflate)
        offset = out.position
        large = content.size >= MAX_32 or content.compressed >= MAX_32
        header, extra = _local_header(content, flags, raw_name, large)
        out.write(header + raw_name + extra if extra else header + raw_name)
        for chunk in content.chunks:
            out.write(chunk)
        record = _central_record(content, flags, raw_name, mode, offset, large)
        central.add(record)
        unzipped += content.size
        overhead = len(header) + len(raw_name) + len(extra) + len(record)
        written.add(entry.name, content.compressed, content.size, overhead)
    start = out.position
    for piece in central.pieces():
        out.write(piece)
    out.write(_end(len(written), out.position - start, start))
    digest = out.finish()
    return Written(out.position, unzipped, digest, written)


def _name_of(entry: Entry) -> str:
    return entry.name


def _content(content: Union[Member, bytes, Compressed], deflate: Deflate) -> _Content:
    if isinstance(content, bytes):
        content = compress(content, deflate)
    if isinstance(content, Compressed):
        method, crc, size, data = content
        return _Content(method, crc, len(data), size, (data,) if data else ())
    if isinstance(content.source, Folder):
        return _deflated(content)
    return _Content(
        content.method,
        content.crc,
        content.compressed,
        content.size,
        content.source.compressed_chunks(content) if content.compressed else (),
    )


def _deflated(member: Member) -> _Content:
    """Deflate a file of a folder, through a temporary file if large: its header comes first in the zip."""
    import tempfile

    deflater = zlib.compressobj(_LEVEL, zlib.DEFLATED, RAW_DEFLATE)
    crc = size = 0
    # Closed by _spooled once its bytes have been copied.
    spool = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115
    try:
        for piece in member.source.chunks(member):
            crc = zlib.crc32(piece, crc)
            size += len(piece)
            spool.write(deflater.compress(piece))
        spool.write(deflater.flush())
    except BaseException as error:
        spool.close()
        if isinstance(error, OSError):
            raise PleasingError(
                f"cannot write a temporary file for {member.describe()}: {error.strerror}"
            ) from error
        raise
    if (size, crc) != (member.size, member.crc):
        spool.close()
        raise PleasingError(f"{member.describe()} changed while it was read; build again")
    compressed = spool.tell()
    if compressed < size:
        return _Content(DEFLATED, crc, compressed, size, _spooled(spool))
    spool.close()
    return _Content(STORED, crc, size, size, member.source.chunks(member))


def _spooled(spool: IO[bytes]) -> Iterator[bytes]:
    with spool:
        spool.seek(0)
        while True:
            piece = spool.read(_BATCH)
            if not piece:
                return
            yield piece


def _local_header(content: _Content, flags: int, raw_name: bytes, large: bool) -> tuple[bytes, bytes]:
    extra = struct.pack("<2H2Q", ZIP64_FIELD, 16, content.size, content.compressed) if large else b""
    header = LOCAL.pack(
        LOCAL_SIGNATURE, VERSION64 if large else VERSION, flags, content.method, _TIME, _DATE, content.crc,
        MAX_32 if large else content.compressed, MAX_32 if large else content.size,
        len(raw_name), len(extra),
    )  # fmt: skip
    return header, extra


def _central_record(
    content: _Content, flags: int, raw_name: bytes, mode: int, offset: int, large: bool
) -> bytes:
    wide = b""
    if large:
        wide += struct.pack("<2Q", content.size, content.compressed)
    if offset >= MAX_32:
        wide += struct.pack("<Q", offset)
    extra = struct.pack("<2H", ZIP64_FIELD, len(wide)) + wide if wide else b""
    version = VERSION64 if wide else VERSION
    header = CENTRAL.pack(
        CENTRAL_SIGNATURE, (UNIX << 8) | version, version, flags, content.method, _TIME, _DATE, content.crc,
        MAX_32 if large else content.compressed, MAX_32 if large else content.size,
        len(raw_name), len(extra),
        0, 0, 0, mode << 16, min(offset, MAX_32),
    )  # fmt: skip
    return header + raw_name + extra


def _end(count: int, size: int, offset: int) -> bytes:
    records = b""
    if count >= MAX_16 or size >= MAX_32 or offset >= MAX_32:
        records = END64.pack(
            END64_SIGNATURE,
            END64.size - 12,
            (UNIX << 8) | VERSION64,
            VERSION64,
            0,
            0,
            count,
            count,
            size,
            offset,
        ) + LOCATOR64.pack(LOCATOR64_SIGNATURE, 0, offset + size, 1)
    short = min(count, MAX_16)
    return records + END.pack(END_SIGNATURE, 0, 0, short, short, min(size, MAX_32), min(offset, MAX_32), 0)
