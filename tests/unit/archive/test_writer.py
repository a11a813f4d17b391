from __future__ import annotations

import hashlib
import io
import os
import random
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from tests.builders.distribution import Distribution
from tests.builders.pex import SCRIPT
from tests.builders.raw_zip import RawZip, deflate
from tools.archive import writer
from tools.archive.compressed import zlib_deflate
from tools.archive.folder import Folder
from tools.archive.member import STORED, Member
from tools.archive.member_table import MemberTable
from tools.archive.reader import ArchiveReader
from tools.archive.writer import Entry, write_archive
from tools.archive.written import WrittenEntry
from tools.errors import PleasingError

WORDS = b"words " * 100


def write(*entries: Entry) -> bytes:
    file = io.BytesIO()
    write_archive(file, entries)
    return file.getvalue()


def test_what_is_written() -> None:
    file = io.BytesIO()
    written = write_archive(
        file, [Entry("b/run", WORDS, True), Entry("a.txt", b"short", False), Entry("é", b"", False)]
    )
    data = file.getvalue()
    assert (written.size, written.unzipped, written.sha256) == (len(data), 605, hashlib.sha256(data).digest())
    assert list(written.entries) == [
        WrittenEntry("a.txt", 5, 5, 30 + 46 + 2 * 5),
        WrittenEntry("b/run", len(deflate(WORDS)), 600, 30 + 46 + 2 * 5),
        WrittenEntry("é", 0, 0, 30 + 46 + 2 * 2),
    ]
    assert sum(entry.compressed + entry.overhead for entry in written.entries) + 22 == len(data)
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        infos = found.infolist()
        assert [(i.filename, i.external_attr >> 16, i.compress_type) for i in infos] == [
            ("a.txt", 0o100644, 0),
            ("b/run", 0o100755, 8),
            ("é", 0o100644, 0),
        ]
        assert {i.date_time for i in infos} == {(1980, 1, 1, 0, 0, 0)}
        assert {(i.create_system, i.extra, i.comment) for i in infos} == {(3, b"", b"")}
        assert [i.flag_bits for i in infos] == [0, 0, 0x800]
        assert found.read("b/run") == WORDS


def test_members_are_copied_as_they_are(tmp_path: Path) -> None:
    source = RawZip(prefix=SCRIPT)
    source.add("deflated", WORDS, payload=zlib.compress(WORDS, 0)[2:-4], descriptor=8)
    source.add("stored", WORDS, method=STORED).add("empty", b"", method=STORED)
    (tmp_path / "app.pex").write_bytes(source.build())
    opened = ArchiveReader(tmp_path / "app.pex")
    data = write(*(Entry(member.name, member, False) for member in opened.members))
    opened.close()
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        assert {i.filename: (i.compress_size, i.flag_bits) for i in found.infolist()} == {
            "deflated": (605, 0),
            "stored": (600, 0),
            "empty": (0, 0),
        }
        assert found.testzip() is None


def test_files_of_a_folder_are_compressed_where_that_helps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "_IN_MEMORY", 10)
    noise = random.Random(1).randbytes(500)
    for name, content in (("words", WORDS), ("noise", noise), ("empty", b"")):
        (tmp_path / name).write_bytes(content)
    tree = Folder(tmp_path, "app.pex", lambda name: False)
    data = write(*(Entry(member.name, member, False) for member in tree.members))
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        assert {i.filename: i.compress_type for i in found.infolist()} == {"words": 8, "noise": 0, "empty": 0}
        assert found.read("words") + found.read("noise") == WORDS + noise


def test_a_file_of_a_folder_that_changed_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"one")
    tree = Folder(tmp_path, "app.pex", lambda name: False)
    (tmp_path / "a").write_bytes(b"two")
    with pytest.raises(PleasingError, match=r"^a in app\.pex changed while it was read; build again$"):
        write(Entry("a", tree.members[0], False))
    (tmp_path / "a").unlink()
    with pytest.raises(PleasingError, match=r"^cannot read a in app\.pex: No such file or directory$"):
        write(Entry("a", tree.members[0], False))


def test_a_full_temporary_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"one")
    tree = Folder(tmp_path, "app.pex", lambda name: False)

    class Full(io.BytesIO):
        def write(self, data: object) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "SpooledTemporaryFile", lambda size: Full())
    with pytest.raises(PleasingError) as caught:
        write(Entry("a", tree.members[0], False))
    assert str(caught.value) == "cannot write a temporary file for a in app.pex: No space left on device"


def test_the_order_of_the_entries_does_not_matter() -> None:
    entries = [Entry(f"{number}", bytes([number]), number % 2 == 0) for number in range(50)]
    shuffled = random.Random(3).sample(entries, 50)
    assert write(*entries) == write(*shuffled)


def test_an_empty_zip_is_one() -> None:
    assert write() == b"PK\x05\x06" + bytes(18)


def test_large_pieces_are_written_whole() -> None:
    class Slow(io.BytesIO):
        def write(self, data: object) -> int:
            return super().write(bytes(cast(bytes, data))[:100_000])

    noise = random.Random(5).randbytes(3_000_000)
    slow = Slow()
    write_archive(slow, [Entry("a", noise, False)])
    assert slow.getvalue() == write(Entry("a", noise, False))


