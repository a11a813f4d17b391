"""Invoke: a warm function's answer, beside that of AWS's runtime interface emulator."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench import pex_file, tool
from bench.measure import Cost, interleaved
from bench.options import Options
from bench.place import ROOT, Place
from bench.report import Goal, Part, Table, ratio
from tools.errors import PleasingError

_EVENT = b'{"order": "A-1001", "items": 3}'
_INVOCATIONS = 100  # times the runs that are asked for
_START_SECONDS = 30.0


def measure(place: Place, options: Options) -> Part:
    """Measure invocations over HTTP, of both in turn.

    Args:
        place: Where.
        options: How much.

    Raises:
        PleasingError: The emulator is not there, or a function does not start.
    """
    emulator = shutil.which("aws-lambda-rie")
    if emulator is None:
        raise PleasingError(
            "there is no aws-lambda-rie on PATH, which this part measures beside lambda_invoke"
        )
    folder = place.fresh("invoke")
    pex = folder / "echo.pex"
    pex_file.write_pex(pex, 1, 100)
    function = folder / "echo.zip"
    tool.pack(place, tool.build_tool(place), pex, function, "--manifest", str(folder / "echo.json"))
    client = _fetch_client(folder)
    task = folder / "task"
    for archive in (function, *client.glob("*.whl")):
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(task)
    ports = _free_port(), _free_port()
    ours = [sys.executable, "-m", "tools.lambda_invoke", function, "--client", client, "--serve", ports[0]]
    theirs: list[object] = [emulator, "--runtime-interface-emulator-address", f"127.0.0.1:{ports[1]}"]
    theirs += [place.python, "-m", "awslambdaric", "lambda_function.handler"]
    variables = {**os.environ, "PYTHONPATH": str(task)}
    with _running(ours, ROOT, dict(os.environ)), _running(theirs, task, variables):
        for port in ports:
            _answer(port, time.monotonic() + _START_SECONDS)
        calls = options.runs * _INVOCATIONS
        samples = interleaved(calls, [lambda _, port=port: _invoke(port) for port in ports])  # type: ignore[misc]
    titles = ["lambda_invoke --serve", "aws-lambda-rie"]
    mine, other = samples
    rows = [
        [title, _ms(one.median), f"{_ms(one.least)} to {_ms(one.most)}"]
        for title, one in zip(titles, samples)
    ]
    return Part(
        "A warm invocation",
        f"{calls} invocations of a function that returns its event, of both in turn, from the request's first byte"
        " to the answer's last, each over a connection of its own.",
        [Table(["", "median", "shortest to longest"], rows)],
        [
            Goal(
                "invoke: not slower than AWS's emulator",
                f"{ratio(mine.median, other.median)} its time",
                mine.median <= other.median,
            )
        ],
        [],
        {},
    )


def _ms(value: float) -> str:
    return f"{value * 1000:.2f} ms"


def _fetch_client(folder: Path) -> Path:
    client = folder / "client"
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--only-binary",
        ":all:",
        "--dest",
        str(client),
    ]
    done = subprocess.run([*command, "awslambdaric"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise PleasingError(f"awslambdaric cannot be had: {done.stderr.strip()}")
    return client


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


@contextlib.contextmanager
def _running(command: Sequence[object], folder: Path, variables: dict[str, str]) -> Iterator[None]:
    words = [str(word) for word in command]
    with subprocess.Popen(
        words, cwd=folder, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield
        finally:
            process.terminate()


def _answer(port: int, deadline: float) -> None:
    """Wait for the first answer: the function is warm then."""
    while True:
        with contextlib.suppress(OSError):
            _invoke(port)
            return
        if time.monotonic() > deadline:
            raise PleasingError(f"nothing answers at port {port} after {_START_SECONDS:.0f} s")
        time.sleep(0.1)


def _invoke(port: int) -> Cost:
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_START_SECONDS)
    try:
        connection.request("POST", "/2015-03-31/functions/function/invocations", _EVENT)
        response = connection.getresponse()
        body = response.read()
    finally:
        connection.close()
    if response.status != 200 or b"errorMessage" in body:
        raise PleasingError(f"the function at port {port} answered {response.status}: {body[:200]!r}")
    taken = time.perf_counter() - began
    return Cost(taken, taken, 0)
