"""Limits of a running function, in one dated table: memory, time, `/tmp`, payloads.

Read on 2026-11-21. "dg" is the AWS Lambda Developer Guide. What CloudFront allows is in `tools.cloudfront.facts`.
"""

from __future__ import annotations

from typing import NamedTuple

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


# MB are AWS's: of 1,024 x 1,024 bytes. Some shapes have up to 32,768 MB.
MEMORY = Range(128, 128, 10_240, "MB", "dg/configuration-memory")
# The SDK accepts up to 1,800.
TIMEOUT = Range(3, 1, 900, "seconds", "dg/configuration-timeout")
TMP = Range(512, 512, 10_240, "MB", "dg/configuration-ephemeral-storage")

# dg/lambda-runtime-environment, "Init phase": after it, init is tried again within the invocation's time-out.
INIT_SECONDS = 10

# dg/gettingstarted-limits has 6 MB each way, synchronous. A response may be 100 bytes more, as the service's own
# error text says; one that is streamed 200 MB. An event of a call that waits for no answer may have 1 MB.
MAX_REQUEST = 6 * MIB
MAX_RESPONSE = 6 * MIB + 100
MAX_STREAMED = 200 * MIB
MAX_ASYNCHRONOUS_REQUEST = MIB

# dg/gettingstarted-limits, "Function layers".
MAX_LAYERS = 5

# dg/gettingstarted-limits, "File descriptors".
MAX_OPEN_FILES = 1024
