"""The same answers as AWS's runtime interface emulator gives, errors included, where that is on PATH."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path

import pytest

from tests.unit.lambda_invoke.conftest import Invoking

EMULATOR = shutil.which("aws-lambda-rie")

pytestmark = pytest.mark.skipif(EMULATOR is None, reason="aws-lambda-rie is not on PATH")

CODE = """
def handler(event, context):
    if event == "raise":
        raise ValueError("no")
    if event == "set":
        return {1}
    return [event, context.function_name is not None]
"""


@pytest.mark.parametrize("event", ['{"a": 1}', '"\u00e9"', '"raise"', '"set"'])
def test_the_same_answer(function: Invoking, client: Path, tmp_path: Path, event: str) -> None:
    assert EMULATOR is not None
    environment = function(CODE)
    ours = json.loads(environment.invoke(event.encode()).payload)
    task = tmp_path / "task"
    for archive in (environment._setup.function.zip, client):
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(task)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    running = subprocess.Popen(
        [
            EMULATOR,
            "--runtime-interface-emulator-address",
            f"127.0.0.1:{port}",
            sys.executable,
            "-m",
            "awslambdaric",
            "lambda_function.handler",
        ],
        cwd=task,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(task)},
    )
    try:
        theirs = json.loads(_ask(port, event))
    finally:
        running.kill()
        running.wait()
    for answer in (ours, theirs):
        if isinstance(answer, dict):
            answer.pop("requestId", None)
            answer["stackTrace"] = [line.replace(str(task), "/var/task") for line in answer["stackTrace"]]
    assert ours == theirs


def _ask(port: int, event: str) -> bytes:
    url = f"http://127.0.0.1:{port}/2015-03-31/functions/function/invocations"
    deadline = time.monotonic() + 20
    while True:
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(url, event.encode(), timeout=20) as response,
        ):
            answer: bytes = response.read()
            return answer
        assert time.monotonic() < deadline, "the emulator does not answer"
        time.sleep(0.1)
