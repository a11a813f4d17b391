"""The command line: what it takes, and what it says where it cannot go on."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from tests.unit.lambda_invoke.conftest import ARCHITECTURE, RUNTIME, write_function
from tools.lambda_invoke.cli import main
from tools.lambda_invoke.samples import NAMES

linux = pytest.mark.skipif(sys.platform != "linux", reason="its limits are held on Linux only")
CODE = "def handler(event, context):\n    print('log')\n    return event\n"


def run(path: Path, client: Path, *options: str) -> int:
    return main([str(path), "--client", str(client), f"--interpreter={sys.executable}", *options])


@linux
def test_an_invocation(
    client: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_function(tmp_path, CODE)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'{"a": 1}')))
    assert run(path, client, "--target=//svc:lambda") == 0
    out, error = capfdbinary.readouterr()
    assert out == b'{"a": 1}\n'
    lines = error.decode().splitlines()
    assert lines[0] == "log"
    assert lines[-1].startswith("//svc:lambda: init ")
    assert lines[-1].endswith(" MB of 128 MB")


@linux
def test_a_function_error_is_the_exit_status(
    client: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = write_function(tmp_path, "def handler(event, context):\n    raise ValueError('no')\n")
    assert run(path, client, "--event=sqs") == 1
    out, error = capfd.readouterr()
    assert out.startswith('{"errorMessage": "no", "errorType": "ValueError"')
    assert (
        f'{path}: error: the handler raised: ValueError: no\nTraceback (most recent call last):\n  File "svc/app.py"'
        in error
    )


@linux
def test_hosts_variables_only_by_name(
    client: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "import os\n\n\ndef handler(event, context):\n    return sorted(name for name in os.environ if 'KEY' in name)\n"
    path = write_function(tmp_path, code)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    assert run(path, client, "--event=sqs") == 0
    assert run(path, client, "--event=sqs", "--pass-env=AWS_ACCESS_KEY_ID", "--env=MY_KEY=1") == 0
    assert capfd.readouterr().out == '[]\n["AWS_ACCESS_KEY_ID", "MY_KEY"]\n'


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--env=x"], "--env takes NAME=value, not 'x'"),
        (["--pass-env=NOWHERE_X"], "--pass-env names NOWHERE_X, which is not set here"),
        (["--env=AWS_LAMBDA_X=1"], "AWS_LAMBDA_X is set by Lambda; a function's configuration cannot set it"),
        (["--memory=64"], "memory is 64 MB; AWS takes 128 to 10,240 MB (dg/configuration-memory)"),
        (["--timeout=901"], "timeout is 901 seconds; AWS takes 1 to 900 seconds (dg/configuration-timeout)"),
        (["--tmp=1"], "tmp is 1 MB; AWS takes 512 to 10,240 MB (dg/configuration-ephemeral-storage)"),
        (["--edge=viewer-request", "--timeout=6"], "timeout is 6 seconds; CloudFront gives viewer-request 5"),
        (["--edge=viewer-request", "--memory=256"], "memory is 256 MB; CloudFront gives viewer-request 128"),
        (["--watch"], "--watch goes with --serve PORT"),
    ],
)
def test_options_that_cannot_be(
    tmp_path: Path, client: Path, capsys: pytest.CaptureFixture[str], options: list[str], message: str
) -> None:
    path = write_function(tmp_path, CODE)
    assert run(path, client, *options) == 1
    assert capsys.readouterr().err == f"{path}: error: {message}\n"


def test_another_machines_function(tmp_path: Path, client: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = "arm64" if ARCHITECTURE == "x86_64" else "x86_64"
    path = write_function(tmp_path, CODE, architecture=other)
    assert run(path, client) == 1
    assert f"error: the function is for {other}, and this machine is " in capsys.readouterr().err


def test_another_machines_function_is_skipped_never_passed(tmp_path: Path, client: Path) -> None:
    other = "arm64" if ARCHITECTURE == "x86_64" else "x86_64"
    path = write_function(tmp_path, CODE, architecture=other)
    results = tmp_path / "results.xml"
    assert main(["test", str(path), "--client", str(client), "--results", str(results)]) == 0
    assert 'skipped="1"' in results.read_text()
    assert "<skipped message=" in results.read_text()


@pytest.mark.parametrize(("setting", "status", "tag"), [("fail", 1, "<failure"), ("skip", 0, "<skipped")])
def test_a_missing_interpreter(
    tmp_path: Path,
    client: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    setting: str,
    status: int,
    tag: str,
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    path = write_function(tmp_path, CODE, runtime="python3.8")
    results = tmp_path / "results.xml"
    arguments = ["test", str(path), "--client", str(client), "--results", str(results)]
    assert main([*arguments, f"--missing-interpreter={setting}", f"--interpreter={sys.executable}"]) == status
    assert tag in results.read_text()
    told = capsys.readouterr().out
    assert f"(looked at: {sys.executable} is Python {RUNTIME[6:]})" in told
    assert '    [Plugin "awslambda"]\n    RuntimeInterpreters = /path/to/python3.8' in told


def test_no_client(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_function(tmp_path, CODE)
    assert main([str(path)]) == 1
    assert (
        "error: AWS's runtime interface client, awslambdaric, is not here. Name the zips"
        in capsys.readouterr().err
    )


def test_zip_and_manifest_of_two_builds(
    tmp_path: Path, client: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_function(tmp_path, CODE)
    size = path.stat().st_size
    path.write_bytes(path.read_bytes() + b"x")
    assert run(path, client) == 1
    assert capsys.readouterr().err == (
        f"{path}: error: {path} has {size + 1:,} bytes, and its manifest tells of one with {size:,}. They are of two "
        "builds: build both again\n"
    )


def test_samples_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--samples"]) == 0
    assert capsys.readouterr().out.split() == list(NAMES)
