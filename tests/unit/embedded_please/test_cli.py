"""Tests of the command line, of what is shown, and of interruptions."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.unit.embedded_please.conftest import Repository
from tools.embedded_please import host_python as module
from tools.errors import PleasingError

ROOT = Path(__file__).resolve().parent.parent.parent.parent

_BUILD = """
text_file(name = "a", content = "a", out = "a.txt")
genrule(name = "tool", outs = ["tool.sh"], binary = True, cmd = "echo '#!/bin/sh' > $OUT; echo 'echo ran $*' >> $OUT")
"""


@pytest.fixture
def two(repository: Repository) -> Repository:
    repository.write("p/BUILD", _BUILD)
    repository.write("p/q/BUILD", 'text_file(name = "q", content = "q")\n')
    repository.write(".hidden/BUILD", "fail('not to be read')\n")
    return repository


@pytest.mark.parametrize(
    ("targets", "shown"),
    [
        (["//p:a"], ["gen/p/a.txt"]),
        (["//p/q"], ["gen/p/q/q"]),
        (["//p:all"], ["gen/p/a.txt", "bin/p/tool.sh"]),
        (["//p/..."], ["gen/p/a.txt", "bin/p/tool.sh", "gen/p/q/q"]),
        ([], ["gen/p/a.txt", "bin/p/tool.sh", "gen/p/q/q"]),
        (["//p:a", "//p:a"], ["gen/p/a.txt"]),
    ],
)
def test_targets(two: Repository, targets: list[str], shown: list[str]) -> None:
    assert two.build(*targets).stdout.splitlines() == [f"plz-out/{path}" for path in shown]


def test_what_is_built_by_name_alone(repository: Repository) -> None:
    rule = 'text_file(name = "{}", content = "", labels = [{}])\n'
    repository.write("p/BUILD", rule.format("a", "") + rule.format("b", '"manual"'))
    for targets in (["//..."], ["//p:all"]):
        assert repository.build(*targets).stdout.splitlines() == ["plz-out/gen/p/a"]
    assert repository.build("//p:b").stdout.splitlines() == ["plz-out/gen/p/b"]


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("//p:b", "there is no target //p:b: p/BUILD declares a, tool"),
        ("//p:tol", "there is no target //p:tol: p/BUILD declares a, tool; did you mean //p:tool?"),
        ("//p/r:r", "there is no package for //p/r:r: p/r has no BUILD; the nearest package is //p/q"),
        ("p", "'p' is not a label, such as //package:name or ///plugin//package:name"),
    ],
)
def test_unknown_targets(two: Repository, target: str, message: str) -> None:
    assert two.fail(target) == [message]


def test_a_folder_below_and_one_outside(two: Repository, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert two.run("build", "//p:a", folder="p/q").stdout == "plz-out/gen/p/a.txt\n"
    outside = Repository(tmp_path_factory.mktemp("outside"))
    (outside.folder / ".plzconfig").unlink()
    message = f"{outside.folder} is in no repository: neither it nor a folder above has a .plzconfig"
    assert outside.fail("-p", "//a") == [message]


def test_one_line_a_function(repository: Repository) -> None:
    caps = {"zip": {"name": "1MB", "headroom_bytes": 8910}, "unzipped": None}
    repository.write("m.json", json.dumps({"zip_bytes": 1234567, "caps": caps}))
    repository.write(
        "BUILD",
        'build_rule(name = "f", srcs = ["m.json"], outs = {"zip": ["f.zip"], "manifest": ["f.json"]},\n'
        '           cmd = "cp $SRC $OUTS_MANIFEST && touch $OUTS_ZIP")\n',
    )
    assert repository.build("//:f").stdout == "plz-out/gen/f.zip  1,234,567 bytes: 8,910 below 1MB\n"


def test_run(two: Repository) -> None:
    process = _start(two, "run", "//p:tool", "--", "a", "--b")
    stdout, stderr = process.communicate(timeout=30)
    assert (process.returncode, stdout) == (0, "ran a --b\n"), stderr
    assert two.run("run", "//p:a").errors == ["//p:a cannot be run: one binary with one output can"]
    run = two.run("biuld", "-p")
    assert (run.status, run.stdout) == (2, "")
    assert run.errors[0].startswith("argument command: invalid choice: 'biuld' (choose from")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupted(two: Repository, number: int) -> None:
    two.write(
        "BUILD",
        'genrule(name = "slow", outs = ["one", "two"], cmd = "touch one; echo $$ > $PIDS; sleep 60; touch two",\n'
        f'        env = {{"PIDS": "{two.folder}/pid"}})\n',
    )
    process, pid = _start(two, "build", "//:slow"), two.folder / "pid"
    deadline = time.monotonic() + 15
    while not (pid.exists() and pid.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(number)
    _, stderr = process.communicate(timeout=30)
    assert (process.returncode, stderr, two.left()) == (130, "//:slow Building...\n", [])
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


def _start(repository: Repository, *arguments: str) -> subprocess.Popen[str]:
    command, pipe = [sys.executable, "-m", "tools.embedded_please", *arguments], subprocess.PIPE
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, cwd=repository.folder, env=env, stdout=pipe, stderr=pipe, text=True)


def test_the_environment_shows_seconds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    shown: list[str] = []
    version = ".".join(map(str, sys.version_info[:2]))
    python = module.host_python(tmp_path / "venv", shown.append)
    assert subprocess.run([python, "-m", "pip", "--version"], check=False).returncode == 0
    assert shown[0] == f"Making an environment for Python {version}, once: 0 s"
    assert module.host_python(tmp_path / "venv", lambda text: pytest.fail(text)) == python

    def interrupt(text: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        module.host_python(tmp_path / "half", interrupt)
    assert not (tmp_path / "half").exists()
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(PleasingError) as caught:
        module.host_python(tmp_path / "other", shown.append)
    assert str(caught.value) == (
        "/bin/false cannot make an environment:\n\n"
        f"On Debian, install python{version}-venv; or name another Python in PLEASEW_PYTHON."
    )
