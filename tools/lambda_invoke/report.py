"""Report: what an invocation came to, for people."""

from __future__ import annotations

import json
import math
from typing import Optional

from tools.aws.provided import PROVIDED
from tools.lambda_invoke.limits import Limits
from tools.lambda_invoke.outcome import Failure, Outcome
from tools.lambda_invoke.source_paths import SourcePaths

_MEBIBYTE = 1 << 20
_WHAT_TO_DO = {
    Failure.TIMEOUT: "give it more time (timeout = 30), or find out what it waits for: it has no network here unless "
    "--network is given",
    Failure.MEMORY: "give it more memory (memory = 512)",
}
_RUNTIME_BRINGS = frozenset(item.module for item in PROVIDED)


def summary(outcome: Outcome, limits: Limits) -> str:
    """Return times and memory in one line.

    Args:
        outcome: Of the invocation.
        limits: What it was allowed.
    """
    init = "warm" if outcome.init_ms is None else f"init {outcome.init_ms:,.0f} ms"
    return (
        f"{init}, invoke {outcome.invoke_ms:,.1f} ms, peak memory {math.ceil(outcome.peak / _MEBIBYTE):,} MB "
        f"of {limits.memory:,} MB"
    )


def failure_text(outcome: Outcome, limits: Limits, paths: SourcePaths) -> str:
    """Return what went wrong, with a traceback in paths of the repository, and what to do.

    Args:
        outcome: Of an invocation that failed.
        limits: What it was allowed.
        paths: The function's.
    """
    assert outcome.failure is not None
    error = outcome.error
    message = paths.in_repository(str(error.get("errorMessage", "")))
    lines = [f"{outcome.failure.value}: {outcome.error_type}: {message}"]
    stack = error.get("stackTrace")
    if isinstance(stack, list) and stack:
        lines += [
            "Traceback (most recent call last):",
            paths.traceback([str(frame) for frame in stack]).rstrip("\n"),
        ]
    advice = _advice(outcome, limits, message)
    return "\n".join(lines + ([f"  {advice}"] if advice else []))


def _advice(outcome: Outcome, limits: Limits, message: str) -> Optional[str]:
    if outcome.failure is Failure.MEMORY:
        peak = math.ceil(outcome.peak / _MEBIBYTE)
        return (
            f"it had {peak:,} MB of the {limits.memory:,} MB that it may have: {_WHAT_TO_DO[Failure.MEMORY]}"
        )
    if outcome.failure is Failure.TIMEOUT:
        return _WHAT_TO_DO[Failure.TIMEOUT]
    if "No module named" in message:
        module = message.rpartition("No module named ")[2].strip("'\" ").partition(".")[0]
        if module in _RUNTIME_BRINGS:
            return (
                f"Lambda's runtime brings {module}, in a version of its own; here it comes from the function's deps "
                "or from runtime_libs"
            )
        return f"{module} is not in the zip: add what provides it to the deps of the function"
    if "Read-only file system" in message or "Permission denied" in message:
        return "a function can write to /tmp only"
    return None


def response_problem(outcome: Outcome) -> Optional[str]:
    """Return why a response is not JSON, or None where it is.

    Args:
        outcome: Of an invocation that did not fail.
    """
    try:
        json.loads(outcome.payload, parse_constant=_refuse)
    except ValueError as error:
        start = outcome.payload[:60]
        return f"the response is not JSON: {error}; it begins with {start!r}"
    return None


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")
