from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Optional

import pytest

from tests.builders.pex import PexBuilder, PexKind, echo_pex
from tests.builders.raw_zip import RawZip
from tools.errors import PleasingError
from tools.lambda_zip.read.pex import Area, Kind, Pex, open_pex

KINDS = {
    PexKind.PLEASE_1: Kind.PLEASE,
    PexKind.PLEASE_2: Kind.PLEASE,
    PexKind.ZIPAPP: Kind.ZIPAPP,
    PexKind.PACKED: Kind.PACKED,
    PexKind.LOOSE: Kind.LOOSE,
}


def areas(pex: Pex) -> dict[str, tuple[Area, str, str]]:
    return {part.member.describe(): (part.area, part.path, part.tree) for part in pex.parts}


def problem(path: Path, **options: Any) -> str:
    with pytest.raises(PleasingError) as caught:
        open_pex(path, **options)
    return str(caught.value)


@pytest.mark.parametrize("kind", PexKind)
def test_the_kind_is_told_by_the_contents(tmp_path: Path, kind: PexKind) -> None:
    pex = open_pex(echo_pex(kind).write(tmp_path / "no-name"))
    assert pex.kind is KINDS[kind]
    assert pex.label == "no-name"
    pex.check_unchanged()
    pex.close()


@pytest.mark.parametrize("kind", [PexKind.PLEASE_1, PexKind.PLEASE_2])
def test_what_the_files_of_pleases_pex_are_for(tmp_path: Path, kind: PexKind) -> None:
    pex = open_pex(echo_pex(kind).write(tmp_path / "app.pex"), label="//svc:app")
    found = areas(pex)
    assert found["svc/echo.py in //svc:app"] == (Area.FIRST_PARTY, "svc/echo.py", "")
    assert found["third_party/__init__.py in //svc:app"] == (Area.FIRST_PARTY, "third_party/__init__.py", "")
    assert found["third_party/python/msgspec/_utils.py in //svc:app"] == (
        Area.THIRD_PARTY,
        "msgspec/_utils.py",
        "",
    )
    assert found["__main__.py in //svc:app"] == (Area.BOOTSTRAP, "__main__.py", "")
    assert found[".bootstrap/zipp.py in //svc:app"] == (Area.BOOTSTRAP, ".bootstrap/zipp.py", "")
    pex.close()


def test_the_module_directory_is_a_setting(tmp_path: Path) -> None:
    builder = (
        PexBuilder(module_dir="vendor")
        .add_distribution("a", "1", {"a.py": b""})
        .add("third_party/python/b.py")
    )
    pex = open_pex(builder.write(tmp_path / "app.pex"), "vendor")
    found = areas(pex)
    assert found["vendor/a.py in app.pex"] == (Area.THIRD_PARTY, "a.py", "")
    assert found["third_party/python/b.py in app.pex"] == (Area.FIRST_PARTY, "third_party/python/b.py", "")
    pex.close()


@pytest.mark.parametrize("kind", [PexKind.ZIPAPP, PexKind.PACKED, PexKind.LOOSE])
def test_what_the_files_of_pex_tools_pex_are_for(tmp_path: Path, kind: PexKind) -> None:
    pex = open_pex(echo_pex(kind).write(tmp_path / "app.pex"))
    wheel = "msgspec-0.19.0-py3-none-any.whl"
    found = {(part.area, part.path, part.tree) for part in pex.parts}
    assert (Area.FIRST_PARTY, "svc/echo.py", "") in found
    assert (Area.THIRD_PARTY, "msgspec/_utils.py", wheel) in found
    assert (Area.BOOTSTRAP, f".deps/{wheel}/.layout.json", "") in found
    assert {path for area, path, _ in found if area is Area.BOOTSTRAP} >= {"PEX-INFO", "__main__.py"}
    pex.close()


def test_a_loose_pex_passes_its_bootstrap_and_bytecode_over(tmp_path: Path) -> None:
    builder = echo_pex(PexKind.LOOSE).add("svc/__pycache__/echo.cpython-311.pyc", b"x")
    pex = open_pex(builder.write(tmp_path / "app.pex"))
    assert not [part for part in pex.parts if "__pycache__" in part.path or ".bootstrap" in part.path]
    pex.close()


@pytest.mark.parametrize(
    ("constraints", "python"),
    [
        (["CPython==3.11.*"], (3, 11)),
        (["==3.9"], (3, 9)),
        (["==3.9", "==3.10"], None),
        ([], None),
        (None, None),
        ([">=3.9"], None),
        (5, None),
        ("==3.11", None),
        ({"a": 1}, None),
        (["==3." + "9" * 5000], None),
        ([1, None], None),
    ],
)
def test_the_version_that_a_pex_says_it_is_for(
    tmp_path: Path, constraints: object, python: Optional[tuple[int, int]]
) -> None:
    builder = echo_pex(PexKind.ZIPAPP)
    builder.info = {"interpreter_constraints": constraints}
    pex = open_pex(builder.write(tmp_path / "app.pex"))
    assert pex.python == python
    pex.close()


