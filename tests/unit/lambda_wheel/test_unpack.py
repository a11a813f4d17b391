from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.unit.lambda_wheel.wheel_builder import build_wheel, digest
from tests.unit.native.elf_builder import Library, build_elf
from tools.errors import PleasingError
from tools.lambda_wheel.cli import main
from tools.lambda_wheel.unpack import unpack
from tools.wheel_notes.import_index import load_index
from tools.wheel_notes.native_facts import load_facts
from tools.wheel_notes.unavailable import FOLDER, Unavailable, parse_unavailable

INFO = "foo-1.0.dist-info"


def unpacked(
    tmp_path: Path, data: bytes, prefix: str = "third_party/python", facts: bool = False
) -> zipfile.ZipFile:
    wheel, output = tmp_path / "any name.whl", tmp_path / "foo.zip"
    wheel.write_bytes(data)
    unpack(wheel, prefix, output, "foo.whl", facts)
    return zipfile.ZipFile(io.BytesIO(output.read_bytes()))


def failure(tmp_path: Path, data: bytes) -> str:
    wheel, output = tmp_path / "any name.whl", tmp_path / "foo.zip"
    wheel.write_bytes(data)
    with pytest.raises(PleasingError) as caught:
        unpack(wheel, "third_party/python", output, "foo.whl")
    assert list(tmp_path.iterdir()) == [wheel]
    return str(caught.value)


def contents(archive: zipfile.ZipFile) -> dict[str, bytes]:
    return {name: archive.read(name) for name in archive.namelist()}


def test_files_are_put_under_the_prefix(tmp_path: Path) -> None:
    archive = unpacked(tmp_path, build_wheel({"foo/__init__.py": b"x = 1\n", "foo/data.bin": b"\0" * 5000}))
    assert archive.namelist() == [
        f"third_party/python/{INFO}/METADATA",
        f"third_party/python/{INFO}/RECORD",
        f"third_party/python/{INFO}/WHEEL",
        "third_party/python/foo/__init__.py",
        "third_party/python/foo/data.bin",
    ]
    assert archive.read("third_party/python/foo/__init__.py") == b"x = 1\n"
    assert archive.testzip() is None


def test_the_prefix_may_be_the_root(tmp_path: Path) -> None:
    assert "foo.py" in unpacked(tmp_path, build_wheel({"foo.py": b""}), prefix="").namelist()


def test_the_parts_of_a_wheel_go_where_pip_puts_them(tmp_path: Path) -> None:
    data = "foo-1.0.data"
    archive = unpacked(
        tmp_path,
        build_wheel(
            {
                f"{data}/purelib/pure.py": b"pure",
                f"{data}/platlib/plat.py": b"plat",
                f"{data}/data/share/foo/x.txt": b"data",
                f"{data}/headers/foo.h": b"header",
                f"{data}/scripts/foo": b"#!python -E\nprint(1)\n",
                f"{data}/scripts/foo.sh": b"#!/bin/sh\n",
                f"{INFO}/entry_points.txt": b"[console_scripts]\nfoo-main = foo:main\n",
            },
            purelib=False,
        ),
        prefix="",
    )
    found = contents(archive)
    record = found.pop(f"{INFO}/RECORD").decode()
    script = b"#!/usr/bin/env python3 -E\nprint(1)\n"
    assert found.pop("bin/foo") == script
    assert f"bin/foo,{digest(script)},{len(script)}\n" in record
    assert {name: value for name, value in found.items() if INFO not in name} == {
        "pure.py": b"pure",
        "plat.py": b"plat",
        "share/foo/x.txt": b"data",
        "bin/foo.sh": b"#!/bin/sh\n",
    }
    assert f"{INFO}/entry_points.txt" in found
    assert "foo.h" not in record
    assert "foo-main" not in record


def test_record_lists_what_is_there(tmp_path: Path) -> None:
    archive = unpacked(tmp_path, build_wheel({"foo/b.py": b"b", "foo/a.py": b"a"}), prefix="")
    lines = archive.read(f"{INFO}/RECORD").decode().splitlines()
    assert lines[-1] == f"{INFO}/RECORD,,"
    assert lines[:-1] == sorted(lines[:-1])
    assert {line.split(",")[0] for line in lines} == set(archive.namelist())
    assert f"foo/a.py,{digest(b'a')},1" in lines


