"""Result: what an edge function returned, checked as CloudFront checks it."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tools.cloudfront.facts import EVENTS, EdgeEvent
from tools.cloudfront.headers import header_bytes, header_problems

_GENERATING = "CloudFront dg, Generate HTTP responses in request triggers"
_UPDATING = "CloudFront dg, Update HTTP responses in origin response triggers"
_STRUCTURE = "CloudFront dg, Lambda@Edge event structure"
_QUOTAS = "CloudFront dg, Quotas on Lambda@Edge"
_STATUS_CODES = "CloudFront dg, Restrictions on Lambda@Edge, HTTP status codes"

_READ_ONLY_FIELDS = ("clientIp", "method")


def event_of(payload: Any) -> EdgeEvent:
    """Return which event of CloudFront a payload is.

    Args:
        payload: What the function is invoked with.

    Raises:
        ValueError: It is none of CloudFront's.
    """
    try:
        return EVENTS[payload["Records"][0]["cf"]["config"]["eventType"]]
    except (KeyError, IndexError, TypeError) as error:
        raise ValueError(f"not one of CloudFront's events ({', '.join(EVENTS)})") from error


def result_problems(payload: Mapping[str, Any], result: Any) -> list[str]:
    """Return what CloudFront would refuse of a function's result, each with the rule's source.

    Args:
        payload: What the function was invoked with.
        result: What it returned.

    Raises:
        ValueError: The payload is none of CloudFront's events.
    """
    event = event_of(payload)
    given = payload["Records"][0]["cf"]
    if not isinstance(result, dict):
        wanted = "the request, or a response" if event.is_request else "the response"
        return [f"the function returned no object; a {event.name} function returns {wanted} ({_STRUCTURE})"]
    if not event.is_request:
        return list(_changed_response_problems(result, given.get("response", {}), event))
    if "status" in result:
        return list(_generated_response_problems(result, event))
    return list(_request_problems(result, given.get("request", {}), event))


def _request_problems(result: dict[str, Any], given: Mapping[str, Any], event: EdgeEvent) -> Iterator[str]:
    uri = result.get("uri")
    if not isinstance(uri, str) or not uri.startswith("/"):
        yield f"uri is {uri!r}, and must be a path that begins with '/' ({_STRUCTURE})"
    if not isinstance(result.get("querystring", ""), str):
        yield f"querystring must be a string ({_STRUCTURE})"
    for field in _READ_ONLY_FIELDS:
        if field in given and result.get(field) != given[field]:
            yield f"{field} was changed, and is read-only ({_STRUCTURE})"
    yield from header_problems(result.get("headers", {}), given.get("headers", {}), event)
    origin = result.get("origin")
    if origin is not None and event.name != "origin-request":
        yield f"origin can be set by origin-request functions only ({_STRUCTURE})"
    elif isinstance(origin, dict) and {"custom", "s3"} <= set(origin):
        yield f"origin has both custom and s3; a request goes to one ({_STRUCTURE})"
    body = result.get("body")
    if isinstance(body, dict) and body.get("action") == "replace":
        yield from _request_body_problems(body, event)


def _request_body_problems(body: Mapping[str, Any], event: EdgeEvent) -> Iterator[str]:
    data, encoding = body.get("data", ""), body.get("encoding", "base64")
    if encoding not in ("base64", "text"):
        yield f"body.encoding is {encoding!r}, and must be 'text' or 'base64' ({_STRUCTURE})"
        return
    limit = event.max_encoded_body if encoding == "base64" else event.max_body
    size = len(str(data).encode())
    if size > limit:
        yield f"body.data has {size:,} bytes; a {event.name} function may set {limit:,} ({_QUOTAS})"
    if encoding == "base64" and not _is_base64(data):
        yield f"body.data is not base64, as body.encoding says ({_STRUCTURE})"


def _generated_response_problems(result: dict[str, Any], event: EdgeEvent) -> Iterator[str]:
    yield from _status_problems(result.get("status"), _GENERATING)
    yield from header_problems(result.get("headers", {}), {}, event)
    yield from _body_problems(result, event, _GENERATING)


def _changed_response_problems(
    result: dict[str, Any], given: Mapping[str, Any], event: EdgeEvent
) -> Iterator[str]:
    status = result.get("status")
    yield from _status_problems(status, _UPDATING)
    if event.name == "viewer-response":
        if str(status) != str(given.get("status")):
            yield (
                f"status was changed from {given.get('status')} to {status}, which viewer-response functions "
                f"cannot do ({_STATUS_CODES})"
            )
        if "body" in result:
            yield f"body is set, which viewer-response functions cannot do ({_UPDATING})"
    yield from header_problems(result.get("headers", {}), given.get("headers", {}), event)
    if event.name == "origin-response":
        yield from _body_problems(result, event, _UPDATING)


def _status_problems(status: Any, source: str) -> Iterator[str]:
    text = str(status)
    if isinstance(status, bool) or not re.fullmatch(r"[2-5][0-9]{2}", text):
        yield f"status is {status!r}, and must be a code from '200' to '599' ({source})"


def _body_problems(result: Mapping[str, Any], event: EdgeEvent, source: str) -> Iterator[str]:
    body, encoding = result.get("body"), result.get("bodyEncoding", "text")
    if encoding not in ("text", "base64"):
        yield f"bodyEncoding is {encoding!r}, and must be 'text' or 'base64' ({source})"
    if body is not None and not isinstance(body, str):
        yield f"body is no string ({source}); encode it, with bodyEncoding = 'base64' for bytes"
        return
    if encoding == "base64" and body is not None and not _is_base64(body):
        yield f"body is not base64, as bodyEncoding says ({source})"
    size = len((body or "").encode("utf-8", "surrogatepass")) + header_bytes(result.get("headers"))
    if size > event.max_response:
        yield (
            f"the response has {size:,} bytes of headers and body; a {event.name} function may return "
            f"{event.max_response:,} ({_QUOTAS})"
        )


def _is_base64(text: Any) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, TypeError, ValueError):
        return False
    return True
