"""Run tests: a function's cases and its files of pytest, against one warm copy of it."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Callable

from tools.archive.output import write_all
from tools.command import printable, say
from tools.errors import PleasingError
from tools.lambda_invoke.cases import Case, Problem, event_of, judge, left_behind
from tools.lambda_invoke.coverage_xml import coverage_xml
from tools.lambda_invoke.execution import ExecutionEnvironment
from tools.lambda_invoke.interpreter import MissingInterpreterError
from tools.lambda_invoke.junit import Result, to_xml
from tools.lambda_invoke.machine import OtherMachineError
from tools.lambda_invoke.report import failure_text, summary
from tools.lambda_invoke.setup import Setup
from tools.lambda_invoke.source_paths import SourcePaths

_SMOKE = "import of the handler"
_SUITE = "lambda"

# What a test does where there is no interpreter for it.
FAIL, SKIP = "fail", "skip"


def run_tests(options: argparse.Namespace, setup_of: Callable[[], Setup], where: str) -> int:
    """Run the tests that the command line names, and return the exit status: 1 where one failed.

    Args:
        options: The command line.
        setup_of: Returns how the function is run.
        where: What messages are about.

    Raises:
        PleasingError: The tests cannot be run.
    """
    cases = [Case(event, response, None, options.match) for event, response in options.case]
    cases += [Case(event, None, error) for event, error in options.error]
    if options.only:
        cases = [case for case in cases if any(name in case.event for name in options.only)]
    try:
        setup = setup_of()
    except (MissingInterpreterError, OtherMachineError) as error:
        reason = "\n".join(error.problems)
        names = [case.event for case in cases] + options.srcs
        names += [_SMOKE] if options.smoke or not names else []
        fails = isinstance(error, MissingInterpreterError) and options.missing_interpreter == FAIL
        problem = Problem("MISSING_INTERPRETER", reason) if fails else None
        _write(options, [Result(name, 0.0, problem, None if fails else reason) for name in names], [])
        say(f"{where}: {'error' if fails else 'skipped'}: {reason}")
        return int(fails)
    if options.coverage:
        setup = setup._replace(
            measured=sorted(SourcePaths(setup.function).first_party),
            client=[*setup.client, *map(str, options.coverage_lib)],
        )
    environment = ExecutionEnvironment(setup, lambda text: None)
    try:
        with tempfile.TemporaryDirectory(prefix="lambda_invoke-") as folder:
            results = list(_run(environment, setup, cases, options.smoke or not (cases or options.srcs)))
            others: list[Path] = []
            passed = all(result.problem is None for result in results)
            if options.srcs:
                from tools.lambda_invoke.pytest_run import run_pytest

                report = Path(folder) / "pytest.xml"
                passed = run_pytest(options, environment, setup.limits, Path(folder), report) and passed
                others.append(report)
            environment.close()
            _write(options, results, others)
    finally:
        environment.close()
    if options.coverage:
        written = coverage_xml(environment.lines, environment.paths.first_party)
        with options.coverage.open("wb") as stream:
            write_all(stream, written)
    for result in results:
        if result.problem is not None:
            say(f"{where}: FAIL {result.name}: {result.problem.text}")
            if result.log:
                say("  log:\n" + "".join(f"    {line}\n" for line in printable(result.log).splitlines()))
    for note in environment.notes:
        say(f"{where}: note: {note}")
    return 0 if passed else 1


def _run(environment: ExecutionEnvironment, setup: Setup, cases: list[Case], smoke: bool) -> Iterator[Result]:
    if smoke:
        started = time.monotonic()
        failed = environment.start()
        problem = None
        if failed is not None and failed.failure is not None:
            problem = Problem(failed.failure.name, failure_text(failed, setup.limits, environment.paths))
        log = failed.log if failed else environment.log()
        yield Result(_SMOKE, time.monotonic() - started, problem, log=log)
    for case in cases:
        started = time.monotonic()
        try:
            outcome = environment.invoke(event_of(case))
            problem = judge(case, outcome, setup.limits, environment.paths) or left_behind(outcome)
            log = outcome.log + summary(outcome, setup.limits)
        except PleasingError as error:
            problem, log = Problem("CANNOT_RUN", "\n".join(error.problems)), ""
        yield Result(case.event, time.monotonic() - started, problem, log=log)


def _write(options: argparse.Namespace, results: list[Result], others: list[Path]) -> None:
    if options.results is None:
        return
    with options.results.open("wb") as stream:
        write_all(stream, to_xml(options.name if options.name != "function" else _SUITE, results, others))
