"""What a function finds where it runs, and that nothing of it stays."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.unit.lambda_invoke.conftest import RUNTIME, Invoking, write_function
from tools.lambda_invoke.sandbox import FULL, PLAIN, SHARED_PROCESSES

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="namespaces are Linux's")

ROOT = Path(__file__).resolve().parents[3]

LOOK = """
import os, pwd, socket, subprocess, sys


def names(path):
    return sorted(os.listdir(path)) if os.path.isdir(path) else []


def connects(address):
    try:
        socket.create_connection(address, 2).close()
    except OSError:
        return False
    return True


def handler(event, context):
    return {
        "path": sys.path,
        "cwd": os.getcwd(),
        "environment": dict(os.environ),
        "root": names("/"),
        "home": names(event.get("home", "/nowhere")),
        "processes": [name for name in names("/proc") if name.isdigit()],
        "user": pwd.getpwuid(os.getuid()).pw_name,
        "connects": connects(tuple(event["address"])) if "address" in event else None,
        "modules": subprocess.run(
            [sys.executable, "-c", "import pytest"], capture_output=True, text=True
        ).stderr,
        "arn": context.invoked_function_arn,
        "memory": context.memory_limit_in_mb,
        "left": context.get_remaining_time_in_millis(),
        "custom": context.client_context.custom if context.client_context else None,
    }
