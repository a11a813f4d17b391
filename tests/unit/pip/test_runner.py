from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Optional

import pytest

from tools.errors import PleasingError
from tools.pip.runner import Run, run_pip
from tools.user_home import home_of_user

pwd = pytest.importorskip("pwd", reason="only Unix has it")


def test_an_action_of_please_gets_its_users_home_back() -> None:
    home = pwd.getpwuid(os.getuid()).pw_dir
    assert home_of_user({"HOME": "plz-out/tmp/x", "TMP_DIR": "plz-out/tmp/x"}) == {"HOME": home}


@pytest.mark.parametrize("variables", [{}, {"HOME": "elsewhere"}, {"HOME": "elsewhere", "TMP_DIR": "x"}])
def test_a_home_that_somebody_has_chosen_stays(variables: dict[str, str]) -> None:
    assert home_of_user(variables) == {}


def test_a_user_without_a_name_keeps_the_home_that_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000_000)
    assert home_of_user({"HOME": "x", "TMP_DIR": "x"}) == {}


def test_an_interpreter_without_pip_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "python"
    program.write_text(f"#!/bin/sh\necho '{sys.executable}: No module named pip'\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    with pytest.raises(PleasingError) as caught:
        run_pip(["download"], tmp_path)
    assert str(caught.value) == (
        f"{program} has no pip, which fetches distributions; install it (python3 -m ensurepip), "
        'or name an interpreter that has one in [Plugin "awslambda"] Interpreter'
    )


def test_an_interpreter_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "none"))
    with pytest.raises(PleasingError) as caught:
        run_pip(["download"], tmp_path)
    assert str(caught.value) == f"cannot run {tmp_path / 'none'}: No such file or directory"


def test_what_lies_in_the_current_folder_is_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pip.py").write_text("raise SystemExit('the wrong pip')")
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(tmp_path)
    run = run_pip(["--version"], empty)
    assert run.succeeded
    assert run.output.startswith("pip ")


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("", "pip says nothing"),
        ("Collecting foo\nsomething\n", "Collecting foo\nsomething"),
        (
            "Collecting foo\nERROR: No matching distribution found for foo\n",
            "ERROR: No matching distribution found for foo",
        ),
        (
            "  error: subprocess-exited-with-error\n  ╰─> [3 lines of output]\n      one\n\n      fatal: "
            "two\n"
            "      [end of output]\n  note: this\nERROR: Failed\n",
            "one\nfatal: two",
        ),
        (
            "ERROR: /scratch/pip-wheel-abcd_123/foo_0123456789abcdef0123456789abcdef/setup.py is missing",
            "ERROR: setup.py is missing",
        ),
        (
            "ERROR: Build dir: /scratch/pip-wheel-abcd_123/foo_0123456789abcdef0123456789abcdef/.mesonpy-a1b2c3d4",
            "ERROR: Build dir:",
        ),
    ],
)
def test_the_reason_is_in_pips_own_words(output: str, reason: str) -> None:
    assert Run(False, output, []).reason == reason


def test_a_pip_that_is_too_old_is_named(tmp_path: Path) -> None:
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\necho 'no such option: --report'\nexit 2\n")
    program.chmod(0o755)
    with pytest.raises(PleasingError) as caught:
        run_pip(["install"], tmp_path, python=str(program))
    assert str(caught.value) == (
        f"the pip of {program} has no option --report, so it is older than 23.0; upgrade it: "
        f"{program} -m pip install --upgrade pip"
    )


class _Answer(BaseHTTPRequestHandler):
    status = 401

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("WWW-Authenticate", 'Basic realm="x"')
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Answer) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (401, "401 Client Error: Unauthorized; see that pip has credentials for it"),
        (403, "403 Client Error: Forbidden; see that pip has credentials for it"),
        (404, None),
    ],
)
def test_an_index_that_wants_credentials_is_named(
    status: int,
    why: Optional[str],
    tmp_path: Path,
    server: str,
    no_pip_configuration: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_Answer, "status", status)
    monkeypatch.setenv("PIP_INDEX_URL", f"http://me:hunter22@{server}/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    run = run_pip(["download", "--no-deps", "foo==1"], tmp_path)
    assert not run.succeeded
    expected = [
        "ERROR: Could not find a version that satisfies the requirement foo==1 (from versions: none)",
        "ERROR: No matching distribution found for foo==1",
    ]
    if why:
        expected.append(f"http://****@{server}/simple/foo/ could not be read: {why}")
    assert run.reason.splitlines() == expected


def test_secrets_that_a_build_prints_are_not_in_the_reason() -> None:
    output = "╰─> [2 lines of output]\n  {'API_TOKEN': 'abc'}\n  https://u:p@example.com\n  [end of output]\n"
    assert Run(False, output, []).reason == "{'API_TOKEN': '****'}\nhttps://****@example.com"
