"""Functions that are run for the tests, in an interpreter of this one's version."""

from __future__ import annotations

import importlib.metadata
import json
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Callable, Optional

import pytest

from tools.aws.facts import ARCHITECTURES
from tools.lambda_invoke.execution import ExecutionEnvironment
from tools.lambda_invoke.function import read_function
from tools.lambda_invoke.interpreter import find_interpreter
from tools.lambda_invoke.limits import limits_of
from tools.lambda_invoke.machine import here
from tools.lambda_invoke.setup import Setup

CLIENT = ("awslambdaric", "simplejson", "snapshot-restore-py")

RUNTIME = "python{}.{}".format(*sys.version_info[:2])
ARCHITECTURE = next(known.name for known in ARCHITECTURES.values() if known.machine == here())

Invoking = Callable[..., ExecutionEnvironment]


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of the runtime interface client that the environment of the tests has."""
    path = tmp_path_factory.mktemp("client") / "client.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name in CLIENT:
            for file in importlib.metadata.files(name) or ():
                if file.suffix in (".py", ".so") and ".." not in file.parts:
                    archive.write(str(file.locate()), str(file))
    return path


def write_function(
    folder: Path,
    code: str,
    files: Mapping[str, str] = {},
    *,
    name: str = "app",
    architecture: str = ARCHITECTURE,
    runtime: str = RUNTIME,
    cap: Optional[str] = None,
    relocated: Mapping[str, str] = {},
) -> Path:
    """Write the zip and the manifest of a function, and return the zip's path.

    Args:
        folder: Where to.
        code: Of `svc/app.py`, which has `handler`.
        files: Other files of the zip.
        name: The zip's, without `.zip`.
        architecture: Lambda's.
        runtime: Lambda's.
        cap: Preset of the zip's cap.
        relocated: As in the manifest.
    """
    path = folder / f"{name}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("svc/app.py", code)
        archive.writestr("lambda_function.py", "from svc.app import handler\n")
        for other, text in files.items():
            archive.writestr(other, text)
    manifest: dict[str, Any] = {
        "zip_bytes": path.stat().st_size,
        "handler": {"entry": "lambda_function.handler"},
        "runtime": runtime,
        "architecture": architecture,
        "caps": {"zip": {"name": cap, "bytes": 1 << 30, "headroom_bytes": 1} if cap else None},
        "relocated": dict(relocated),
    }
    path.with_suffix(".json").write_text(json.dumps(manifest))
    return path


@pytest.fixture
def function(client: Path, tmp_path: Path) -> Iterator[Invoking]:
    """Return an execution environment for a function's code; closed at the end."""
    started: list[ExecutionEnvironment] = []

    def run(
        code: str,
        files: Mapping[str, str] = {},
        *,
        memory: Optional[int] = None,
        timeout: Optional[float] = None,
        cap: Optional[str] = None,
        relocated: Mapping[str, str] = {},
        **changes: Any,
    ) -> ExecutionEnvironment:
        path = write_function(tmp_path, code, files, name=f"app{len(started)}", cap=cap, relocated=relocated)
        read = read_function(path)
        setup = Setup(
            function=read,
            interpreter=find_interpreter(read.runtime, [sys.executable], ""),
            limits=limits_of(memory, timeout, None, read.edge),
            client=[str(client)],
        )
        environment = ExecutionEnvironment(setup._replace(**changes), lambda text: None)
        started.append(environment)
        return environment

    yield run
    for environment in started:
        environment.close()