"""


def look(function: Invoking, event: Mapping[str, Any] = {}, **changes: Any) -> dict[str, Any]:
    environment = function(LOOK, **changes)
    outcome = environment.invoke(json.dumps(dict(event)).encode(), '{"custom": {"a": 1}}')
    isolation = changes.get("isolation", FULL)
    if environment.notes and isolation != PLAIN and environment._isolation != isolation:
        pytest.skip(environment.notes[0])
    answer: dict[str, Any] = json.loads(outcome.payload)
    return answer


def test_paths_and_variables_are_lambdas(function: Invoking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("PYTHONSTARTUP", "/x")
    found = look(function, {"home": str(Path.home())}, name="orders", variables={"TABLE": "t"})
    short = RUNTIME.replace("python", "").replace(".", "")
    layers = [f"/opt/python/lib/{RUNTIME}/site-packages", "/opt/python"]
    library = f"/var/lang/lib/{RUNTIME}"
    assert found["path"] == [
        "/var/task",
        *layers,
        "/var/runtime",
        f"/var/lang/lib/python{short}.zip",
        library,
        f"{library}/lib-dynload",
        *layers,
    ]
    assert found["cwd"] == "/var/task"
    assert found["user"] == "sbx_user1051"
    environment = found["environment"]
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == "orders"
    assert environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == found["memory"] == "128"
    assert environment["LAMBDA_TASK_ROOT"] == "/var/task"
    assert environment["_HANDLER"] == "lambda_function.handler"
    assert environment["TZ"] == ":UTC"
    assert environment["AWS_EXECUTION_ENV"] == f"AWS_Lambda_{RUNTIME}"
    assert environment["TABLE"] == "t"
    assert not {"AWS_SECRET_ACCESS_KEY", "HOME", "PYTHONSTARTUP", "VIRTUAL_ENV"} & set(environment)
    assert found["arn"] == "arn:aws:lambda:us-east-1:123456789012:function:orders"
    assert 0 < found["left"] <= 3000
    assert found["custom"] == {"a": 1}


def test_nothing_of_the_host_is_seen(function: Invoking) -> None:
    found = look(function, {"home": str(ROOT)})
    assert found["home"] == [], "the repository"
    assert found["processes"] == ["1", "2"]
    assert {"var", "tmp", "usr", "opt"} <= set(found["root"])
    assert not {"home", "srv", "mnt", "boot", ".host"} & set(found["root"])
    assert "No module named 'pytest'" in found["modules"], "a child neither has the host's packages"


def test_no_network_unless_it_is_asked_for(function: Invoking) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        event = {"address": list(server.getsockname())}
        assert look(function, event)["connects"] is False
        assert look(function, event, network=True)["connects"] is True


@pytest.mark.parametrize("isolation", [SHARED_PROCESSES, PLAIN])
def test_weaker_isolation_works_and_keeps_credentials_away(function: Invoking, isolation: str) -> None:
    found = look(function, {"home": str(ROOT)}, isolation=isolation)
    if isolation == PLAIN:
        assert found["environment"]["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull
        assert found["environment"]["AWS_EC2_METADATA_DISABLED"] == "true"
        assert found["cwd"] != str(ROOT)
        assert found["home"], "which the note says"
    else:
        assert found["cwd"] == "/var/task"
        assert found["home"] == []


def test_tracebacks_of_plain_isolation_are_in_the_repositorys_paths(function: Invoking) -> None:
    environment = function("def handler(event, context):\n    raise ValueError\n", isolation=PLAIN)
    outcome = environment.invoke(b"{}")
    assert 'File "svc/app.py", line 2, in handler' in outcome.log
    assert 'File "svc/app.py", line 2' in environment.paths.traceback(outcome.error["stackTrace"])


def test_a_hundred_invocations_leak_nothing(function: Invoking) -> None:
    environment = function("def handler(event, context):\n    print(event)\n    return event\n")
    assert environment.invoke(b"0").init_ms is not None
    before = _open_files(), len(_children(os.getpid()))
    peaks = []
    for number in range(100):
        outcome = environment.invoke(str(number).encode())
        assert (outcome.payload, outcome.log, outcome.init_ms) == (str(number).encode(), f"{number}\n", None)
        peaks.append(outcome.peak)
    assert (_open_files(), len(_children(os.getpid()))) == before
    assert peaks[-1] - peaks[0] < 4 << 20
    environment.close()
    assert _open_files() < before[0]
    assert _children(os.getpid()) == []


def test_starting_and_ending_leaks_nothing(function: Invoking) -> None:
    environment = function("def handler(event, context):\n    return 1\n")
    environment.invoke(b"0")
    environment.close()
    before = _open_files()
    for _ in range(5):
        environment.invoke(b"0")
        environment.close()
    assert _open_files() == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("isolation", ["full", "plain"])
def test_whoever_ends_the_tool_ends_all_of_it(
    client: Path, tmp_path: Path, number: signal.Signals, isolation: str
) -> None:
    mark = f"3{os.getpid()}{int(number):02}.{len(isolation)}"
    code = (
        "import subprocess, time\n\n\ndef handler(event, context):\n"
        f"    subprocess.Popen(['sleep', '{mark}'], start_new_session=True)\n    print('started')\n    time.sleep(60)\n"
    )
    path = write_function(tmp_path, code)
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    command = [
        sys.executable,
        "-m",
        "tools.lambda_invoke",
        str(path),
        "--client",
        str(client),
        "--timeout=60",
    ]
    command += [f"--isolation={isolation}", f"--interpreter={sys.executable}", "--event=sqs"]
    running = subprocess.Popen(
        command, cwd=ROOT, stderr=subprocess.PIPE, env={**os.environ, "TMPDIR": str(temporary)}
    )
    assert running.stderr is not None
    try:
        assert running.stderr.readline() == b"started\n"
        # A program that has just been started may not have its command line yet.
        deadline = time.monotonic() + 10
        while not _sleeping(mark) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert _sleeping(mark)
        running.send_signal(number)
        rest = running.stderr.read()
        status = running.wait(20)
    finally:
        running.kill()
        running.wait()
        running.stderr.close()
    assert b"Traceback" not in rest
    assert status == (-signal.SIGKILL if number is signal.SIGKILL else 130)
    deadline = time.monotonic() + 10
    while (_sleeping(mark) or list(temporary.iterdir())) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _sleeping(mark)
    assert list(temporary.iterdir()) == []


def test_coverage_is_in_lines(function: Invoking) -> None:
    pytest.importorskip("coverage")
    import importlib.metadata
    import zipfile

    code = "def handler(event, context):\n    if event:\n        return 1\n    return 2\n"
    environment = function(code)
    archive_path = Path(environment._setup.function.zip).with_name("coverage.whl")
    with zipfile.ZipFile(archive_path, "w") as archive:
        for file in importlib.metadata.files("coverage") or ():
            if file.suffix in (".py", ".so") and ".." not in file.parts:
                archive.write(str(file.locate()), str(file))
    setup = environment._setup
    environment._setup = setup._replace(client=[*setup.client, str(archive_path)], measured=["svc/app.py"])
    environment.invoke(b"1")
    environment.close()
    assert environment.lines == {"svc/app.py": ({1, 2, 3}, {1, 2, 3, 4})}


def _open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


def _children(process: int) -> list[str]:
    return Path(f"/proc/{process}/task/{process}/children").read_text().split()


def _sleeping(mark: str) -> bool:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if path.read_bytes() == f"sleep\0{mark}\0".encode():
                return True
        except OSError:
            continue
    return False
