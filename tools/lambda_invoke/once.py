"""Once: one invocation, its response on standard output and all else on standard error."""

from __future__ import annotations

import sys
from typing import Optional

from tools.command import printable, say
from tools.lambda_invoke.execution import ExecutionEnvironment
from tools.lambda_invoke.outcome import Outcome
from tools.lambda_invoke.report import failure_text, response_problem, summary
from tools.lambda_invoke.setup import Setup


def invoke_once(setup: Setup, event: bytes, client_context: Optional[str], where: str) -> int:
    """Invoke a function, and return the exit status: 1 where it failed.

    Args:
        setup: How it is run.
        event: JSON.
        client_context: JSON of whoever invokes, if any.
        where: What messages are about.
    """
    environment = ExecutionEnvironment(setup, show_log)
    try:
        outcome = environment.invoke(event, client_context)
    finally:
        environment.close()
    sys.stderr.flush()
    sys.stdout.buffer.write(outcome.payload + b"\n")
    sys.stdout.buffer.flush()
    for note in outcome.notes:
        say(f"{where}: note: {note}", sys.stderr)
    for warning in warnings_of(outcome):
        say(f"{where}: warning: {warning}", sys.stderr)
    say(f"{where}: {summary(outcome, setup.limits)}", sys.stderr)
    if outcome.failure is None:
        return 0
    say(f"{where}: error: {failure_text(outcome, setup.limits, environment.paths)}", sys.stderr)
    return 1


def warnings_of(outcome: Outcome) -> list[str]:
    """Return what would be trouble in Lambda, though the invocation did not fail.

    Args:
        outcome: Of the invocation.
    """
    warnings = []
    if outcome.left:
        warnings.append(left_text(outcome))
    if outcome.failure is None:
        problem = response_problem(outcome)
        if problem:
            warnings.append(problem)
    return warnings


def left_text(outcome: Outcome) -> str:
    """Return what an invocation has left running.

    Args:
        outcome: Of the invocation.
    """
    return (
        f"the handler returned and left running: {'; '.join(outcome.left)}. Lambda freezes it with the function, and "
        "thaws it at some later invocation: wait for it, or end it"
    )


def show_log(text: str) -> None:
    """Write a piece of the function's log to standard error.

    Args:
        text: The piece.
    """
    sys.stderr.write(printable(text))
    sys.stderr.flush()