def test_modes_are_kept_as_two_and_dates_are_fixed(tmp_path: Path) -> None:
    archive = unpacked(
        tmp_path,
        build_wheel({"foo/tool": b"#!/bin/sh\n", "foo/a.py": b""}, executables=("foo/tool",)),
        prefix="",
    )
    modes = {info.filename: stat.S_IMODE(info.external_attr >> 16) for info in archive.infolist()}
    assert modes["foo/tool"] == 0o755
    assert {mode for name, mode in modes.items() if name != "foo/tool"} == {0o644}
    assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_same_wheel_gives_the_same_bytes(tmp_path: Path) -> None:
    data = build_wheel({f"foo/{number}.py": bytes(number) for number in range(50)})
    unpacked(tmp_path, data)
    first = (tmp_path / "foo.zip").read_bytes()
    unpacked(tmp_path, data)
    assert (tmp_path / "foo.zip").read_bytes() == first


def test_an_empty_wheel_gives_an_empty_zip(tmp_path: Path) -> None:
    assert unpacked(tmp_path, b"").namelist() == []


def test_what_is_unavailable_is_handed_on(tmp_path: Path) -> None:
    unavailable = Unavailable("foo", "1.0", "lambda313arm64", "foo 1.0 has nothing\nfound: nothing")
    archive = unpacked(tmp_path, unavailable.to_json())
    (name,) = archive.namelist()
    assert name == f"third_party/python/{FOLDER}/foo-1.0.json"
    assert parse_unavailable(archive.read(name), name) == unavailable


def test_bytecode_of_others_is_left_out(tmp_path: Path) -> None:
    archive = unpacked(tmp_path, build_wheel({"foo/a.py": b"", "foo/__pycache__/a.pyc": b"x"}), prefix="")
    assert "foo/__pycache__/a.pyc" not in archive.namelist()


def test_what_native_files_need_is_written_beside_the_metadata(tmp_path: Path) -> None:
    library = build_elf([Library("libc.so.6", ["GLIBC_2.17"])], runpath="$ORIGIN")
    wheel = build_wheel(
        {
            "foo/_core.so": library,
            "foo-1.0.data/platlib/bar.so": library,
            "foo/broken.so": b"\x7fELF",
            "foo/win.dll": b"MZ" + bytes(58) + b"\x80\0\0\0",
            "foo/x.py": b"\x7fELF",
        }
    )
    archive = unpacked(tmp_path, wheel, prefix="lib", facts=True)
    facts = load_facts(archive.read(f"lib/{INFO}/native.json"))
    assert sorted(facts) == ["bar.so", "foo/_core.so", "foo/broken.so", "foo/win.dll"]
    core = facts["foo/_core.so"]
    info = archive.getinfo("lib/foo/_core.so")
    assert (core.crc, core.size) == (info.CRC, info.file_size)
    assert core.elf is not None
    assert core.elf.runpath == ("$ORIGIN",)
    assert [str(symbol) for symbol in core.elf.symbols] == ["GLIBC_2.17"]
    assert facts["foo/broken.so"].unreadable == "it ends within the identification, at byte 4"
    assert load_facts(b"[]") == load_facts(b"{") == load_facts(b'{"format": "other"}') == {}


def test_a_pure_wheel_has_no_such_file(tmp_path: Path) -> None:
    assert f"{INFO}/native.json" not in unpacked(tmp_path, build_wheel({"foo.py": b""}), "", True).namelist()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"record_changes": {"foo/a.py": f"{digest(b'other')},1"}},
            f"foo/a.py in foo.whl has {digest(b'a')}, and {digest(b'other')} by RECORD",
        ),
        (
            {"record_changes": {"foo/a.py": f"{digest(b'a')},2"}},
            "foo/a.py in foo.whl has 1 bytes, and 2 by RECORD",
        ),
        ({"record_changes": {"foo/a.py": None}}, "foo/a.py in foo.whl is not in the wheel's RECORD"),
        (
            {"record_changes": {"foo/a.py": ",1"}},
            "foo/a.py in foo.whl has no hash in RECORD that proves anything (none); sha256 is due",
        ),
        (
            {"record_changes": {"foo/a.py": "md5=x,1"}},
            "foo/a.py in foo.whl has no hash in RECORD that proves anything (md5); sha256 is due",
        ),
        (
            {"record": "foo/a.py\n"},
            "foo-1.0.dist-info/RECORD in foo.whl cannot be read: Row Index 0: expected 3 elements, got 1",
        ),
        (
            {"record": "foo/a.py,sha256=x,many\n"},
            "foo-1.0.dist-info/RECORD in foo.whl cannot be read: invalid literal for int() with base 10: "
            "'many'",
        ),
        ({"without": ("RECORD",)}, "foo.whl is not a wheel: it has no foo-1.0.dist-info/RECORD"),
        ({"without": ("WHEEL",)}, "foo.whl is not a wheel: it has no foo-1.0.dist-info/WHEEL"),
        ({"links": ("foo/a.py",)}, "foo.whl has a link, foo/a.py; wheels hold files only"),
    ],
)
def test_a_wheel_that_is_not_what_it_says_is_refused(
    tmp_path: Path, options: dict[str, Any], message: str
) -> None:
    assert failure(tmp_path, build_wheel({"foo/a.py": b"a", "foo/b.py": b"b"}, **options)) == message


