"""Cases: events with what a function is to answer, and how that is compared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple, Optional

from tools.errors import PleasingError
from tools.lambda_invoke.event import read_event
from tools.lambda_invoke.limits import Limits
from tools.lambda_invoke.once import left_text
from tools.lambda_invoke.outcome import Outcome
from tools.lambda_invoke.report import failure_text, response_problem
from tools.lambda_invoke.source_paths import SourcePaths

EXACT, SUBSET = "exact", "subset"
_SHOWN = 300


class Case(NamedTuple):
    """An event and what comes of it.

    Attributes:
        event: Its file, or a sample's name.
        response: File of the response that is expected; None where an error is.
        error: The error's type that is expected; None where a response is.
        match: `exact`, or `subset` where a response may have more than what is expected.
    """

    event: str
    response: Optional[str]
    error: Optional[str]
    match: str = EXACT


class Problem(NamedTuple):
    """Why a case failed.

    Attributes:
        kind: In one word, as JUnit has a failure's type.
        text: For people.
    """

    kind: str
    text: str


def judge(case: Case, outcome: Outcome, limits: Limits, paths: SourcePaths) -> Optional[Problem]:
    """Return why an outcome is not what a case expects, or None where it is.

    Args:
        case: The case.
        outcome: Of its event.
        limits: What the function was allowed.
        paths: The function's.
    """
    if outcome.failure is not None:
        if case.error is not None and outcome.error_type == case.error:
            return left_behind(outcome)
        expected = f"expected an error of type {case.error}, but " if case.error else ""
        return Problem(outcome.failure.name, expected + failure_text(outcome, limits, paths))
    if case.error is not None:
        return Problem(
            "NO_ERROR", f"expected an error of type {case.error}; the function answered {_short(outcome)}"
        )
    problem = response_problem(outcome)
    if problem:
        return Problem("NOT_JSON", problem)
    assert case.response is not None
    differences = differences_of(_expected(case.response), json.loads(outcome.payload), case.match == SUBSET)
    if differences:
        shown = "\n".join(f"  {line}" for line in differences)
        return Problem("DIFFERENT", f"the response is not what {case.response} has ({case.match}):\n{shown}")
    return left_behind(outcome)


def left_behind(outcome: Outcome) -> Optional[Problem]:
    """Return what an invocation left running as a problem, or None where that is nothing.

    Args:
        outcome: Of the invocation.
    """
    return Problem("LEFT_BEHIND", left_text(outcome)) if outcome.left else None


def event_of(case: Case) -> bytes:
    """Return a case's event.

    Args:
        case: The case.

    Raises:
        PleasingError: It cannot be read, or is no JSON.
    """
    return read_event(case.event)


def differences_of(expected: Any, found: Any, subset: bool, at: str = "$") -> list[str]:
    """Return where two values of JSON differ, a line each.

    Args:
        expected: What is to be.
        found: What is.
        subset: Whether an object may have more keys than expected.
        at: Where in the response both are, as JSONPath has it.
    """
    if isinstance(expected, dict) and isinstance(found, dict):
        lines = []
        for key in sorted({*expected, *found}):
            place = f"{at}.{key}"
            if key not in found:
                lines.append(f"{place}: expected {_json(expected[key])}, and it is missing")
            elif key in expected:
                lines += differences_of(expected[key], found[key], subset, place)
            elif not subset:
                lines.append(f"{place}: not expected: {_json(found[key])}")
        return lines
    if isinstance(expected, list) and isinstance(found, list):
        if len(expected) != len(found):
            return [f"{at}: expected {len(expected)} items, found {len(found)}: {_json(found)}"]
        pairs = enumerate(zip(expected, found))
        return [line for index, pair in pairs for line in differences_of(*pair, subset, f"{at}[{index}]")]
    # In Python True is 1, in JSON it is not.
    if expected == found and isinstance(expected, bool) == isinstance(found, bool):
        return []
    return [f"{at}: expected {_json(expected)}, found {_json(found)}"]


def _expected(path: str) -> Any:
    try:
        return json.loads(Path(path).read_bytes())
    except OSError as error:
        raise PleasingError(f"the expected response cannot be read: {path}: {error.strerror}") from error
    except ValueError as error:
        raise PleasingError(f"the expected response of {path} is not JSON: {error}") from error


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."


def _short(outcome: Outcome) -> str:
    text = outcome.payload[:_SHOWN].decode("utf-8", "replace")
    return text + ("..." if len(outcome.payload) > _SHOWN else "")
