"""Limits of a running function, in one dated table: memory, time, `/tmp`, payloads.

Read on 2026-11-21. "dg" is the AWS Lambda Developer Guide; CloudFront's numbers are on its pages "Quotas" and
"Restrictions on Lambda@Edge".
"""

from __future__ import annotations

from typing import NamedTuple

from tools.aws.facts import EDGE_EVENTS, EPHEMERAL_STORAGE_MB, MAX_TIMEOUT_SECONDS, MEMORY_MB, PAYLOADS

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


MEMORY = Range(MEMORY_MB[0], *MEMORY_MB, "MB", "dg/configuration-memory")
TIMEOUT = Range(3, 1, MAX_TIMEOUT_SECONDS, "seconds", "dg/configuration-timeout")
TMP = Range(EPHEMERAL_STORAGE_MB[0], *EPHEMERAL_STORAGE_MB, "MB", "dg/configuration-ephemeral-storage")

# dg/lambda-runtime-environment, "Init phase": after it, init is tried again within the invocation's time-out.
INIT_SECONDS = 10

# dg/gettingstarted-limits has 6 MB each way, synchronous. A response may be 100 bytes more, as the service's own
# error text says; one that is streamed 200 MB.
MAX_REQUEST = PAYLOADS.synchronous_mb * MIB
MAX_RESPONSE = PAYLOADS.synchronous_mb * MIB + 100
MAX_STREAMED = PAYLOADS.streamed_mb * MIB

# dg/gettingstarted-limits, "File descriptors".
MAX_OPEN_FILES = 1024


class EdgeLimits(NamedTuple):
    """What CloudFront allows a function of Lambda@Edge.

    Attributes:
        memory: MB.
        timeout: Seconds, which are its default here too.
        response: Bytes, headers and body together.
    """

    memory: int
    timeout: int
    response: int


_LIMITS = {
    place: EdgeLimits(event.memory_mb, event.timeout_seconds, event.response_bytes)
    for place, event in (("viewer", EDGE_EVENTS["edge-viewer"]), ("origin", EDGE_EVENTS["edge-origin"]))
}

# By the event that CloudFront starts a function for.
EDGE_LIMITS: dict[str, EdgeLimits] = {
    f"{place}-{side}": limits for place, limits in _LIMITS.items() for side in ("request", "response")
}
