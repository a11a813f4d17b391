"""Tests of the script that builds PEXes."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tools.embedded_please import pex_build


@pytest.mark.parametrize(
    ("names", "added"),
    [
        (["a.py"], []),
        (["a/b.py"], ["a/__init__.py"]),
        (["a/b/c.py"], ["a/b/__init__.py", "a/__init__.py"]),
        (["a/__init__.py", "a/b.py"], []),
        (["a/b/c.py", "a/__init__.py"], ["a/b/__init__.py"]),
        (["a/data/d.txt"], ["a/data/__init__.py", "a/__init__.py"]),
        (["a/__init__.pyc", "a/b.py"], []),
        (["a.py", "a/b.txt"], []),
        (["a.cpython-311-x86_64-linux-gnu.so", "a/b.txt"], []),
        (["a/__pycache__/b.pyc"], []),
    ],
)
def test_folders_become_packages_as_under_please(names: list[str], added: list[str]) -> None:
    assert pex_build.missing_inits(set(names)) == added


def test_two_files_of_one_name() -> None:
    member = pex_build._deflated("a.py", b"x", 0o100644)
    with pytest.raises(SystemExit, match=r"^two files of the PEX have one name: a.py$"):
        pex_build._unique([member, member])


def test_a_written_archive_reads_back(tmp_path: Path) -> None:
    source = tmp_path / "source.zip"
    with zipfile.ZipFile(source, "w") as archive:
        archive.writestr("stored", "s" * 100)
        archive.writestr("deflated", "d" * 100, zipfile.ZIP_DEFLATED)
    members = []
    with zipfile.ZipFile(source) as archive:
        for info in archive.infolist():
            offset = info.header_offset + 30 + len(info.filename)
            members.append(
                pex_build.Member(
                    *("copied/" + info.filename, 0o100755, info.compress_type, info.CRC, info.file_size),
                    *(None, source, offset, info.compress_size),
                )
            )
    members.append(pex_build._deflated("own", "ä".encode(), 0o100644))
    out = tmp_path / "out.zip"
    with out.open("wb") as file:
        file.write(b"#!/bin/sh\n")
        pex_build._write(file, members)
    with zipfile.ZipFile(out) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "copied/stored": b"s" * 100,
            "copied/deflated": b"d" * 100,
            "own": "ä".encode(),
        }
        assert [info.external_attr >> 16 for info in archive.infolist()] == [0o100755, 0o100755, 0o100644]
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_many_members_need_zip64(tmp_path: Path) -> None:
    out = tmp_path / "out.zip"
    with out.open("wb") as file:
        pex_build._write(file, [pex_build._deflated(f"{i:05}", b"", 0o100644) for i in range(65_600)])
    with zipfile.ZipFile(out) as archive:
        assert len(archive.namelist()) == 65_600


def test_name_of_a_wheel_is_that_of_its_metadata(tmp_path: Path) -> None:
    wheel = tmp_path / "any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("a_b-1.0.dist-info/METADATA", "")
        archive.writestr(
            "a_b-1.0.dist-info/WHEEL",
            "Root-Is-Purelib: false\nTag: cp311-cp311-manylinux_2_17_x86_64\n"
            "Tag: cp311-cp311-manylinux2014_x86_64\n",
        )
    found = pex_build._read_wheel(wheel)
    assert found is not None
    assert found.file_name == "a_b-1.0-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl"
    assert found.requirement == "a-b==1.0"


def test_empty_wheels_stand_for_none(tmp_path: Path) -> None:
    (tmp_path / "empty.whl").touch()
    zipfile.ZipFile(tmp_path / "nothing.whl", "w").close()
    assert pex_build._read_wheel(tmp_path / "empty.whl") is None
    assert pex_build._read_wheel(tmp_path / "nothing.whl") is None
