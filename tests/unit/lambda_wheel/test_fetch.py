from __future__ import annotations

import html
import http.server
import io
import platform as machine_platform
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Optional

import pytest

from tests.unit.lambda_wheel.conftest import Folder
from tests.unit.lambda_wheel.wheel_builder import build_sdist, build_wheel, wheel_name
from tests.unit.native.elf_builder import Library, build_elf
from tools.aws.platform import Platform, parse_platform
from tools.errors import PleasingError
from tools.lambda_wheel.cli import main
from tools.lambda_wheel.fetch import fetch
from tools.lambda_wheel.requirement import Requirement
from tools.wheel_notes.unavailable import parse_unavailable

ARM = parse_platform("lambda313arm64")
X86 = parse_platform("lambda311x8664")
HOST = parse_platform("host")
WRONG = "sha256:" + "0" * 64

# An sdist is built by the interpreter that runs this; where that is Lambda's own, it may compile for Lambda.
HERE = "lambda{}{}{}".format(
    *sys.version_info[:2], {"x86_64": "x8664", "aarch64": "arm64"}.get(machine_platform.machine(), "")
)
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="Lambda's binaries are Linux's")


def run(output: Path, platform: Platform, **options: Any) -> bytes:
    """Fetch foo 1.0 and return the wheel."""
    unavailable = fetch(Requirement(**{"name": "foo", "version": "1.0", **options}), platform, output)
    assert unavailable is None
    return output.read_bytes()


def failure(output: Path, platform: Platform, **options: Any) -> str:
    """Fetch foo 1.0, which must fail and leave nothing behind, and return the message."""
    with pytest.raises(PleasingError) as caught:
        fetch(Requirement(**{"name": "foo", "version": "1.0", **options}), platform, output)
    assert not output.exists()
    assert not list(output.parent.glob(".fetch-*"))
    return str(caught.value)


