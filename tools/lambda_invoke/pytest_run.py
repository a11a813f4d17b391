"""Pytest run: a function's own files of pytest, with the fixture `invoke`, which calls the function in its zip."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Optional, Protocol

from tools.errors import PleasingError
from tools.lambda_invoke.event import checked_event
from tools.lambda_invoke.execution import ExecutionEnvironment
from tools.lambda_invoke.limits import Limits
from tools.lambda_invoke.once import left_text
from tools.lambda_invoke.outcome import Outcome
from tools.lambda_invoke.report import failure_text, response_problem


class FunctionError(Exception):
    """The function failed, or left behind what it should not.

    Attributes:
        type: The error's type, such as `ValueError`; empty where the function answered.
        message: The error's message.
        outcome: All that is known of the invocation.
    """

    def __init__(self, text: str, outcome: Outcome) -> None:
        super().__init__(text)
        self.type = outcome.error_type
        self.message = str(outcome.error.get("errorMessage", ""))
        self.outcome = outcome


class Invoke:
    """What the fixture `invoke` gives: a call invokes the function.

    Attributes:
        error: The exception that a call raises where the function failed, for `pytest.raises`.
        outcome: Of the last call: its log, times and memory.
    """

    error = FunctionError

    def __init__(self, environment: ExecutionEnvironment, limits: Limits) -> None:
        self._environment = environment
        self._limits = limits
        self.outcome: Optional[Outcome] = None

    def __call__(self, event: Any, client_context: Any = None) -> Any:
        """Return the function's response.

        Args:
            event: What JSON can say.
            client_context: What the handler finds in its context, likewise.

        Raises:
            FunctionError: The function failed, its response is not JSON, or it has left a process behind.
        """
        context = None if client_context is None else json.dumps(client_context)
        data = checked_event(json.dumps(event).encode(), "the test")
        outcome = self.outcome = self._environment.invoke(data, context)
        if outcome.failure is not None:
            raise FunctionError(failure_text(outcome, self._limits, self._environment.paths), outcome)
        problem = response_problem(outcome) or (left_text(outcome) if outcome.left else None)
        if problem:
            raise FunctionError(problem, outcome)
        return json.loads(outcome.payload)


class _Pytest(Protocol):
    def main(self, args: Sequence[str], plugins: Sequence[object]) -> int: ...

    def fixture(self, *, scope: str) -> Any: ...


def run_pytest(
    options: argparse.Namespace, environment: ExecutionEnvironment, limits: Limits, folder: Path, report: Path
) -> bool:
    """Run files of pytest, and return whether all passed.

    Args:
        options: The command line.
        environment: The function's, which each file finds started anew.
        limits: What the function is allowed.
        folder: An empty folder for pytest itself.
        report: The JUnit XML to write.

    Raises:
        PleasingError: There is no pytest.
    """
    pytest = _import_pytest(options.pytest, options.module_dir, folder)

    class Plugin:
        @pytest.fixture(scope="module")  # type: ignore[untyped-decorator]
        def invoke(self) -> Iterator[Invoke]:
            environment.close()
            yield Invoke(environment, limits)
            environment.close()

    arguments = [
        *options.srcs,
        f"--junitxml={report}",
        f"--rootdir={os.getcwd()}",
        f"--basetemp={folder / 'tmp'}",
        "--import-mode=importlib",
        "--override-ini=junit_family=xunit2",
        "-p",
        "no:cacheprovider",
        "-q",
    ]
    if options.only:
        arguments += ["-k", " or ".join(options.only)]
    # The repository's modules, as its own tests import them.
    sys.path.insert(0, os.getcwd())
    with contextlib.redirect_stdout(sys.stderr):
        status = pytest.main(arguments, [Plugin()])
    no_tests = 5
    return status == 0 or (status == no_tests and bool(options.only))


def _import_pytest(parts: Sequence[Path], module_dir: str, folder: Path) -> _Pytest:
    from tools.lambda_invoke.inside.file_system import unpack

    place = folder / "pytest"
    place.mkdir()
    for part in parts:
        unpack(str(part), str(place), module_dir)
    if parts:
        sys.path.insert(0, str(place))
    sys.dont_write_bytecode = True
    try:
        module: Any = importlib.import_module("pytest")
    except ImportError as error:
        raise PleasingError(
            f"srcs are files of pytest, and there is none: {error}. Name it in .plzconfig:\n"
            '    [Plugin "awslambda"]\n'
            "    Pytest = //third_party/python:pytest"
        ) from error
    result: _Pytest = module
    return result
