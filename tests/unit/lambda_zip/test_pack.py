from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Callable

import pytest

from tests.builders.command import contents, pack
from tests.builders.pex import PexBuilder, PexKind, echo_pex
from tests.builders.raw_zip import MAX_32, STORED, RawMember, RawZip, deflate, zip64_field
from tools.archive.contents import inflated_pieces
from tools.archive.input import Input
from tools.archive.member import Member
from tools.archive.reader import ArchiveReader
from tools.archive.writer import write_sorted
from tools.lambda_zip import write_zip as write_zip_module

ECHO_FILES = {
    "lambda_function.py",
    "msgspec-0.19.0.dist-info/METADATA",
    "msgspec-0.19.0.dist-info/RECORD",
    "msgspec-0.19.0.dist-info/WHEEL",
    "msgspec/__init__.py",
    "msgspec/_utils.py",
    "svc/data.json",
    "svc/echo.py",
}


def error(
    builder: PexBuilder, tmp_path: Path, *arguments: object, handler: str = "svc/echo.py:handler"
) -> str:
    """Return what is printed; nothing may be left beside the PEX."""
    result = pack(
        builder.write(tmp_path / "app.pex"), "--manifest", tmp_path / "app.json", *arguments, handler=handler
    )
    assert result.status == 1
    assert result.out == ""
    assert [entry.name for entry in tmp_path.iterdir()] == ["app.pex"]
    return result.err


@pytest.mark.parametrize("kind", PexKind)
def test_every_kind_gives_the_same_files(tmp_path: Path, kind: PexKind) -> None:
    assert pack(echo_pex(kind).write(tmp_path / "app.pex")).status == 0
    found = contents(tmp_path / "app.zip")
    assert set(found) - {"svc/__init__.py"} == ECHO_FILES
    assert {mode for _, mode in found.values()} == {0o100644}
    assert found["svc/echo.py"][0] == b"def handler(event, context):\n    return event\n"
    record = found["msgspec-0.19.0.dist-info/RECORD"][0].decode().splitlines()
    assert [line.partition(",")[0] for line in record] == sorted(
        name for name in ECHO_FILES if name.startswith("msgspec")
    )


@pytest.mark.parametrize("kind", PexKind)
def test_the_handler_runs_from_the_unpacked_zip(tmp_path: Path, kind: PexKind) -> None:
    builder = echo_pex(kind).add_source(
        "svc/echo.py",
        "import importlib.metadata\nimport msgspec\n\ndef handler(event, context):\n"
        "    return [msgspec.name, importlib.metadata.version('msgspec'), __name__]\n",
    )
    assert pack(builder.write(tmp_path / "app.pex")).status == 0
    with zipfile.ZipFile(tmp_path / "app.zip") as archive:
        archive.extractall(tmp_path / "task")
    code = "import sys; sys.path.insert(0, sys.argv[1]); import lambda_function; print(lambda_function.handler({}, None))"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", code, str(tmp_path / "task")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "['msgspec', '0.19.0', 'svc.echo']\n"


def test_executable_bits_and_links(tmp_path: Path) -> None:
    builder = echo_pex().add("svc/run.sh", b"#!/bin/sh\n", executable=True).add_link("svc/link.sh", "run.sh")
    assert pack(builder.write(tmp_path / "app.pex")).status == 0
    found = contents(tmp_path / "app.zip")
    assert found["svc/link.sh"] == found["svc/run.sh"] == (b"#!/bin/sh\n", 0o100755)


def test_every_problem_at_once(tmp_path: Path) -> None:
    builder = (
        echo_pex()
        .add("svc/other.py", b"from third_party.python import msgspec\n")
        .add("svc/bin.so", b"\x7fELF")
    )
    text = error(builder, tmp_path, "--declared", "other==1", handler="svc/none.py:handler")
    lines = text.splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("app.pex: error: handler 'svc/none.py:handler': svc/none.py is not in the PEX")
    assert lines[1].startswith(
        "app.pex: error: svc/other.py:1: 'from third_party.python import msgspec' works only under Please"
    )
    assert lines[2].startswith(
        "app.pex: error: msgspec 0.19.0 is in the PEX, but no rule in the dependencies declares it"
    )
    assert lines[3].startswith(
        "app.pex: error: svc/bin.so (of first-party code) begins like an ELF file, but cannot be read"
    )


def test_provenance_may_pass(tmp_path: Path) -> None:
    assert pack(echo_pex().write(tmp_path / "app.pex"), "--declared", "msgspec==0.19.0").status == 0