def test_all_lies_of_a_record_are_told_at_once(tmp_path: Path) -> None:
    data = build_wheel({"a.py": b"a", "b.py": b"b"}, record_changes={"a.py": None, "b.py": None})
    assert failure(tmp_path, data).splitlines() == [
        "a.py in foo.whl is not in the wheel's RECORD",
        "b.py in foo.whl is not in the wheel's RECORD",
    ]


def test_a_file_that_record_alone_has_is_not_missed(tmp_path: Path) -> None:
    archive = unpacked(tmp_path, build_wheel({"a.py": b"a", "b.py": b"b"}, without=("b.py",)), prefix="")
    assert b"b.py" not in archive.read(f"{INFO}/RECORD")


def test_signatures_need_not_be_recorded(tmp_path: Path) -> None:
    data = build_wheel({f"{INFO}/RECORD.jws": b"{}"}, record_changes={f"{INFO}/RECORD.jws": None})
    assert f"{INFO}/RECORD.jws" in unpacked(tmp_path, data, prefix="").namelist()


@pytest.mark.parametrize(
    "name", ["../evil.py", "/evil.py", "foo/../../evil.py", "C:/evil.py", "foo\\evil.py", "a//b"]
)
def test_a_file_that_would_be_unpacked_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    message = failure(tmp_path, build_wheel({name: b"x"}))
    assert "foo.whl" in message
    assert name.replace("\\", "") in message.replace("\\", "")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {"bar-1.0.dist-info/METADATA": b""},
            "foo.whl is not a wheel: it must have one folder NAME-VERSION.dist-info, and has "
            "bar-1.0.dist-info, foo-1.0.dist-info",
        ),
        (
            {"foo-1.0.data/nowhere/x.py": b"", "foo.py": b""},
            "foo.whl is not a wheel that can be unpacked: ",
        ),
        (
            {f"{INFO}/entry_points.txt": b"[console_scripts]\nfoo\n"},
            "foo.whl is not a wheel that can be unpacked: ",
        ),
        (
            {"x.py": b"1", "foo-1.0.data/platlib/x.py": b"2"},
            "foo.whl has two files that are unpacked to x.py, with different contents",
        ),
    ],
)
def test_a_wheel_that_contradicts_the_specification_is_refused(
    tmp_path: Path, files: dict[str, bytes], message: str
) -> None:
    assert failure(tmp_path, build_wheel(files)).startswith(message)


def test_a_file_that_is_there_twice_alike_is_one(tmp_path: Path) -> None:
    archive = unpacked(tmp_path, build_wheel({"x.py": b"1", "foo-1.0.data/platlib/x.py": b"1"}), prefix="")
    assert archive.namelist().count("x.py") == 1


@pytest.mark.parametrize("length", [1, 30, 200, -1])
def test_a_wheel_that_is_cut_off_is_refused(tmp_path: Path, length: int) -> None:
    assert failure(tmp_path, build_wheel({"foo.py": b"x" * 100})[:length]).startswith("foo.whl ")


def test_a_program_before_the_archive_is_refused(tmp_path: Path) -> None:
    assert failure(tmp_path, b"#!/bin/sh\n" + build_wheel({"foo.py": b""})) == (
        "foo.whl is not a wheel: it begins with b'#!/b', not as a zip archive does"
    )


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    data = bytearray(build_wheel({"foo.py": b"a" * 1000}))
    position = data.index(b"foo.py") + len("foo.py")
    data[position] ^= 0xFF
    assert failure(tmp_path, bytes(data)).startswith("foo.py in foo.whl ")


def test_a_wheel_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "foo.zip"
    command = ["unpack", "--wheel", str(tmp_path / "none.whl"), "--out", str(output), "--target", "//a:b"]
    assert main(command) == 1
    assert capsys.readouterr().err == "//a:b: error: cannot read none.whl: No such file or directory\n"
    assert not output.exists()