def test_no_pex_at_all(tmp_path: Path) -> None:
    assert (
        problem(tmp_path / "app.pex")
        == f"there is no PEX {tmp_path}/app.pex; build it first, or mend the path"
    )
    (tmp_path / "folder").mkdir()
    assert problem(tmp_path / "folder") == (
        "folder is a folder, but no PEX: it has no PEX-INFO, as pex-tool's packed and loose have"
    )
    (tmp_path / "app.zip").write_bytes(RawZip().add("a.py", b"pass").build())
    assert problem(tmp_path / "app.zip") == (
        "app.zip is a zip, but no PEX: it has neither .bootstrap/ (Please's) nor PEX-INFO (pex-tool's); hand over what a "
        "python_binary or `pex` wrote"
    )
    os.symlink("nowhere", tmp_path / "link.pex")
    assert problem(tmp_path / "link.pex") == "cannot read link.pex: No such file or directory"


@pytest.mark.parametrize(
    ("info", "message"),
    [
        (
            b"{",
            "app.pex: its PEX-INFO is not valid JSON: Expecting property name enclosed in double quotes: line 1 column 2 "
            "(char 1); build the PEX again",
        ),
        (b"[]", "app.pex: its PEX-INFO is not a JSON object; build the PEX again"),
        (
            b'{"deps_are_wheel_files": true}',
            "app.pex holds its distributions as wheel files that are not unpacked; build it "
            "without --no-pre-install-wheels",
        ),
    ],
)
@pytest.mark.parametrize("folder", [False, True])
def test_a_bad_pex_info(tmp_path: Path, info: bytes, message: str, folder: bool) -> None:
    path = tmp_path / "app.pex"
    if folder:
        path.mkdir()
        (path / "PEX-INFO").write_bytes(info)
    else:
        path.write_bytes(RawZip().add("PEX-INFO", info).build())
    assert problem(path) == message


@pytest.mark.parametrize("info", [b"\xff\xfe\xff", b"[" * 100_000])
def test_a_hopeless_pex_info(tmp_path: Path, info: bytes) -> None:
    (tmp_path / "app.pex").write_bytes(RawZip().add("PEX-INFO", info).build())
    assert problem(tmp_path / "app.pex").startswith("app.pex: its PEX-INFO is not valid JSON: ")


def test_a_wheel_that_is_not_unpacked(tmp_path: Path) -> None:
    archive = RawZip().add("PEX-INFO", b"{}").add(".deps/a-1-py3-none-any.whl", b"zip")
    (tmp_path / "app.pex").write_bytes(archive.build())
    assert problem(tmp_path / "app.pex") == (
        ".deps/a-1-py3-none-any.whl in app.pex is a file, where pex-tool has a folder a distribution; build the PEX again, "
        "without --no-pre-install-wheels"
    )


def test_a_damaged_wheel_of_a_packed_pex_is_named(tmp_path: Path) -> None:
    path = echo_pex(PexKind.PACKED).write(tmp_path / "app.pex")
    (path / ".deps" / "msgspec-0.19.0-py3-none-any.whl").write_bytes(b"")
    assert problem(path) == "app.pex/.deps/msgspec-0.19.0-py3-none-any.whl is empty, not a wheel"


def test_a_wheel_outside_of_a_packed_pex_is_not_followed(tmp_path: Path) -> None:
    path = echo_pex(PexKind.PACKED).write(tmp_path / "app.pex")
    (tmp_path / "evil.whl").write_bytes(RawZip().add("evil.py", b"evil").build())
    os.symlink("../../evil.whl", path / ".deps" / "evil.whl")
    assert problem(path).startswith(
        ".deps/evil.whl in app.pex is a file, where pex-tool has a folder a distribution"
    )


def test_a_folder_of_wheels_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    path = echo_pex(PexKind.PACKED).write(tmp_path / "app.pex")
    (path / ".deps").rename(tmp_path / "deps")
    os.symlink("../deps", path / ".deps")
    pex = open_pex(path)
    assert [part.path for part in pex.parts if part.member.link] == [".deps"]
    assert not [part for part in pex.parts if part.area is Area.THIRD_PARTY]
    pex.close()


def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = echo_pex(PexKind.PACKED).write(tmp_path / "app.pex")

    def fail(folder: object) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", fail)
    assert problem(path) == "cannot read the folder app.pex/.deps: Permission denied"


def test_a_packed_pex_without_distributions(tmp_path: Path) -> None:
    path = PexBuilder(PexKind.PACKED).add_source("echo.py").write(tmp_path / "app.pex")
    pex = open_pex(path)
    assert pex.kind is Kind.LOOSE
    pex.close()


def test_a_file_that_changed_is_told(tmp_path: Path) -> None:
    path = echo_pex(PexKind.PACKED).write(tmp_path / "app.pex")
    pex = open_pex(path)
    os.utime(path / "svc" / "echo.py", ns=(1, 1))
    with pytest.raises(PleasingError) as caught:
        pex.check_unchanged()
    assert str(caught.value) == "svc/echo.py in app.pex changed while it was read; build again"
    pex.close()


def test_files_are_closed_when_it_is_no_pex(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    (tmp_path / "app.zip").write_bytes(RawZip().add("a.py", b"pass").build())
    for _ in range(3):
        problem(tmp_path / "app.zip")
    path = echo_pex(PexKind.PACKED).add_distribution("zzz", "1", {}).write(tmp_path / "app.pex")
    (path / ".deps" / "zzz-1-py3-none-any.whl").write_bytes(json.dumps({}).encode())
    problem(path)
    after = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    assert after == before