def test_an_exclude_that_takes_the_handler(tmp_path: Path) -> None:
    assert error(echo_pex(), tmp_path, "--exclude", "*.py") == (
        "app.pex: error: handler 'svc/echo.py:handler': exclude takes svc/echo.py, which has the handler; change the pattern\n"
    )


def test_globs_that_match_nothing_are_warnings(tmp_path: Path) -> None:
    result = pack(echo_pex().write(tmp_path / "app.pex"), "--exclude", "none", "--collisions-ok", "*.txt")
    assert (result.status, result.out) == (0, "")
    assert result.err == (
        "app.pex: warning: exclude: 'none' matches no file of the zip; take it out or correct it\n"
        "app.pex: warning: collisions_ok: '*.txt' matches no collision; take it out\n"
    )


def test_a_collision(tmp_path: Path) -> None:
    builder = echo_pex().add("msgspec/_utils.py", b"mine").add_source("svc/echo.py")
    assert error(builder, tmp_path) == (
        "app.pex: error: two files with different bytes land on msgspec/_utils.py in the zip:\n"
        "    msgspec/_utils.py in app.pex (first-party)\n"
        "    third_party/python/msgspec/_utils.py in app.pex (msgspec 0.19.0)\n"
        "  take one out of deps, name it in exclude, or allow it: collisions_ok = ['msgspec/_utils.py']\n"
    )
    assert pack(builder.write(tmp_path / "app.pex"), "--collisions-ok", "msgspec/*").status == 0
    assert contents(tmp_path / "app.zip")["msgspec/_utils.py"][0] == b"mine"


def test_wheels_that_bring_the_same_file(tmp_path: Path) -> None:
    builder = echo_pex(PexKind.ZIPAPP).add_distribution("other", "1", {"msgspec/_utils.py": b"x = 1\n" * 30})
    assert pack(builder.write(tmp_path / "app.pex")).status == 0
    builder.add_distribution("third", "1", {"msgspec/_utils.py": b"x = 2\n" * 30})
    assert (
        pack(builder.write(tmp_path / "app.pex")).err.count(
            "two files with different bytes land on msgspec/_utils.py"
        )
        == 1
    )


def test_links_that_lead_out(tmp_path: Path) -> None:
    assert error(echo_pex().add_link("svc/link", "../../etc/passwd"), tmp_path) == (
        "app.pex: error: svc/link in app.pex is a link to '../../etc/passwd', which is out of the PEX; put the file itself in "
        "its place\n"
    )


def test_caps_are_on_the_exact_bytes(tmp_path: Path) -> None:
    assert pack(echo_pex().write(tmp_path / "app.pex")).status == 0
    size = (tmp_path / "app.zip").stat().st_size
    assert pack(tmp_path / "app.pex", "--max-size", size).status == 0
    (tmp_path / "app.zip").unlink()
    text = error(echo_pex(), tmp_path, "--no-verify", "--max-size", size - 1, "--max-unzipped-size", "100")
    assert text.splitlines()[0] == (
        f"app.pex: error: the zip is {size:,} bytes ({size / 1024:.1f} KiB), and max_size allows {size - 1:,} ({size - 1}): 1 "
        "bytes (1 B) too many"
    )
    assert "  largest files:\n" in text


def test_nothing_is_inflated_of_a_pex_that_declares_more_than_the_cap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """10 MB that declare 10 GB: two files of one name besides, which would be inflated to be compared."""
    builder = echo_pex()
    size = 3_400_000_000
    for name in ("svc/a.bin", "svc/b.bin", "svc/c.bin", "third_party/python/svc/a.bin"):
        declared = {"size": size, "crc": 1}
        builder.add(name, payload=bytes(3_400_000), local=declared, central=declared)
    path = builder.write(tmp_path / "app.pex")
    inflated: list[str] = []

    def recorded(file: Input, member: Member) -> Iterator[bytes]:
        inflated.append(member.name)
        return inflated_pieces(file, member)

    monkeypatch.setattr("tools.archive.contents.inflated_pieces", recorded)
    result = pack(path, "--verify", "--max-unzipped-size", "lambda")
    assert result.status == 1
    assert result.err.splitlines()[0] == (
        "app.pex: error: the zip would unpack to 10,200,000,944 bytes (9.5 GiB), and max_unzipped_size allows 262,144,000 "
        "(lambda, dg/gettingstarted-limits, unzipped, layers included): 9,937,856,944 bytes (9.3 GiB) too many"
    )
    assert not [name for name in inflated if name.endswith(".bin")]
    assert [entry.name for entry in tmp_path.iterdir()] == ["app.pex"]