@pytest.fixture
def output(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out" / "foo.whl"


@pytest.fixture
def old_glibc(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give this machine a C library that is as old as any runtime's."""
    monkeypatch.setattr("tools.aws.platform.host_glibc", lambda: (2, 17))


def named_wheel(folder: Folder, tag: str, version: str = "1.0") -> bytes:
    data = build_wheel({"foo/__init__.py": f"{tag}".encode()}, tag=tag, version=version)
    folder.add(wheel_name(tag, version=version), data)
    return data


@pytest.mark.parametrize(
    ("platform", "best"),
    [
        (ARM, "cp313-cp313-manylinux_2_28_aarch64"),
        (X86, "cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64"),
        (parse_platform("lambda314x8664"), "cp39-abi3-manylinux2014_x86_64"),
        (parse_platform("lambda312arm64"), "py3-none-any"),
        (HOST, "py3-none-any"),
    ],
)
def test_the_most_specific_wheel_of_the_platform_is_taken(
    folder: Folder, output: Path, platform: Platform, best: str
) -> None:
    wheels = {
        tag: named_wheel(folder, tag)
        for tag in (
            "cp313-cp313-manylinux_2_28_aarch64",
            "cp313-cp313-manylinux_2_17_aarch64",
            "cp313-cp313-musllinux_1_1_aarch64",
            "cp313-cp313t-manylinux_2_34_aarch64",
            "cp311-cp311-manylinux_2_28_x86_64",
            "cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64",
            "cp39-abi3-manylinux2014_x86_64",
            "py3-none-any",
            "cp399-cp399-macosx_11_0_arm64",
        )
    }
    if platform is HOST and HERE in ("lambda311x8664", "lambda313arm64"):
        pytest.skip("this machine is one of the two for which there is a native wheel")
    if platform is HOST and machine_platform.machine() == "x86_64" and sys.platform == "linux":
        best = "cp39-abi3-manylinux2014_x86_64"
    assert run(output, platform) == wheels[best]


def test_the_file_is_verified(folder: Folder, output: Path) -> None:
    data = build_wheel({"foo.py": b""})
    good = folder.add(wheel_name(), data)
    assert run(output, ARM, hashes=(WRONG, good)) == data


def test_a_file_with_another_hash_is_refused(folder: Folder, output: Path) -> None:
    got = folder.add(wheel_name(), build_wheel({"foo.py": b""}))
    assert failure(output, ARM, hashes=(WRONG,)) == (
        f"foo-1.0-py3-none-any.whl of foo 1.0 has {got}, which is none of the 1 that are given for it; "
        "lock again if the index got new files of that version, and find out who changed the file if it did not"
    )


def test_the_hash_is_checked_here_too_whatever_pip_says(
    folder: Folder, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = build_wheel({"foo.py": b""})
    got = folder.add(wheel_name(), data)

    from tools.pip.runner import Run

    def careless_pip(arguments: list[str], folder: Path, variables: object, alive: object) -> Run:
        Path(arguments[arguments.index("--dest") + 1], wheel_name()).write_bytes(data)
        return Run(True, "", [])

    monkeypatch.setattr("tools.lambda_wheel.fetch.run_pip", careless_pip)
    message = failure(output, ARM, hashes=(WRONG,))
    assert message.startswith(
        f"foo-1.0-py3-none-any.whl has {got}, which is none of the 1 that are given for foo"
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("bar-1.0-py3-none-any.whl", "bar-1.0-py3-none-any.whl is not foo 1.0, which was asked for"),
        ("foo-1.1-py3-none-any.whl", "foo-1.1-py3-none-any.whl is not foo 1.0, which was asked for"),
        (
            "foo-1.0-cp27-none-any.whl",
            "pip brought foo-1.0-cp27-none-any.whl, which does not fit python3.13 on arm64",
        ),
        ("foo.whl", "foo.whl is not a wheel's name: Invalid wheel filename"),
        ("foo.txt", "pip was to bring one wheel, and brought foo.txt"),
    ],
)
def test_what_was_not_asked_for_is_refused(
    folder: Folder, output: Path, monkeypatch: pytest.MonkeyPatch, name: str, message: str
) -> None:
    from tools.pip.runner import Run

    def other_pip(arguments: list[str], folder: Path, variables: object, alive: object) -> Run:
        Path(arguments[arguments.index("--dest") + 1], name).write_bytes(b"")
        return Run(True, "", [])

    monkeypatch.setattr("tools.lambda_wheel.fetch.run_pip", other_pip)
    assert failure(output, ARM).startswith(message)


def test_where_the_marker_does_not_hold_the_wheel_is_empty(folder: Folder, output: Path) -> None:
    assert run(output, ARM, marker="python_version < '3.13'") == b""


def test_a_version_that_no_index_has_is_an_error(folder: Folder, output: Path) -> None:
    named_wheel(folder, "py3-none-any", "2.0")
    assert failure(output, ARM) == (
        "pip found no file of foo 1.0:\n"
        "ERROR: Could not find a version that satisfies the requirement foo==1.0 (from versions: 2.0)\n"
        "ERROR: No matching distribution found for foo==1.0\n"
        "An index that only environment variables tell of (PIP_INDEX_URL, ...) reaches a build when they "
        "are in [Build] PassUnsafeEnv of .plzconfig; pip's configuration files are read as they are"
    )


def test_what_no_wheel_fits_is_unavailable(folder: Folder, output: Path) -> None:
    named_wheel(folder, "cp312-cp312-manylinux_2_17_aarch64")
    named_wheel(folder, "cp313-cp313-manylinux_2_38_aarch64")
    named_wheel(folder, "cp313-cp313-manylinux_2_17_aarch64", "1.1")
    unavailable = fetch(Requirement("foo", "1.0"), ARM, output)
    assert unavailable is not None
    assert not output.exists()
    assert unavailable.text.splitlines() == [
        "foo 1.0 has nothing that python3.13 on arm64 could load",
        "found: 2 wheels, no sdist",
        "  foo-1.0-cp313-cp313-manylinux_2_38_aarch64.whl: it needs glibc 2.38, and python3.13 has 2.34",
        "  foo-1.0-cp312-cp312-manylinux_2_17_aarch64.whl: it is for cp312",
        "would help: python3.12 on arm64",
        "would help: version 1.1, which has foo-1.1-cp313-cp313-manylinux_2_17_aarch64.whl",
    ]


def test_a_pure_sdist_is_built_for_any_platform(folder: Folder, output: Path) -> None:
    sdist = folder.add("foo-1.0.tar.gz", build_sdist())
    first = run(output, ARM, hashes=(sdist,))
    with zipfile.ZipFile(io.BytesIO(first)) as wheel:
        assert wheel.namelist() == sorted(wheel.namelist())
        assert {info.date_time for info in wheel.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert wheel.read("foo/__init__.py") == b"EPOCH = 315532800\n"
        record = wheel.read("foo-1.0.dist-info/RECORD").splitlines()
        assert record == sorted(record)
    assert run(output, X86, hashes=(sdist,), sdist=True) == first


def test_an_sdist_with_another_hash_is_not_built(folder: Folder, output: Path) -> None:
    got = folder.add("foo-1.0.tar.gz", build_sdist())
    assert failure(output, ARM, hashes=(WRONG,)).startswith(
        f"what pip downloaded for foo 1.0 has {got}, which is"
    )


def test_a_lock_of_the_sdist_alone_has_it_built(folder: Folder, output: Path) -> None:
    named_wheel(folder, "cp313-cp313-manylinux_2_17_x86_64")
    sdist = folder.add("foo-1.0.tar.gz", build_sdist())
    with zipfile.ZipFile(io.BytesIO(run(output, ARM, hashes=(sdist,)))) as wheel:
        assert b"Tag: py3-none-any" in wheel.read("foo-1.0.dist-info/WHEEL")


@pytest.mark.parametrize("platform", [ARM, X86])
def test_an_optional_extension_is_left_out_where_it_would_not_load(
    folder: Folder, output: Path, platform: Platform
) -> None:
    # For a machine that neither Lambda nor, most likely, this host is.
    library = build_elf(machine=243)
    folder.add("foo-1.0.tar.gz", build_sdist(library=library, optional=True, tag="py3-none-linux_riscv64"))
    with zipfile.ZipFile(io.BytesIO(run(output, platform))) as wheel:
        assert "foo/_core.so" not in wheel.namelist()


def test_tags_that_say_otherwise_are_not_believed(folder: Folder, output: Path) -> None:
    # As setuptools tags what might have had an extension, and has none.
    folder.add("foo-1.0.tar.gz", build_sdist(pure_tag="cp311-cp311-linux_x86_64"))
    with zipfile.ZipFile(io.BytesIO(run(output, ARM))) as wheel:
        assert b"Tag: cp311-cp311-linux_x86_64" in wheel.read("foo-1.0.dist-info/WHEEL")


@on_linux
@pytest.mark.skipif(not HERE.endswith(("x8664", "arm64")), reason="this machine is not one of Lambda's")
def test_what_was_compiled_here_is_taken_if_its_binaries_load(
    folder: Folder, output: Path, old_glibc: None
) -> None:
    platform = parse_platform(HERE)
    assert platform.architecture is not None
    machine = platform.architecture.elf_machine
    good = build_elf([Library("libc.so.6", ["GLIBC_2.17"])], machine=machine)
    folder.add(
        "foo-1.0.tar.gz", build_sdist(library=good, tag=f"py3-none-linux_{machine_platform.machine()}")
    )
    with zipfile.ZipFile(io.BytesIO(run(output, platform))) as wheel:
        assert wheel.read("foo/_core.so") == good


@on_linux
@pytest.mark.skipif(not HERE.endswith(("x8664", "arm64")), reason="this machine is not one of Lambda's")
def test_what_was_compiled_here_is_unavailable_if_its_binaries_do_not_load(
    folder: Folder, output: Path, old_glibc: None
) -> None:
    platform = parse_platform(HERE)
    assert platform.architecture is not None
    bad = build_elf([Library("libc.so.6", ["GLIBC_2.38"])], machine=platform.architecture.elf_machine)
    tag = f"py3-none-linux_{machine_platform.machine()}"
    folder.add("foo-1.0.tar.gz", build_sdist(library=bad, tag=tag))
    unavailable = fetch(Requirement("foo", "1.0"), platform, output)
    assert unavailable is not None
    lines = unavailable.text.splitlines()
    assert lines[1:3] == [
        "found: no wheels, foo-1.0.tar.gz",
        f"tried: to build it, which gave foo-1.0-{tag}.whl:",
    ]
    assert lines[3].startswith("  foo/_core.so (of foo 1.0) needs GLIBC_2.38 of libc.so.6; ")
    assert lines[4:6] == [
        "tried: to build it without a compiler, as its extension may be optional:",
        "  error: [Errno 2] No such file or directory: '/no/such/compiler'",
    ]


@on_linux
@pytest.mark.skipif(not HERE.endswith(("x8664", "arm64")), reason="this machine is not one of Lambda's")
@pytest.mark.parametrize(("glibc", "has"), [((2, 99), "glibc 2.99"), (None, "no glibc")])
def test_nothing_is_compiled_where_the_glibc_is_newer_than_the_runtimes(
    folder: Folder,
    output: Path,
    monkeypatch: pytest.MonkeyPatch,
    glibc: Optional[tuple[int, int]],
    has: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("tools.aws.platform.host_glibc", lambda: glibc)
    platform = parse_platform(HERE)
    assert platform.runtime is not None
    folder.add("foo-1.0.tar.gz", build_sdist(library=build_elf(), tag="py3-none-linux_x86_64"))
    unavailable = fetch(Requirement("foo", "1.0"), platform, output)
    assert unavailable is not None
    assert unavailable.text.splitlines()[2:4] == [
        f"tried: not to compile it, as this machine has {has} and {platform.runtime.name} has "
        "{}.{}: nothing that is compiled here is sure to load there".format(*platform.runtime.glibc),
        "tried: to build it without a compiler, as its extension may be optional:",
    ]
    # On a slow machine it says every ten seconds that it still builds.
    said = [line for line in capsys.readouterr().err.splitlines() if not line.startswith("still building")]
    assert said == [f"building foo 1.0 from source for {platform.title}"]


def test_a_build_that_takes_long_says_that_it_lives(
    folder: Folder, output: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tools.pip.runner._FIRST_SIGN", 0.01)
    folder.add("foo-1.0.tar.gz", build_sdist())
    run(output, ARM)
    first, *more = capsys.readouterr().err.splitlines()
    assert first == "building foo 1.0 from source for python3.13 on arm64"
    assert more
    assert all(line.startswith("still building foo 1.0 after ") for line in more)


@pytest.mark.parametrize(
    ("requires", "works"), [(">=3.13", True), ("==3.13.*", True), (">=3.14", False), ("<3.13", False)]
)
def test_an_sdist_is_for_the_functions_python_and_not_for_the_tools(
    folder: Folder, output: Path, requires: str, works: bool
) -> None:
    folder.add("foo-1.0.tar.gz", build_sdist(metadata=f"Requires-Python: {requires}\n"))
    unavailable = fetch(Requirement("foo", "1.0"), ARM, output)
    assert (unavailable is None) is works
    if unavailable is not None:
        assert unavailable.text.splitlines()[2:5] == [
            f"tried: not to compile it, as {ARM.compile_obstacle}",
            "tried: to build it without a compiler, as its extension may be optional, which gave "
            "foo-1.0-py3-none-any.whl:",
            f"  it requires Python {requires}, and python3.13 on arm64 has 3.13",
        ]


def test_an_sdist_that_the_index_says_is_for_another_python_is_not_built(
    index: Index, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.requires_python = ">=3.14"
    (index.folder / wheel_name()).unlink()
    (index.folder / "foo-1.0.tar.gz").write_bytes(build_sdist())
    monkeypatch.setenv("PIP_INDEX_URL", f"http://user:secret@{index.host}/simple")
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    for sdist in (False, True):
        unavailable = fetch(Requirement("foo", "1.0", sdist=sdist), ARM, output)
        assert unavailable is not None
        assert unavailable.text.splitlines()[1:3] == [
            "found: no wheels, foo-1.0.tar.gz",
            "tried: not to build foo-1.0.tar.gz, as it requires Python >=3.14, and python3.13 on arm64 has 3.13",
        ]
    assert "/files/foo-1.0.tar.gz" not in index.seen


@pytest.mark.parametrize(
    ("name", "version", "said"),
    [("bar", "1.0", "has inconsistent name: "), ("foo", "2.0", "has inconsistent version: ")],
)
@pytest.mark.parametrize("sdist", [False, True])
def test_an_sdist_whose_metadata_is_anothers_is_unavailable(
    folder: Folder, output: Path, name: str, version: str, said: str, sdist: bool
) -> None:
    folder.add("foo-1.0.tar.gz", build_sdist(name=name, version=version))
    unavailable = fetch(Requirement("foo", "1.0", sdist=sdist), ARM, output)
    assert unavailable is not None
    assert said in unavailable.text
    assert "pip found no file" not in unavailable.text
    assert not output.exists()


@pytest.mark.parametrize("suffix", [".tgz", ".tar.bz2", ".tar.xz"])
@pytest.mark.parametrize("sdist", [False, True])
def test_an_sdist_may_be_an_archive_of_another_kind(
    folder: Folder, output: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, sdist: bool
) -> None:
    mode = {".tgz": "gz", ".tar.bz2": "bz2", ".tar.xz": "xz"}[suffix]
    folder.add(f"foo-1.0{suffix}", build_sdist(mode=mode))
    # In a folder, newer versions of pip see .tar.gz and .zip only; on a page they see all.
    page = folder.path / "page.html"
    page.write_text(f'<!DOCTYPE html><a href="foo-1.0{suffix}">foo</a>')
    monkeypatch.setenv("PIP_FIND_LINKS", str(page))
    with zipfile.ZipFile(io.BytesIO(run(output, ARM, sdist=sdist))) as wheel:
        assert "foo/__init__.py" in wheel.namelist()


def test_a_rule_that_wants_an_sdist_where_there_is_none_is_told_what_there_is(
    folder: Folder, output: Path
) -> None:
    named_wheel(folder, "cp313-cp313-manylinux_2_17_aarch64")
    unavailable = fetch(Requirement("foo", "1.0", sdist=True), ARM, output)
    assert unavailable is not None
    assert unavailable.text.splitlines()[1] == "found: 1 wheel, no sdist"


def test_secrets_that_a_build_prints_are_not_in_what_is_cached(
    folder: Folder, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "https://user:hunter22@example.com/simple")
    monkeypatch.setenv("DEPLOY_TOKEN", "tok-0123456")
    folder.add("foo-1.0.tar.gz", build_sdist(backend="import os, sys\nsys.exit(repr(dict(os.environ)))\n"))
    assert main(arguments(output, "lambda313arm64", "--defer")) == 0
    text = output.read_text()
    assert "DEPLOY_TOKEN" in text
    assert "hunter22" not in text
    assert "tok-0123456" not in text


def test_an_output_in_a_folder_that_is_not_there_is_an_error(
    folder: Folder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "nowhere" / "foo.whl"
    assert main(arguments(missing, "lambda313arm64")) == 1
    assert capsys.readouterr().err == (
        f"foo: error: cannot write {missing}: there is no folder {missing.parent}\n"
    )


def test_a_name_with_half_a_character_is_an_error(output: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["fetch", "--name", "f\udcff", "--version", "1", "--arch", "host", "--out", str(output)]
    assert main(command) == 1
    assert capsys.readouterr().err == (
        "f\\udcff: error: 'f\\udcff' is not a distribution's name, such as zope.interface\n"
    )


def test_another_platforms_extension_is_not_compiled(folder: Folder, output: Path) -> None:
    other = next(arch for arch in ("lambda38x8664", "lambda38arm64") if arch != HERE)
    folder.add("foo-1.0.tar.gz", build_sdist(library=build_elf(), tag="py3-none-linux_x86_64"))
    unavailable = fetch(Requirement("foo", "1.0"), parse_platform(other), output)
    assert unavailable is not None
    tried = [line for line in unavailable.text.splitlines() if line.startswith("tried: ")]
    assert len(tried) == 2
    assert tried[0].startswith("tried: not to compile it, as this machine has ")
    assert tried[1] == "tried: to build it without a compiler, as its extension may be optional:"


@pytest.mark.parametrize("version", ["GLIBC_2.17", "GLIBC_2.38"])
def test_a_tag_that_promises_nothing_is_held_against_the_binaries(
    folder: Folder, output: Path, version: str
) -> None:
    tag = "cp313-cp313-linux_aarch64"
    library = build_elf([Library("libc.so.6", [version])], machine=183)
    data = build_wheel({"foo/_core.so": library}, tag=tag, purelib=False)
    folder.add(wheel_name(tag), data)
    unavailable = fetch(Requirement("foo", "1.0"), ARM, output)
    if version == "GLIBC_2.17":
        assert unavailable is None
        assert output.read_bytes() == data
    else:
        assert unavailable is not None
        assert "tried: foo-1.0-cp313-cp313-linux_aarch64.whl, whose tag promises nothing:" in unavailable.text
        assert "needs GLIBC_2.38" in unavailable.text


def test_the_wheel_of_a_url_is_taken(folder: Folder, output: Path, tmp_path: Path) -> None:
    data = build_wheel({"foo.py": b""})
    digest = folder.add(wheel_name(), data)
    url = (folder.path / wheel_name()).as_uri()
    assert run(output, ARM, url=url, hashes=(digest,), version="") == data
    assert "has a hash" in failure(
        tmp_path / "x.whl", ARM, url=url, hashes=(WRONG,)
    ) or "has sha256" in failure(tmp_path / "x.whl", ARM, url=url, hashes=(WRONG,))


def test_the_wheel_of_a_url_that_does_not_fit_is_unavailable(folder: Folder, output: Path) -> None:
    tag = "cp311-cp311-manylinux_2_17_x86_64"
    folder.add(wheel_name(tag), build_wheel({"foo.py": b""}, tag=tag))
    url = (folder.path / wheel_name(tag)).as_uri()
    unavailable = fetch(Requirement("foo", "1.0", url=url), ARM, output)
    assert unavailable is not None
    assert unavailable.text.splitlines()[:2] == [
        "foo 1.0 has nothing that python3.13 on arm64 could load",
        f"found: {url}",
    ]


def test_a_url_that_leads_nowhere_is_an_error(folder: Folder, output: Path) -> None:
    url = (folder.path / "foo-1.0-py3-none-any.whl").as_uri()
    assert failure(output, ARM, url=url).startswith("foo 1.0: pip could not fetch it:\nERROR: ")


def test_the_sdist_of_a_url_is_built(folder: Folder, output: Path) -> None:
    digest = folder.add("foo-1.0.tar.gz", build_sdist())
    url = (folder.path / "foo-1.0.tar.gz").as_uri()
    with zipfile.ZipFile(io.BytesIO(run(output, ARM, url=url, hashes=(digest,)))) as wheel:
        assert "foo/__init__.py" in wheel.namelist()


class Index:
    """An index on this machine (PEP 503), which asks for a password."""

    def __init__(self, folder: Path) -> None:
        self.seen: list[str] = []
        self.folder = folder
        self.requires_python = ">=3"
        index = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.headers.get("Authorization") != "Basic dXNlcjpzZWNyZXQ=":
                    self.send_response(401)
                    self.send_header("WWW-Authenticate", 'Basic realm="index"')
                    self.end_headers()
                    return
                index.seen.append(self.path)
                path = folder / self.path.rpartition("/")[2]
                if self.path == "/simple/foo/":
                    links = "".join(
                        f'<a href="../../files/{file.name}" '
                        f'data-requires-python="{html.escape(index.requires_python)}">{file.name}</a>'
                        for file in folder.iterdir()
                    )
                    body, kind = f"<!DOCTYPE html><html><body>{links}</body></html>".encode(), "text/html"
                elif self.path.startswith("/files/") and path.is_file():
                    body, kind = path.read_bytes(), "application/octet-stream"
                else:
                    self.send_error(404)
                    return
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def index(tmp_path: Path, no_pip_configuration: None) -> Iterator[Index]:
    files = tmp_path / "files"
    files.mkdir()
    (files / wheel_name()).write_bytes(build_wheel({"foo.py": b""}))
    found = Index(files)
    thread = threading.Thread(target=found.server.serve_forever)
    thread.start()
    yield found
    found.server.shutdown()
    thread.join()
    found.server.server_close()


def test_a_private_index_is_read_from_pips_configuration_file(
    index: Index, output: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configuration = tmp_path / "pip.conf"
    configuration.write_text(
        f"[global]\nindex-url = http://user:secret@{index.host}/simple\nno-cache-dir = true\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(configuration))
    assert run(output, ARM) == build_wheel({"foo.py": b""})
    assert index.seen == ["/simple/foo/", f"/files/{wheel_name()}"]


def test_a_password_is_never_shown(index: Index, output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", f"http://user:secret@{index.host}/simple")
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    message = failure(output, ARM, version="2.0")
    assert "secret" not in message
    assert "(from versions: 1.0)" in message


def arguments(output: Path, arch: str, *more: str) -> list[str]:
    return ["fetch", "--name", "foo", "--version", "1.0", "--arch", arch, "--out", str(output), *more]


def test_the_command_writes_the_wheel(folder: Folder, output: Path) -> None:
    data = build_wheel({"foo.py": b""})
    digest = folder.add(wheel_name(), data)
    assert main(arguments(output, "lambda313arm64", "--hash", digest)) == 0
    assert output.read_bytes() == data


def test_the_command_leads_messages_with_the_target(
    folder: Folder, output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments(output, "lambda13arm64", "--target", "//third_party/python:foo")) == 1
    assert capsys.readouterr().err.startswith(
        "//third_party/python:foo: error: 'lambda13arm64' is no platform of Lambda's: "
    )
    named_wheel(folder, "cp312-cp312-manylinux_2_17_aarch64")
    assert main(arguments(output, "lambda313arm64")) == 1
    assert capsys.readouterr().err.startswith(
        "foo: error: foo 1.0 has nothing that python3.13 on arm64 could"
    )


def test_the_command_hands_on_what_is_unavailable(
    folder: Folder, output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named_wheel(folder, "cp399-cp399-manylinux_2_17_aarch64")
    assert main(arguments(output, "lambda313arm64", "--defer")) == 0
    assert capsys.readouterr() == ("", "")
    unavailable = parse_unavailable(output.read_bytes(), "foo.whl")
    assert unavailable.arch == "lambda313arm64"
    output.unlink()
    # On the host a test would miss what it imports, so it is an error at once.
    assert main(arguments(output, "host", "--defer")) == 1
    assert not output.exists()


@pytest.mark.network
@pytest.mark.parametrize(
    ("arch", "library"),
    [
        ("lambda313arm64", "msgspec/_core.cpython-313-aarch64-linux-gnu.so"),
        ("lambda311x8664", "msgspec/_core.cpython-311-x86_64-linux-gnu.so"),
    ],
)
def test_the_real_msgspec_comes_for_each_platform(tmp_path: Path, arch: str, library: str) -> None:
    output = tmp_path / "msgspec.whl"
    command = ["fetch", "--name", "msgspec", "--version", "0.19.0", "--arch", arch, "--out", str(output)]
    assert main(command) == 0
    with zipfile.ZipFile(output) as wheel:
        assert [name for name in wheel.namelist() if name.endswith(".so")] == [library]
