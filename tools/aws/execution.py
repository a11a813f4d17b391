"""Limits of a running function, in one dated table: memory, time, `/tmp`, payloads.

Read on 2026-11-21. "dg" is the AWS Lambda Developer Guide; CloudFront's numbers are on its pages "Quotas" and
"Restrictions on Lambda@Edge".
"""

from __future__ import annotations

from typing import NamedTuple, Optional

MIB = 1 << 20


class Range(NamedTuple):
    """What a setting of a function may be, and what it is where nobody sets it.

    Attributes:
        default: Where nobody sets it.
        least: The smallest value that AWS takes.
        most: The largest.
        unit: Of all three.
        source: Where AWS says so.
    """

    default: int
    least: int
    most: int
    unit: str
    source: str


MEMORY = Range(128, 128, 10_240, "MB", "dg/configuration-memory")
TIMEOUT = Range(3, 1, 900, "seconds", "dg/configuration-timeout")
TMP = Range(512, 512, 10_240, "MB", "dg/configuration-ephemeral-storage")

# dg/lambda-runtime-environment, "Init phase": after it, init is tried again within the invocation's time-out.
INIT_SECONDS = 10

# dg/gettingstarted-limits has 6 MB each way, synchronous. A response may be 100 bytes more, as the service's own
# error text says; one that is streamed 200 MB.
MAX_REQUEST = 6 * MIB
MAX_RESPONSE = 6 * MIB + 100
MAX_STREAMED = 200 * MIB

# dg/gettingstarted-limits, "File descriptors".
MAX_OPEN_FILES = 1024


class EdgeLimits(NamedTuple):
    """What CloudFront allows a function of Lambda@Edge.

    Attributes:
        memory: MB; None for Lambda's own range.
        timeout: Seconds.
        response: Bytes, headers and body together.
    """

    memory: Optional[int]
    timeout: int
    response: int


_VIEWER = EdgeLimits(128, 5, 40 * 1024)
_ORIGIN = EdgeLimits(None, 30, MIB)

# CloudFront quotas, "Quotas on Lambda@Edge".
EDGE_LIMITS: dict[str, EdgeLimits] = {
    "viewer-request": _VIEWER,
    "viewer-response": _VIEWER,
    "origin-request": _ORIGIN,
    "origin-response": _ORIGIN,
}
