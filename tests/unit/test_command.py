from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from tools.command import printable, run, say
from tools.errors import PleasingError


def status_of(error: BaseException) -> int:
    def action(_: argparse.Namespace) -> NoReturn:
        raise error

    return run(argparse.ArgumentParser(), [], action, lambda _: "//svc:lambda")


def test_what_the_action_returns_is_the_status() -> None:
    parser = argparse.ArgumentParser()
    assert run(parser, [], lambda _: None, lambda _: "x") == 0
    assert run(parser, [], lambda _: 3, lambda _: "x") == 3


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (PleasingError(["one", "two"]), "//svc:lambda: error: one\n//svc:lambda: error: two\n"),
        (
            FileNotFoundError(2, "No such file or directory", "a\nb"),
            "//svc:lambda: error: cannot go on: [Errno 2] No such file or directory: 'a\\nb'\n",
        ),
        (
            RecursionError("maximum recursion depth exceeded"),
            "//svc:lambda: error: cannot go on: a file of the input is nested too deeply to be read\n",
        ),
        (
            UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"),
            "//svc:lambda: error: cannot go on: a text of the input cannot be written "
            "('utf-8' codec can't encode character '\\ud800' in position 0: surrogates not allowed)\n",
        ),
        (
            PleasingError("see https://user:pass@example.com/x?sig=1 and \x1b[31m\u202e"),
            "//svc:lambda: error: see https://****@example.com/x?sig=**** and \\x1b[31m\\u202e\n",
        ),
    ],
)
def test_an_error_is_told_without_a_traceback(
    error: Exception, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status_of(error) == 1
    assert capsys.readouterr() == ("", message)


def test_ctrl_c_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(KeyboardInterrupt()) == 130
    assert capsys.readouterr() == ("", "")


def test_a_mistake_of_the_tool_itself_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError):
        status_of(ZeroDivisionError())


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import argparse, sys\n"
        "from tools.command import run\n"
        "def action(_):\n"
        "    for _ in range(100000):\n"
        "        print('a line')\n"
        "sys.exit(run(argparse.ArgumentParser(), [], action, lambda _: 'x'))\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    process = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert (process.wait(30), said) == (0, b"")


def test_a_stream_without_the_letters_of_a_name_escapes_them() -> None:
    script = (
        "import argparse, sys; from tools.command import run, say\n"
        "sys.exit(run(argparse.ArgumentParser(), [], lambda _: say('caf\\u00e9 \\udc80'), lambda _: 'x'))"
    )
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    process = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, env=environment, check=False, timeout=30
    )
    assert (process.returncode, process.stdout, process.stderr) == (0, b"caf\\xe9 \\udc80\n", b"")


def test_what_a_tool_says_is_clean(capsys: pytest.CaptureFixture[str]) -> None:
    say("https://u:p@example.com\x07")
    assert capsys.readouterr().out == "https://****@example.com\\x07\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\n\tand tabbed é 漢", "plain\n\tand tabbed é 漢"),
        ("\r\x00\x9b\x7f", "\\r\\x00\\x9b\\x7f"),
        ("\u202egnp.exe\u2066 \ud800", "\\u202egnp.exe\\u2066 \\ud800"),
    ],
)
def test_characters_that_do_not_show_are_escaped(text: str, shown: str) -> None:
    assert printable(text) == shown