def test_the_command_writes_the_zip(tmp_path: Path) -> None:
    wheel, output = tmp_path / "x.whl", tmp_path / "x.zip"
    wheel.write_bytes(build_wheel({"foo.py": b""}))
    command = [
        "unpack",
        "--wheel",
        str(wheel),
        "--prefix",
        "third_party/python",
        "--facts",
        "--out",
        str(output),
    ]
    assert main(command) == 0
    with zipfile.ZipFile(output) as archive:
        assert "third_party/python/foo.py" in archive.namelist()


@pytest.mark.parametrize("command", [[], ["fetch"], ["unpack"], ["other"]])
def test_a_command_line_that_lacks_something_is_misuse(command: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(command)
    assert caught.value.code == 2


def test_a_note_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    assert failure(tmp_path, b'{"format": "other"}').startswith(
        "foo.whl is to be the note of a distribution that is unavailable, and cannot be read: its format is 'other'"
    )


@pytest.mark.parametrize(
    ("name", "placed"),
    [
        (".unavailable/foo-1.0.json", ".unavailable/foo-1.0.json"),
        ("foo-1.0.data/purelib/.unavailable/x", ".unavailable/x"),
        (f"{INFO}/native.json", f"{INFO}/native.json"),
        (f"{INFO}/imports.json", f"{INFO}/imports.json"),
        (f"foo-1.0.data/platlib/{INFO}/native.json", f"{INFO}/native.json"),
    ],
)
def test_a_wheel_that_brings_a_note_is_refused(tmp_path: Path, name: str, placed: str) -> None:
    assert failure(tmp_path, build_wheel({name: b"{}"})) == (
        f"foo.whl has a file {placed}, which is the name of a note of lambda_wheel's; no wheel may bring one"
    )


def test_a_data_folder_spelled_unlike_the_metadata_is_the_wheels(tmp_path: Path) -> None:
    files = {"Foo-1.0.data/purelib/pure.py": b"pure", "FOO-1.0.0.data/scripts/foo": b"#!python\n"}
    archive = unpacked(tmp_path, build_wheel(files), prefix="")
    assert {"pure.py", "bin/foo"} <= set(archive.namelist())
    assert not [name for name in archive.namelist() if ".data/" in name]


def test_a_folder_of_data_with_another_name_stays_where_it_is(tmp_path: Path) -> None:
    archive = unpacked(tmp_path, build_wheel({"bar-1.0.data/x": b"1", "foo-2.0.data/x": b"2"}), prefix="")
    assert {"bar-1.0.data/x", "foo-2.0.data/x"} <= set(archive.namelist())


@pytest.mark.parametrize(
    "text",
    [
        b"[console_scripts]\nfoo = foo:main\nfoo = foo:other\n",
        b"[console_scripts]\nfoo = foo:main\n[gui_scripts]\nfoo = foo:main\n[console_scripts]\n",
    ],
)
def test_a_script_that_is_named_twice_is_no_reason_to_refuse_a_wheel(tmp_path: Path, text: bytes) -> None:
    archive = unpacked(tmp_path, build_wheel({f"{INFO}/entry_points.txt": text}), prefix="")
    assert archive.read(f"{INFO}/entry_points.txt") == text


@pytest.mark.parametrize("algorithm", ["shake_128", "shake_256"])
def test_a_hash_of_no_length_proves_nothing(tmp_path: Path, algorithm: str) -> None:
    data = build_wheel({"foo.py": b""}, record_changes={"foo.py": f"{algorithm}=AAAA,0"})
    assert f"has no hash in RECORD that proves anything ({algorithm}); sha256 is due" in failure(
        tmp_path, data
    )


def test_a_zip_in_a_folder_that_is_not_there_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wheel = tmp_path / "foo.whl"
    wheel.write_bytes(build_wheel({"foo.py": b""}))
    assert main(["unpack", "--wheel", str(wheel), "--out", str(tmp_path / "nowhere" / "foo.zip")]) == 1
    assert "Traceback" not in capsys.readouterr().err


def test_what_its_modules_import_is_noted(tmp_path: Path) -> None:
    wheel = build_wheel({"foo.py": b"import six\nimport os\n"})
    assert f"{INFO}/imports.json" not in unpacked(tmp_path, wheel, "", False).namelist()
    index = load_index(unpacked(tmp_path, wheel, "lib", True).read(f"lib/{INFO}/imports.json"))
    assert [(file.path, file.size, list(file.outside)) for file in index.files] == [("foo.py", 21, ["six"])]