def test_a_full_disk_is_told() -> None:
    class Full(io.BytesIO):
        def write(self, data: object) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(PleasingError) as caught:
        write_archive(Full(), [Entry("a", b"", False)])
    assert str(caught.value) == "cannot write the output: No space left on device; nothing was left"


class Zeros:
    """A source of as many zeros as asked for, which are never made."""

    def __init__(self, size: int) -> None:
        self.table = MemberTable()
        self.table.add(STORED, 1, size, size)

    def compressed_chunks(self, member: Member) -> Iterator[bytes]:
        yield from ()

    chunks = beginning = compressed_chunks

    def describe(self, member: Member) -> str:
        return member.name


class Sparse:
    """A file of which only what is not zeros is kept."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.parts.append(bytes(data))
        return len(data)

    def tell(self) -> int:
        return sum(map(len, self.parts))


def test_sizes_of_more_than_32_bits() -> None:
    size = 0xFFFFFFFF
    member = Member("big", Zeros(size), 0)
    out = Sparse()
    written = write_archive(cast(BinaryIO, out), [Entry("big", member, False), Entry("small", b"x", False)])
    data = b"".join(out.parts)
    # The zeros themselves are not there, so that the offsets are as if there were none.
    assert (
        data[:50]
        == (
            b"PK\x03\x04\x2d\x00\x00\x00\x00\x00\x00\x00\x21\x00\x01\x00\x00\x00"
            + b"\xff" * 8
            + b"\x03\x00\x14\x00big"
            + b"\x01\x00\x10\x00"
            + size.to_bytes(8, "little")
            + size.to_bytes(8, "little")
        )[:50]
    )
    assert written.unzipped == size + 1
    assert next(iter(written.entries)).overhead == 30 + 3 + 20 + 46 + 3 + 20


def test_offsets_of_more_than_32_bits() -> None:
    size = (1 << 32) + 7
    record = writer._central_record(writer._content(b"x", zlib_deflate), 0, b"a", 0o100644, size, False)
    assert record[42:46] == b"\xff\xff\xff\xff"
    assert record[-12:] == b"\x01\x00\x08\x00" + size.to_bytes(8, "little")
    assert writer._end(1, 70, size)[:4] == b"PK\x06\x06"


@pytest.mark.parametrize("count", [65_534, 65_535, 70_000])
def test_more_members_than_16_bits_count(tmp_path: Path, pex_of_many: Path, count: int) -> None:
    path = tmp_path / "app.zip"
    source = ArchiveReader(pex_of_many)
    with path.open("wb") as file:
        write_archive(file, (Entry(member.name, member, False) for member in source.members[-count:]))
    source.close()
    opened = ArchiveReader(path)
    assert len(opened.members) == count
    opened.close()
    with zipfile.ZipFile(path) as found:
        assert len(found.namelist()) == count
    has_zip64 = b"PK\x06\x07" in path.read_bytes()[-100:]
    assert has_zip64 == (count >= 65_535)


@pytest.mark.parametrize("command", [["unzip", "-tqq"], ["7z", "t"]], ids=["unzip", "7-Zip"])
def test_other_readers_find_nothing_wrong(tmp_path: Path, command: list[str]) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    path = tmp_path / "app.zip"
    with path.open("wb") as file:
        write_archive(file, [Entry("é/ü.txt", WORDS, False), Entry("a", b"", True), *_many()])
    done = subprocess.run(
        [*command, str(path)], capture_output=True, text=True, env={**os.environ, "LC_ALL": "C.UTF-8"}
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_uv_reads_what_is_written(tmp_path: Path) -> None:
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv is None:
        pytest.skip("uv is not installed")
    files = Distribution(
        "demo", "1.0", {"demo/__init__.py": WORDS, "demo/é.txt": b"", "demo/a.bin": b"\0"}
    ).installed()
    wheel = tmp_path / "demo-1.0-py3-none-any.whl"
    with wheel.open("wb") as file:
        write_archive(file, (Entry(name, data, False) for name, data in files.items()))
    done = subprocess.run(
        [
            uv,
            "pip",
            "install",
            "--offline",
            "--no-deps",
            "--python",
            sys.executable,
            "--target",
            tmp_path / "out",
            wheel,
        ],
        capture_output=True,
        text=True,
        env={**os.environ, "UV_CACHE_DIR": str(tmp_path / "cache")},
    )
    assert done.returncode == 0, done.stderr
    out = tmp_path / "out"
    found = {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    written = {"INSTALLER", "RECORD", "REQUESTED", "direct_url.json", "uv_cache.json", ".lock"}
    assert {name: data for name, data in found.items() if name.rpartition("/")[2] not in written} == {
        name: data for name, data in files.items() if name.rpartition("/")[2] not in written
    }


def _many() -> Iterator[Entry]:
    return (Entry(f"m/{number}", b"%d" % number, False) for number in range(66_000))
