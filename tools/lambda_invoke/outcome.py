"""Outcome: what an invocation came to."""

from __future__ import annotations

import json
from enum import Enum
from typing import Any, NamedTuple, Optional


class Failure(Enum):
    """Why an invocation failed."""

    INIT = "the handler could not be imported"
    RAISED = "the handler raised"
    TIMEOUT = "it took longer than its time-out"
    MEMORY = "it took more than its memory"
    EXITED = "its process ended"
    TOO_LARGE = "its response is too large"
    REFUSED = "CloudFront would refuse its response"


class Outcome(NamedTuple):
    """What an invocation came to.

    Attributes:
        payload: The response's bytes, or the error as Lambda gives it, which is JSON.
        failure: Why it failed, if it did.
        request_id: The invocation's.
        log: What the function wrote meanwhile, in paths of the repository.
        init_ms: How long it took from the interpreter's start to its first request for an event; None where the
            function was warm.
        invoke_ms: How long the handler took.
        peak: The most bytes of memory that its processes had.
        left: Commands of processes that it has left behind.
        notes: What this run could not do as Lambda does.
    """

    payload: bytes
    failure: Optional[Failure]
    request_id: str
    log: str
    init_ms: Optional[float]
    invoke_ms: float
    peak: int
    left: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def error(self) -> dict[str, Any]:
        """The error as Lambda gives it; empty where there is none."""
        if self.failure is None:
            return {}
        try:
            error = json.loads(self.payload)
        except ValueError:
            return {}
        return error if isinstance(error, dict) else {}

    @property
    def error_type(self) -> str:
        """The error's type, such as `ValueError`."""
        return str(self.error.get("errorType", ""))


def error_payload(kind: str, message: str) -> bytes:
    """Return an error as Lambda gives it where the function could not say so itself.

    Args:
        kind: Its type, such as `Sandbox.Timedout`.
        message: Its message.
    """
    return json.dumps({"errorType": kind, "errorMessage": message}).encode()
