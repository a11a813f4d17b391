"""Lambda error: what Lambda says where a function could not say itself what went wrong, in Lambda's words."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from typing import Any

from tools.lambda_invoke.outcome import Failure, error_payload

# As Go's runtime words them, which Lambda's messages show.
_SIGNALS = {9: "killed", 11: "segmentation fault", 6: "aborted", 15: "terminated"}


def out_of_memory(request_id: str) -> bytes:
    """Return the error of a function that took more than its memory.

    Args:
        request_id: The invocation's.
    """
    message = f"RequestId: {request_id} Error: Runtime exited with error: signal: killed"
    return error_payload("Runtime.OutOfMemory", message)


def timed_out(request_id: str, seconds: float) -> bytes:
    """Return the error of a function that took longer than its time-out.

    Args:
        request_id: The invocation's.
        seconds: The time-out.
    """
    message = f"RequestId: {request_id} Error: Task timed out after {seconds:.2f} seconds"
    return error_payload("Sandbox.Timedout", message)


def too_large(size: int, most: int) -> bytes:
    """Return the error of a response that is too large.

    Args:
        size: Its bytes.
        most: How many it may have.
    """
    return error_payload(
        "Function.ResponseSizeTooLarge",
        f"Response payload size ({size} bytes) exceeded maximum allowed payload size ({most} bytes).",
    )


def exited(request_id: str, facts: Mapping[str, Any]) -> tuple[bytes, Failure]:
    """Return the error of a function whose process ended, and what kind of failure that is.

    Args:
        request_id: The invocation's.
        facts: What the sandbox's supervisor told of the end: `reason` and `exit`.
    """
    if facts["reason"] == "memory":
        return out_of_memory(request_id), Failure.MEMORY
    status = facts["exit"]
    reason = f"exit status {status}" if status >= 0 else f"signal: {_signal(-status)}"
    message = f"RequestId: {request_id} Error: Runtime exited with error: {reason}"
    if status == 0:
        message = f"RequestId: {request_id} Error: Runtime exited without providing a reason"
    return error_payload("Runtime.ExitError", message), Failure.EXITED


def _signal(number: int) -> str:
    return _SIGNALS.get(number) or signal.strsignal(number) or str(number)
