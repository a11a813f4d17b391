"""Samples: events as AWS's services send them, by name, as data in `events/`."""

from __future__ import annotations

import pkgutil

from tools.errors import PleasingError

# A name for each file, in the order in which help shows them.
NAMES = (
    "apigateway-v1",
    "apigateway-v2",
    "alb",
    "function-url",
    "sqs",
    "sns",
    "s3",
    "eventbridge",
    "dynamodb-stream",
    "kinesis-stream",
    "viewer-request",
    "viewer-response",
    "origin-request",
    "origin-response",
)


def sample(name: str) -> bytes:
    """Return a sample event.

    Args:
        name: One of `NAMES`.

    Raises:
        PleasingError: There is none of that name.
    """
    if name not in NAMES:
        raise PleasingError(f"there is no sample event {name!r}; there are {', '.join(NAMES)}")
    data = pkgutil.get_data("tools.lambda_invoke", f"events/{name}.json")
    assert data is not None, "the tool was built without its events"
    return data
