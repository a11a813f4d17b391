"""CloudFront's rules for Lambda@Edge functions, in one dated table.

Read on 2026-11-24. "dg" is the CloudFront Developer Guide. Change a fact here and its source with it; nothing else
holds a copy.
"""

from __future__ import annotations

from typing import NamedTuple, Optional

READ_ON = "2026-11-24"


class EdgeEvent(NamedTuple):
    """One of the four events of CloudFront that a function can be associated with.

    Attributes:
        name: As CloudFront spells it in an event's `config.eventType`.
        preset: The name of its size limit in `tools.aws.facts.ZIP_LIMITS`.
        is_request: Whether the function is given a request, and may answer with a response of its own.
        max_response: Bytes of a response that the function generates, headers and body together.
        max_body: Bytes of a request's body that the function replaces, as text.
        max_encoded_body: Bytes of such a body in base64.
        timeout: Seconds that the function may run.
        max_memory: MB that the function may have; None for as much as Lambda gives.
        read_only_headers: Headers that the function may not add, change or delete, in lower case.
    """

    name: str
    preset: str
    is_request: bool
    max_response: int
    max_body: int
    max_encoded_body: int
    timeout: int
    max_memory: Optional[int]
    read_only_headers: frozenset[str]


# dg "Quotas", Quotas on Lambda@Edge: 40 KB and 1 MB for responses, 53.2 KB and 1.33 MB for bodies in base64.
_VIEWER = (40 * 1024, 40 * 1024, 54_476, 5, 128)
_ORIGIN = (1024 * 1024, 1024 * 1024, 1_394_606, 30, None)

# dg "Restrictions on all edge functions", HTTP headers, Read-only headers.
EVENTS: dict[str, EdgeEvent] = {
    event.name: event
    for event in (
        EdgeEvent(
            "viewer-request",
            "edge-viewer",
            True,
            *_VIEWER,
            frozenset({"content-length", "host", "transfer-encoding", "via"}),
        ),
        EdgeEvent(
            "origin-request",
            "edge-origin",
            True,
            *_ORIGIN,
            frozenset(
                {
                    "accept-encoding",
                    "content-length",
                    "if-modified-since",
                    "if-none-match",
                    "if-range",
                    "if-unmodified-since",
                    "transfer-encoding",
                    "via",
                }
            ),
        ),
        EdgeEvent("origin-response", "edge-origin", False, *_ORIGIN, frozenset({"transfer-encoding", "via"})),
        EdgeEvent(
            "viewer-response",
            "edge-viewer",
            False,
            *_VIEWER,
            frozenset({"content-encoding", "content-length", "transfer-encoding", "warning", "via"}),
        ),
    )
}

# dg "Restrictions on all edge functions", HTTP headers, Disallowed headers. They are in no event, and no function
# may add them.
DISALLOWED_HEADERS = frozenset(
    {
        "connection",
        "expect",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "trailer",
        "upgrade",
        "x-accel-buffering",
        "x-accel-charset",
        "x-accel-limit-rate",
        "x-accel-redirect",
        "x-amzn-auth",
        "x-amzn-cf-billing",
        "x-amzn-cf-id",
        "x-amzn-cf-xff",
        "x-amzn-errortype",
        "x-amzn-fle-profile",
        "x-amzn-header-count",
        "x-amzn-header-order",
        "x-amzn-lambda-integration-tag",
        "x-amzn-requestid",
        "x-cache",
        "x-forwarded-proto",
        "x-real-ip",
    }
)
DISALLOWED_PREFIXES = ("x-amz-cf-", "x-edge-")

# dg "Restrictions on Lambda@Edge", Lambda features: x86_64 only, and 512 MB of /tmp at most. Lambda Region.
ARCHITECTURE = "x86_64"
MAX_TMP = 512
REGION = "us-east-1"
# The same page, Supported runtimes: the latest versions of Python, by Lambda's own list. A preview is none of them.

# Lambda Developer Guide, "Defined runtime environment variables": those that Lambda sets itself. "Restrictions on
# Lambda@Edge" allows these and no others.
RESERVED_VARIABLES = frozenset(
    {
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_XRAY_CONTEXT_MISSING",
        "AWS_XRAY_DAEMON_ADDRESS",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
        "LANG",
        "LD_LIBRARY_PATH",
        "PATH",
        "PYTHONPATH",
        "TZ",
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
    }
)
