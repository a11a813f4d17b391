from __future__ import annotations

import contextlib
import io
import os
import random
import resource
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Optional

import pytest

from tests.builders.command import pack, run
from tests.builders.pex import PexBuilder, PexKind, echo_pex
from tools.errors import PleasingError
from tools.lambda_zip import cli

REPOSITORY = Path(__file__).parents[3]


def command(*arguments: object, **options: Any) -> subprocess.Popen[str]:
    """Start the tool as a user does."""
    return subprocess.Popen(
        [sys.executable, "-m", "tools.lambda_zip", *map(str, arguments)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def pack_arguments(path: Path) -> list[object]:
    return [
        "pack",
        path,
        "--handler",
        "svc/echo.py:handler",
        "--output",
        path.parent / "out" / "app.zip",
        "--manifest",
        path.parent / "out" / "app.json",
        "--runtime",
        "python3.11",
        "--architecture",
        "x86_64",
    ]


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


# As a command of its own


def test_a_good_run_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert finish(command(*pack_arguments(echo_pex().write(tmp_path / "app.pex")))) == (0, "", "")
    assert sorted(entry.name for entry in (tmp_path / "out").iterdir()) == ["app.json", "app.zip"]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "app.pex is empty, not a PEX"),
        (b"text", "app.pex is not a PEX: it has no zip archive in it"),
        (b"PK\x03\x04", "app.pex has no zip end record in its 4 bytes: it is truncated, or not a PEX"),
        (None, "there is no PEX {path}; build it first, or mend the path"),
    ],
)
def test_an_error_is_one_line_and_no_traceback(tmp_path: Path, data: Optional[bytes], problem: str) -> None:
    path = tmp_path / "app.pex"
    if data is not None:
        path.write_bytes(data)
    (tmp_path / "out").mkdir()
    problem = problem.format(path=path)
    assert finish(command(*pack_arguments(path))) == (1, "", f"app.pex: error: {problem}\n")
    assert list((tmp_path / "out").iterdir()) == []


def test_an_output_that_cannot_be_written(tmp_path: Path) -> None:
    path = echo_pex().write(tmp_path / "app.pex")
    assert finish(command(*pack_arguments(path))) == (
        1,
        "",
        f"app.pex: error: cannot write {tmp_path}/out/app.zip: there is no folder {tmp_path}/out; make it first\n",
    )


def test_the_target_is_named(tmp_path: Path) -> None:
    assert run("list", tmp_path / "none", "--target", "//svc:lambda").err == (
        f"//svc:lambda: error: there is no PEX {tmp_path}/none; build it first, or mend the path\n"
    )
    assert run("list", "/").err == (
        "/: error: / is a folder, but no PEX: it has no PEX-INFO, as pex-tool's packed and loose have\n"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["pack"],
        ["pack", "a.pex"],
        ["unknown"],
        ["list"],
        ["list", "a.pex", "--handler", "x"],
        ["pack", "a.pex", "--hand", "x"],
    ],
)
def test_misuse_is_status_2(arguments: Sequence[str]) -> None:
    result = run(*arguments)
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith("usage: lambda_zip")


@pytest.mark.parametrize("arguments", [["--help"], ["pack", "--help"], ["list", "--help"]])
def test_help(arguments: Sequence[str]) -> None:
    result = run(*arguments)
    assert (result.status, result.err) == (0, "")
    assert result.out.startswith("usage: lambda_zip")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--max-size", "big"], "max_size: 'big' is not a size"),
        (["--max-unzipped-size", "0"], "max_unzipped_size: '0' leaves no room for anything"),
        (["--declared", "x"], "--declared: 'x' is not NAME==VERSION"),
        (["--exclude", "/x"], "exclude: '/x' is not a pattern"),
        (["--exclude", "[z-a]"], "exclude: '[z-a]' has a range that runs backwards"),
        (["--collisions-ok", "["], "collisions_ok: '[' has a '[' that no ']' closes"),
        (["--runtime", "python2"], "runtime 'python2' is not one that Lambda has"),
        (["--architecture", "mips"], "architecture 'mips' is not one that Lambda has"),
        (["--handler", "x"], "handler 'x' cannot be read"),
    ],
)
def test_bad_options_are_status_1(tmp_path: Path, arguments: Sequence[str], problem: str) -> None:
    result = pack(echo_pex().write(tmp_path / "app.pex"), *arguments)
    assert (result.status, result.out) == (1, "")
    assert result.err.startswith(f"app.pex: error: {problem}")
    assert [entry.name for entry in tmp_path.iterdir()] == ["app.pex"]


def test_empty_options_are_none(tmp_path: Path) -> None:
    path = echo_pex().write(tmp_path / "app.pex")
    result = pack(path, "--max-size", "", "--max-unzipped-size", "", "--architecture", "", "--runtime", "")
    assert (result.status, result.err) == (0, "")


def test_an_empty_declaration_declares_nothing(tmp_path: Path) -> None:
    result = pack(echo_pex().write(tmp_path / "app.pex"), "--declared=")
    assert result.status == 1
    assert "msgspec 0.19.0 is in the PEX, but no rule in the dependencies declares it" in result.err


