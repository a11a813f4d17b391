from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import zlib_ng.zlib_ng

from tests.builders.command import pack
from tests.builders.pex import PexBuilder, PexKind, echo_pex
from tests.unit.lambda_wheel.wheel_builder import build_wheel
from tools.archive.compressed import Compressed, Deflate
from tools.archive.encoder import COMPRESSIONS, load_encoder
from tools.archive.member import Member
from tools.archive.processes import compress_members
from tools.lambda_wheel.treat import Treating
from tools.lambda_wheel.unpack import unpack
from tools.lambda_zip import entries
from tools.wheel_notes.treatment import load_treatment

WORDS = "".join(f"name_{number * number} = {number}\n" for number in range(2000)).encode()
INFO = "foo-1.0.dist-info"


def foo_pex(tmp_path: Path, compression: str, kind: PexKind = PexKind.PLEASE_2) -> PexBuilder:
    """Return a PEX with a distribution that was unpacked as for a function."""
    (tmp_path / "foo.whl").write_bytes(build_wheel({"foo/__init__.py": WORDS, "foo/data.bin": WORDS * 2}))
    treating = Treating(COMPRESSIONS[compression], None)
    unpack(tmp_path / "foo.whl", "", tmp_path / "foo.zip", "foo.whl", treating=treating)
    builder = echo_pex(kind).add_source("svc/words.py", WORDS.decode())
    with zipfile.ZipFile(tmp_path / "foo.zip") as archive:
        for name in archive.namelist():
            builder.add_third_party(name, archive.read(name))
    return builder


def write(builder: PexBuilder, tmp_path: Path) -> Path:
    """Write a PEX whose third-party members have the compressed bytes that they were unpacked to, as arcat writes it."""
    raw = builder.raw()
    with zipfile.ZipFile(tmp_path / "foo.zip") as archive:
        file = archive.fp
        assert file is not None
        for member in raw.members:
            name = member.raw_name().decode().removeprefix("third_party/python/")
            if name in archive.namelist():
                info = archive.getinfo(name)
                file.seek(info.header_offset + 30 + len(info.filename))
                member.method, member.payload = info.compress_type, file.read(info.compress_size)
    (tmp_path / "app.pex").write_bytes(raw.build())
    return tmp_path / "app.pex"


def packed(path: Path, *options: object) -> bytes:
    result = pack(path, "--manifest", path.with_name("app.json"), *options)
    assert (result.status, result.err) == (0, "")
    return path.with_name("app.zip").read_bytes()


@pytest.mark.parametrize("compression", ["good", "best"])
def test_what_was_treated_is_copied_and_gives_what_deflating_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compression: str
) -> None:
    path = write(foo_pex(tmp_path, compression), tmp_path)
    deflated: list[str] = []

    def recorded(members: Sequence[Member], deflate: Deflate) -> Iterator[Compressed]:
        deflated.extend(member.name for member in members)
        return compress_members(members, deflate)

    monkeypatch.setattr(entries, "compress_members", recorded)
    trusting = packed(path, "--no-verify", f"--compression={compression}")
    assert not [name for name in deflated if "/foo" in name]
    assert "svc/words.py" in deflated
    deflated.clear()
    assert packed(path, "--verify", f"--compression={compression}") == trusting
    assert "third_party/python/foo/__init__.py" in deflated
    level = COMPRESSIONS[compression].level
    with zipfile.ZipFile(tmp_path / "app.zip") as archive:
        names = archive.namelist()
        assert not [name for name in names if name.endswith("treatment.json")]
        for name in names:
            data = archive.read(name)
            expected = min(len(load_encoder(None, level)(data)), len(data))
            assert archive.getinfo(name).compress_size == expected
    manifest = json.loads((tmp_path / "app.json").read_text())
    assert manifest["compression"] == {
        "name": compression,
        "level": level,
        "encoder": "deflate",
        "encoder_version": "0.8.1",
    }


