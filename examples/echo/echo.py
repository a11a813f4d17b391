"""Answers each request with what it read of it: msgspec decodes, checks and encodes."""

from __future__ import annotations

from typing import Any, Optional

import msgspec


class Request(msgspec.Struct):
    """What of an API Gateway request (payload format 2.0) this function looks at."""

    rawPath: str  # noqa: N815 - AWS spells it so
    queryStringParameters: Optional[dict[str, str]] = None  # noqa: N815
    body: Optional[str] = None


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Returns the request's path, query and body as JSON; status 400 where the event is no request."""
    try:
        request = msgspec.convert(event, Request)
    except msgspec.ValidationError as error:
        return _response(400, {"error": str(error)})
    return _response(200, request)


def _response(status: int, content: object) -> dict[str, Any]:
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json"},
        "body": msgspec.json.encode(content).decode("utf-8"),
    }