@pytest.mark.parametrize("options", [("--verify",), ("--no-verify",), ("--no-verify", "--compression=copy")])
@pytest.mark.parametrize("name", ["svc/data.bin", "third_party/python/data.bin"])
def test_damaged_contents(tmp_path: Path, options: tuple[str, ...], name: str) -> None:
    # Also where nothing is verified: what is no wheel's own is compressed anew, and so it is read.
    builder = echo_pex().add(name, b"good" * 20, payload=deflate(b"evil" * 20))
    result = pack(builder.write(tmp_path / "app.pex"), *options)
    assert result.status == 1
    assert result.err.startswith(f"app.pex: error: {name} in app.pex is damaged: its CRC-32 is ")
    assert not (tmp_path / "app.zip").exists()


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = set()
    for number, (zone, umask) in enumerate((("UTC", 0o22), ("Asia/Tokyo", 0o77), ("America/Lima", 0o000))):
        folder = tmp_path / str(number)
        folder.mkdir()
        raw = echo_pex().raw()
        if number:
            raw.members.sort(key=lambda member: (member.raw_name()[number % 3 :], member.raw_name()))
        (folder / "app.pex").write_bytes(raw.build())
        os.utime(folder / "app.pex", (number * 10**6, number * 10**6))
        monkeypatch.setenv("TZ", zone)
        before = os.umask(umask)
        try:
            assert pack(folder / "app.pex", "--manifest", folder / "app.json").status == 0
        finally:
            os.umask(before)
        packed.add((folder / "app.zip").read_bytes() + (folder / "app.json").read_bytes())
        assert (folder / "app.zip").stat().st_mode & 0o777 == 0o644
    assert len(packed) == 1