def test_what_was_treated_otherwise_is_treated_again(tmp_path: Path) -> None:
    good = packed(write(foo_pex(tmp_path, "good"), tmp_path), "--no-verify", "--compression=best")
    copied = packed(write(foo_pex(tmp_path, "copy"), tmp_path), "--no-verify", "--compression=best")
    best = packed(write(foo_pex(tmp_path, "best"), tmp_path), "--no-verify", "--compression=best")
    assert good == copied == best


def test_a_note_counts_for_the_file_that_it_is_of(tmp_path: Path) -> None:
    builder = foo_pex(tmp_path, "good")
    builder.third_party["foo/__init__.py"] = WORDS[::-1]
    path = write(builder, tmp_path)
    raw = builder.raw()
    path.write_bytes(raw.build())  # with zlib's bytes, in which everything differs from what is noted
    packed(path, "--no-verify", "--no-check-imports")
    with zipfile.ZipFile(tmp_path / "app.zip") as archive:
        for name, data in (("foo/__init__.py", WORDS[::-1]), ("foo/data.bin", WORDS * 2)):
            assert archive.getinfo(name).compress_size == len(load_encoder(None, 7)(data))


def test_copy_takes_the_bytes_of_wheels_alone(tmp_path: Path) -> None:
    path = write(foo_pex(tmp_path, "copy"), tmp_path)
    packed(path, "--no-verify", "--compression=copy")
    with zipfile.ZipFile(tmp_path / "app.zip") as archive, zipfile.ZipFile(tmp_path / "foo.whl") as wheel:
        assert archive.getinfo("foo/data.bin").compress_size == wheel.getinfo("foo/data.bin").compress_size
        assert archive.getinfo("svc/words.py").compress_size == len(load_encoder(None, 7)(WORDS))


@pytest.mark.parametrize("kind", PexKind)
def test_the_zlib_of_the_machine_does_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: PexKind
) -> None:
    def pack_all(folder: Path) -> bytes:
        folder.mkdir()
        path = foo_pex(folder, "good", kind).write(folder / "app.pex")
        return packed(path, "--no-check-imports") + (folder / "app.json").read_bytes()

    with_zlib = pack_all(tmp_path / "zlib")
    for name in ("compressobj", "compress", "crc32"):
        monkeypatch.setattr(zlib, name, getattr(zlib_ng.zlib_ng, name))
    assert zlib.compress(WORDS) != zlib_ng.zlib_ng.compress(WORDS, 1)
    assert pack_all(tmp_path / "ng") == with_zlib


def test_what_the_unpacked_wheel_says_of_itself(tmp_path: Path) -> None:
    foo_pex(tmp_path, "good")
    with zipfile.ZipFile(tmp_path / "foo.zip") as archive:
        treatment = load_treatment(archive.read(f"{INFO}/treatment.json"))
        assert treatment is not None
        assert (treatment.encoder, treatment.level) == ("deflate 0.8.1", 7)
        noted = {name: (info.CRC, info.compress_size) for name, info in archive.NameToInfo.items()}
        unnoted = {f"{INFO}/treatment.json", f"{INFO}/RECORD"}
        assert treatment.files == {name: noted[name] for name in noted if name not in unnoted}


def test_a_zip_that_would_fit_by_best_is_told_so(tmp_path: Path) -> None:
    path = write(foo_pex(tmp_path, "good"), tmp_path)
    best = len(packed(path, "--compression=best"))
    good = len(packed(path))
    assert best < good
    result = pack(path, f"--max-size={best}")
    assert result.status == 1
    assert (
        f"\ncompressed as well as can be, it would be {best:,} bytes, which is within: give its rule compression = "
        '"best"\n'
    ) in result.err
    for options in ((f"--max-size={best - 1}",), (f"--max-size={best - 1}", "--compression=best")):
        result = pack(path, *options)
        assert result.status == 1
        assert "compressed as well as can be" not in result.err
