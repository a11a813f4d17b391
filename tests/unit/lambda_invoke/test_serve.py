"""Serve: curl and SDKs call a function as they call Lambda."""

from __future__ import annotations

import base64
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.unit.lambda_invoke.conftest import write_function

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="its limits are held on Linux only")

ROOT = Path(__file__).resolve().parents[3]
CODE = "count = 0\n\n\ndef handler(event, context):\n    global count\n    count += 1\n    print('hello')\n    return [count, event['x']]\n"


@contextmanager
def served(path: Path, client: Path, *options: str) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    command = [sys.executable, "-m", "tools.lambda_invoke", str(path), "--client", str(client), "--serve=0"]
    running = subprocess.Popen(
        [*command, f"--interpreter={sys.executable}", *options],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "AWS_SECRET_ACCESS_KEY": "secret"},
    )
    assert running.stderr is not None
    try:
        line = running.stderr.readline()
        assert "listening at http://127.0.0.1:" in line, line
        yield int(line.split("http://127.0.0.1:")[1].split("/")[0]), running
    finally:
        running.send_signal(signal.SIGTERM)
        assert running.wait(20) == 130
        running.stderr.close()


def post(
    port: int, body: bytes, path: str = "/2015-03-31/functions/function/invocations", **headers: str
) -> tuple[int, Any, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(
            "POST", path, body, {name.replace("_", "-"): value for name, value in headers.items()}
        )
        response = connection.getresponse()
        data = response.read()
        return response.status, json.loads(data) if data else None, dict(response.headers)
    finally:
        connection.close()


def test_invocations(client: Path, tmp_path: Path) -> None:
    with served(write_function(tmp_path, CODE), client) as (port, _):
        status, answer, headers = post(port, b'{"x": 1}', X_Amz_Log_Type="Tail")
        assert (status, answer) == (200, [1, 1])
        assert headers["X-Amz-Executed-Version"] == "$LATEST"
        assert base64.b64decode(headers["X-Amz-Log-Result"]) == b"hello\n"
        assert "X-Amz-Function-Error" not in headers
        assert post(port, b'{"x": 2}')[1] == [2, 2], "it is warm"

        status, answer, headers = post(port, b"")
        assert (status, answer["errorType"], headers["X-Amz-Function-Error"]) == (
            200,
            "KeyError",
            "Unhandled",
        )

        assert post(port, b'{"x": 0}', X_Amz_Invocation_Type="DryRun")[:2] == (204, None)
        assert post(port, b'{"x": 0}', X_Amz_Invocation_Type="Event")[:2] == (202, None)
        deadline = time.monotonic() + 10
        while post(port, b'{"x": 3}')[1][0] < 5 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert time.monotonic() < deadline, "the event of the asynchronous call was answered"


def test_what_is_no_invocation(client: Path, tmp_path: Path) -> None:
    with served(write_function(tmp_path, CODE), client) as (port, _):
        status, answer, headers = post(port, b"{")
        assert (status, headers["X-Amzn-ErrorType"]) == (400, "InvalidRequestContentException")
        assert answer["message"].startswith("the event of the request is not JSON: ")
        assert post(port, b"{}", "/other")[0] == 404
        status, answer, headers = post(port, b" " * ((6 << 20) + 1))
        assert (status, headers["X-Amzn-ErrorType"]) == (413, "RequestTooLargeException")


def test_boto3(client: Path, tmp_path: Path) -> None:
    boto3 = pytest.importorskip("boto3")
    with served(write_function(tmp_path, CODE), client) as (port, _):
        sdk = boto3.client(
            "lambda",
            endpoint_url=f"http://127.0.0.1:{port}",
            region_name="us-east-1",
            aws_access_key_id="x",
            aws_secret_access_key="x",
        )
        answer = sdk.invoke(FunctionName="function", Payload=b'{"x": 1}', LogType="Tail")
        assert (answer["StatusCode"], json.loads(answer["Payload"].read())) == (200, [1, 1])
        assert base64.b64decode(answer["LogResult"]) == b"hello\n"
        failed = sdk.invoke(FunctionName="function", Payload=b"{}")
        assert failed["FunctionError"] == "Unhandled"
        assert json.loads(failed["Payload"].read())["errorType"] == "KeyError"
        sdk.close()


def test_watch_takes_the_new_zip(client: Path, tmp_path: Path) -> None:
    path = write_function(tmp_path, "def handler(event, context):\n    return 'old'\n")
    with served(path, client, "--watch") as (port, _):
        assert post(port, b"{}")[1] == "old"
        new = tmp_path / "new"
        new.mkdir()
        built = write_function(new, "def handler(event, context):\n    return 'new and longer'\n")
        built.with_suffix(".json").replace(path.with_suffix(".json"))
        built.replace(path)
        deadline = time.monotonic() + 10
        while post(port, b"{}")[1] != "new and longer":
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_a_port_that_is_taken(client: Path, tmp_path: Path) -> None:
    path = write_function(tmp_path, CODE)
    with served(path, client) as (port, _):
        command = [
            sys.executable,
            "-m",
            "tools.lambda_invoke",
            str(path),
            "--client",
            str(client),
            f"--serve={port}",
        ]
        done = subprocess.run(
            [*command, f"--interpreter={sys.executable}"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 1
    assert done.stderr == (
        f"{path}: error: cannot listen on 127.0.0.1:{port}: Address already in use; choose another port\n"
    )
