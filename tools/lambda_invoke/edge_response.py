"""Edge response: what CloudFront would refuse of a function's answer."""

from __future__ import annotations

import json
from typing import Optional

from tools.cloudfront.result import result_problems
from tools.lambda_invoke.outcome import error_payload


def refusal(event: bytes, response: bytes) -> Optional[bytes]:
    """Return an error for a response that CloudFront would refuse, or None where it would take it.

    Only CloudFront's events have an answer that CloudFront takes; to any other, and to a response that is not JSON,
    nothing is said here.

    Args:
        event: JSON that the function was invoked with.
        response: What it returned.
    """
    try:
        problems = result_problems(json.loads(event), json.loads(response))
    except ValueError:
        return None
    return error_payload("CloudFront.InvalidResponse", "\n".join(problems)) if problems else None