def test_warnings_go_where_a_rule_reads_them(tmp_path: Path) -> None:
    path = echo_pex().write(tmp_path / "app.pex")
    warning = "app.pex: warning: exclude: 'none' matches no file of the zip; take it out or correct it\n"
    assert pack(path, "--exclude", "none") == (0, "", warning)
    assert pack(path, "--exclude", "none", "--warnings-to-stdout") == (0, warning, "")


# The world


def test_a_full_disk(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    noise = random.Random(1).randbytes(300_000)
    path = echo_pex().add("svc/noise", noise).write(tmp_path / "app.pex")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    status, out, err = finish(command(*pack_arguments(path), preexec_fn=limit))
    assert (status, out) == (1, "")
    assert err == "app.pex: error: cannot write the output: File too large; nothing was left\n"
    assert list((tmp_path / "out").iterdir()) == []


def test_a_manifest_that_does_not_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tools.lambda_zip import pack as pack_module

    def full(file: object, data: bytes) -> None:
        raise PleasingError("cannot write the output: No space left on device; nothing was left")

    monkeypatch.setattr(pack_module, "write_all", full)
    path = echo_pex().write(tmp_path / "app.pex")
    assert pack(path, "--manifest", tmp_path / "app.json").err == (
        "app.pex: error: cannot write the output: No space left on device; nothing was left\n"
    )
    assert [entry.name for entry in tmp_path.iterdir()] == ["app.pex"]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_killed_at_any_moment_nothing_partial_is_left(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "out").mkdir()
    builder = echo_pex()
    noise = random.Random(1).randbytes(2_000_000)
    for index in range(20):
        builder.add(f"svc/noise{index}", noise, payload=noise, method=0)
    path = builder.write(tmp_path / "app.pex")
    start = time.monotonic()
    assert finish(command(*pack_arguments(path)))[0] == 0
    whole, took = (tmp_path / "out" / "app.zip").read_bytes(), time.monotonic() - start
    (tmp_path / "out" / "app.zip").unlink()
    moments = random.Random(int(number))
    for _ in range(8):
        process = command(*pack_arguments(path))
        time.sleep(moments.uniform(0.1, 1.0) * took)
        process.send_signal(number)
        err = finish(process)[2]
        assert "Traceback" not in err or number == signal.SIGINT
        left = {entry.name for entry in (tmp_path / "out").iterdir()}
        assert left <= {"app.zip", "app.json"}
        if "app.zip" in left:
            assert (tmp_path / "out" / "app.zip").read_bytes() == whole


@pytest.mark.parametrize("where", ["C", "C.UTF-8", "POSIX"])
def test_names_that_the_terminal_has_no_letters_for(tmp_path: Path, where: str) -> None:
    path = echo_pex().add("svc/é\u2603.txt", b"x").write(tmp_path / "app.pex")
    environment = {**os.environ, "LC_ALL": where, "PYTHONIOENCODING": "ascii" if where == "C" else ""}
    status, out, err = finish(command("list", path, env=environment))
    assert (status, err) == (0, "")
    assert ("svc/\\xe9\\u2603.txt" in out) == (where == "C")


def test_a_reader_that_has_seen_enough(tmp_path: Path) -> None:
    builder = PexBuilder()
    for number in range(5000):
        builder.add(f"svc/{number:05}", b"")
    process = command("list", builder.write(tmp_path / "app.pex"))
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert (process.wait(60), process.stderr.read()) == (0, "")
    process.stderr.close()


def test_an_interrupt_is_status_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(options: object, as_json: bool) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_list", interrupt)
    assert run("list", "x").status == 130


def test_an_error_of_the_system_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(options: object, as_json: bool) -> str:
        raise PermissionError(13, "Permission denied", "/x")

    monkeypatch.setattr(cli, "_list", fail)
    assert run("list", "x") == (1, "", "x: error: cannot go on: [Errno 13] Permission denied: '/x'\n")


def test_a_broken_pipe_in_this_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail(options: object, as_json: bool) -> str:
        raise BrokenPipeError

    monkeypatch.setattr(cli, "_list", fail)
    with (tmp_path / "out").open("w") as file, contextlib.redirect_stdout(file):
        assert cli.main(["list", "x"]) == 0
        print("goes nowhere", flush=True)
    assert (tmp_path / "out").read_text() == ""


def test_a_stream_that_is_no_file_is_left_alone(tmp_path: Path) -> None:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert cli.main(["list", str(echo_pex(PexKind.LOOSE).write(tmp_path / "app.pex"))]) == 0
    assert out.getvalue().startswith("app.pex (pex-tool loose)\n")


def test_the_module_runs(tmp_path: Path) -> None:
    assert finish(command("--help"))[0] == 0
    with zipfile.ZipFile(echo_pex().write(tmp_path / "app.pex")) as archive:
        assert "svc/echo.py" in archive.namelist()