@pytest.mark.parametrize("kind", [PexKind.PLEASE_2, PexKind.LOOSE])
def test_a_pex_that_changes_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: PexKind
) -> None:
    path = echo_pex(kind).write(tmp_path / "app.pex")
    changed = path if path.is_file() else path / "svc" / "echo.py"

    def change(*arguments: object) -> object:
        os.utime(changed, ns=(5, 5))
        return write_sorted(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(write_zip_module, "write_sorted", change)
    result = pack(path)
    assert result.status == 1
    assert result.err in (
        "app.pex: error: app.pex changed while it was read; build again when nothing writes to it\n",
        "app.pex: error: svc/echo.py in app.pex changed while it was read; build again\n",
    )
    assert [entry.name for entry in tmp_path.iterdir()] == ["app.pex"]


@pytest.mark.parametrize("option", ["--output", "--manifest"])
@pytest.mark.parametrize("kind", [PexKind.PLEASE_2, PexKind.LOOSE])
def test_the_pex_is_not_written_over(tmp_path: Path, option: str, kind: PexKind) -> None:
    path = echo_pex(kind).write(tmp_path / "app.pex")
    for place in [
        tmp_path / "sub" / ".." / "app.pex",
        *([path / "svc" / "app.zip"] if path.is_dir() else []),
    ]:
        result = pack(path, option, place)
        assert result.status == 1
        assert result.err == f"app.pex: error: {place} is the PEX itself, or in it; name another output\n"
        assert path.exists()


def test_what_was_there_goes_when_a_run_fails(tmp_path: Path) -> None:
    (tmp_path / "app.zip").write_bytes(b"old")
    path = echo_pex().write(tmp_path / "app.pex")
    assert pack(path, handler="none.py:handler").status == 1
    assert not (tmp_path / "app.zip").exists()


def test_files_are_closed(tmp_path: Path) -> None:
    if not os.path.isdir("/proc/self/fd"):
        pytest.skip("this system does not list open files")
    path = echo_pex(PexKind.PACKED).write(tmp_path / "app.pex")
    before = len(os.listdir("/proc/self/fd"))
    pack(path)
    pack(path, handler="none.py:handler")
    pack(path, "--exclude", "[z-a]")
    pack(path, "--source-root", "svc", "--collisions-ok", "x", "--declared", "x==1")
    assert len(os.listdir("/proc/self/fd")) == before


def test_entry_points_stay_out(tmp_path: Path) -> None:
    assert pack(echo_pex().write(tmp_path / "app.pex"), "--entry-point", "svc/data.json").status == 0
    assert "svc/data.json" not in contents(tmp_path / "app.zip")


def test_source_roots_move_code(tmp_path: Path) -> None:
    assert pack(echo_pex().write(tmp_path / "app.pex"), "--source-root", "svc").status == 0
    assert "echo.py" in contents(tmp_path / "app.zip")


def test_more_members_than_16_bits_count(tmp_path: Path, pex_of_many: Path) -> None:
    assert pack(pex_of_many, output=tmp_path / "app.zip").status == 0
    with zipfile.ZipFile(tmp_path / "app.zip") as archive:
        assert len(archive.namelist()) == 70_000 + len(ECHO_FILES) + 1


@pytest.mark.slow
@pytest.mark.skipif(
    "PLEASING_SLOW" not in os.environ, reason="writes 4 GiB, in half a minute; set PLEASING_SLOW=1"
)
def test_a_stored_member_of_more_than_4_gib_is_copied(tmp_path: Path) -> None:
    # Zeros that the input's file system does not keep; they are written out, and hashed.
    size = (4 << 30) + 5
    raw = echo_pex().raw()
    names = {
        "method": STORED,
        "local": {"size": MAX_32, "compressed": MAX_32},
        "local_extra": zip64_field(size, size),
    }
    big = RawMember("svc/zeros", b"", **names)  # type: ignore[arg-type]
    big.central, big.central_extra = {"size": MAX_32, "compressed": MAX_32}, zip64_field(size, size)
    crc = 0
    for _ in range(4):
        crc = zlib.crc32(bytes(1 << 30), crc)
    big.local["crc"] = big.central["crc"] = zlib.crc32(bytes(5), crc)
    head, tail, offset = b"", b"", 0
    parts = [member.local_part() for member in raw.members]
    offsets = [len(raw.prefix) + sum(map(len, parts[:index])) for index in range(len(parts))]
    head = raw.prefix + b"".join(parts) + big.local_part()
    tail = b"".join(member.central_part(at) for member, at in zip(raw.members, offsets))
    tail += big.central_part(len(head) - len(big.local_part()))
    offset = len(head) + size
    count = len(parts) + 1
    end = RawZip(zip64=True, end64={"count": count, "here": count, "size": len(tail), "offset": offset})
    end.locator = {"offset": offset + len(tail)}
    with (tmp_path / "app.pex").open("wb") as file:
        file.write(head)
        file.seek(size, 1)
        file.write(tail + end.build())
    assert pack(tmp_path / "app.pex", "--max-unzipped-size", "5GiB").status == 0
    with zipfile.ZipFile(tmp_path / "app.zip") as archive:
        info = archive.getinfo("svc/zeros")
        assert (info.file_size, info.compress_size, info.CRC) == (size, size, big.local["crc"])
        assert archive.getinfo("svc/echo.py").file_size == 46
    (tmp_path / "app.zip").unlink()


READERS: dict[str, Callable[[Path], list[str]]] = {
    "unzip": lambda path: ["unzip", "-tqq", str(path)],
    "7z": lambda path: ["7z", "t", str(path)],
    "7za": lambda path: ["7za", "t", str(path)],
    "bsdtar": lambda path: ["bsdtar", "-tf", str(path)],
}


@pytest.mark.parametrize("reader", READERS)
def test_other_readers_find_nothing_wrong(tmp_path: Path, reader: str) -> None:
    if shutil.which(reader) is None:
        pytest.skip(f"{reader} is not installed")
    builder = echo_pex().add("svc/é.txt", b"words " * 30, descriptor=8).add("svc/empty", b"")
    assert pack(builder.write(tmp_path / "app.pex")).status == 0
    done = subprocess.run(
        READERS[reader](tmp_path / "app.zip"), capture_output=True, env={**os.environ, "LC_ALL": "C.UTF-8"}
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_its_own_reader_finds_nothing_wrong(tmp_path: Path) -> None:
    assert pack(echo_pex().write(tmp_path / "app.pex")).status == 0
    container = ArchiveReader(tmp_path / "app.zip")
    assert {member.name: member.read() for member in container.members} == {
        name: data for name, (data, _) in contents(tmp_path / "app.zip").items()
    }
    container.close()


def test_a_pex_of_nothing_has_no_handler(tmp_path: Path) -> None:
    (tmp_path / "app.pex").write_bytes(RawZip().add(".bootstrap/x", b"").build())
    assert pack(tmp_path / "app.pex").err.startswith(
        "app.pex: error: handler 'svc/echo.py:handler': svc/echo.py is not in the PEX"
    )


def test_a_runtime_that_is_newer_than_the_facts(tmp_path: Path) -> None:
    text = error(echo_pex(), tmp_path, "--runtime", "python3.42")
    assert text.startswith("app.pex: error: runtime 'python3.42' is not known to this version of awslambda")
    result = pack(tmp_path / "app.pex", "--runtime", "python3.42", "--accept-newer-runtimes")
    assert (result.status, result.out) == (0, "")
    assert result.err.startswith("app.pex: warning: python3.42 is not known to this version of awslambda")
