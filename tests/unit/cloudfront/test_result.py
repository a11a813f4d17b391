from __future__ import annotations

import copy
from typing import Any

import pytest

from tools.cloudfront.result import event_of, result_problems

RESTRICTIONS = "CloudFront dg, Restrictions on all edge functions"
STRUCTURE = "CloudFront dg, Lambda@Edge event structure"
QUOTAS = "CloudFront dg, Quotas on Lambda@Edge"
GENERATING = "CloudFront dg, Generate HTTP responses in request triggers"
UPDATING = "CloudFront dg, Update HTTP responses in origin response triggers"


def payload(event: str) -> dict[str, Any]:
    request = {
        "clientIp": "203.0.113.7",
        "method": "GET",
        "uri": "/index.html",
        "querystring": "a=1",
        "headers": {
            "host": [{"key": "Host", "value": "example.com"}],
            "accept": [{"key": "Accept", "value": "*/*"}],
        },
    }
    cf: dict[str, Any] = {"config": {"eventType": event, "distributionId": "EXAMPLE"}, "request": request}
    if event.endswith("response"):
        cf["response"] = {
            "status": "200",
            "statusDescription": "OK",
            "headers": {
                "via": [{"key": "Via", "value": "1.1 example"}],
                "server": [{"key": "Server", "value": "example"}],
            },
        }
    return {"Records": [{"cf": cf}]}


def returned(event: str) -> dict[str, Any]:
    """Return what CloudFront gave to the function, to be changed and returned."""
    cf = payload(event)["Records"][0]["cf"]
    return copy.deepcopy(cf["response" if event.endswith("response") else "request"])


def problems(event: str, result: Any) -> list[str]:
    return result_problems(payload(event), result)


EVENTS = ["viewer-request", "origin-request", "origin-response", "viewer-response"]


@pytest.mark.parametrize("event", EVENTS)
def test_what_comes_back_as_it_was_passes(event: str) -> None:
    assert problems(event, returned(event)) == []
    changed = returned(event)
    changed["headers"]["x-mine"] = [{"value": "1"}, {"key": "X-Mine", "value": "2"}]
    assert problems(event, changed) == []


@pytest.mark.parametrize("event", ["viewer-request", "origin-request"])
@pytest.mark.parametrize("status", ["302", "200", "599", 302])
def test_a_generated_response_passes(event: str, status: object) -> None:
    response = {
        "status": status,
        "headers": {"location": [{"key": "Location", "value": "https://example.com/"}]},
        "body": "bW92ZWQ=",
        "bodyEncoding": "base64",
    }
    assert problems(event, response) == []


@pytest.mark.parametrize("result", [None, "text", 3, []])
def test_no_object(result: object) -> None:
    assert problems("viewer-request", result) == [
        "the function returned no object; a viewer-request function returns the request, or a response "
        f"({STRUCTURE})"
    ]
    assert problems("viewer-response", result) == [
        f"the function returned no object; a viewer-response function returns the response ({STRUCTURE})"
    ]


@pytest.mark.parametrize("status", ["100", "600", "ok", "20", None, True, 99])
def test_a_status_that_no_response_has(status: object) -> None:
    assert problems("viewer-request", {"status": status}) == [
        f"status is {status!r}, and must be a code from '200' to '599' ({GENERATING})"
    ]
    changed = {**returned("origin-response"), "status": status}
    assert problems("origin-response", changed) == [
        f"status is {status!r}, and must be a code from '200' to '599' ({UPDATING})"
    ]


def test_a_viewer_response_keeps_its_status_and_its_body() -> None:
    changed = {**returned("viewer-response"), "status": "404", "body": "x"}
    assert problems("viewer-response", changed) == [
        "status was changed from 200 to 404, which viewer-response functions cannot do "
        "(CloudFront dg, Restrictions on Lambda@Edge, HTTP status codes)",
        f"body is set, which viewer-response functions cannot do ({UPDATING})",
    ]
    assert problems("origin-response", {**returned("origin-response"), "status": "404", "body": "x"}) == []


@pytest.mark.parametrize(
    ("headers", "problem"),
    [
        ([], f"headers is a list, and must be an object ({STRUCTURE})"),
        (None, f"headers is null, and must be an object ({STRUCTURE})"),
        (
            {"Location": [{"value": "/"}]},
            f"header 'Location' must be in lower case as a name in headers ({STRUCTURE})",
        ),
        (
            {"location": "/"},
            f"header 'location' is a string, and must be a list of objects with 'value' ({STRUCTURE})",
        ),
        (
            {"location": [{"key": "Location"}]},
            f"header 'location' has an entry without a string 'value' ({STRUCTURE})",
        ),
        (
            {"location": [{"value": 3}]},
            f"header 'location' has an entry without a string 'value' ({STRUCTURE})",
        ),
        (
            {"location": ["/"]},
            f"header 'location' has an entry without a string 'value' ({STRUCTURE})",
        ),
        (
            {"location": [{"key": "Locator", "value": "/"}]},
            f"header 'location' has an entry with the key 'Locator'; they must be the same name ({STRUCTURE})",
        ),
        (
            {"connection": [{"value": "close"}]},
            f"header 'connection' is one that no edge function may add ({RESTRICTIONS}, Disallowed headers)",
        ),
        (
            {"x-edge-thing": [{"value": "1"}]},
            f"header 'x-edge-thing' is one that no edge function may add ({RESTRICTIONS}, Disallowed headers)",
        ),
        (
            {"x-amz-cf-id": [{"value": "1"}]},
            f"header 'x-amz-cf-id' is one that no edge function may add ({RESTRICTIONS}, Disallowed headers)",
        ),
        (
            {"content-length": [{"value": "1"}]},
            "header 'content-length' was added, and is read-only for viewer-request functions "
            f"({RESTRICTIONS}, Read-only headers)",
        ),
    ],
)
def test_headers_that_are_refused(headers: object, problem: str) -> None:
    assert problems("viewer-request", {"status": "302", "headers": headers}) == [problem]


@pytest.mark.parametrize(
    ("event", "header", "value", "change"),
    [
        ("viewer-request", "host", None, "deleted"),
        ("viewer-request", "host", [{"key": "Host", "value": "other.example.com"}], "changed"),
        ("origin-request", "if-none-match", [{"value": "x"}], "added"),
        ("origin-response", "via", None, "deleted"),
        ("viewer-response", "warning", [{"value": "x"}], "added"),
    ],
)
def test_read_only_headers(event: str, header: str, value: object, change: str) -> None:
    result = returned(event)
    result["headers"].pop(header, None)
    if value is not None:
        result["headers"][header] = value
    assert problems(event, result) == [
        f"header {header!r} was {change}, and is read-only for {event} functions "
        f"({RESTRICTIONS}, Read-only headers)"
    ]


def test_origin_requests_may_change_the_host() -> None:
    result = returned("origin-request")
    result["headers"]["host"] = [{"key": "Host", "value": "other.example.com"}]
    assert problems("origin-request", result) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            {"uri": "index.html"},
            f"uri is 'index.html', and must be a path that begins with '/' ({STRUCTURE})",
        ),
        ({"uri": None}, f"uri is None, and must be a path that begins with '/' ({STRUCTURE})"),
        ({"querystring": {"a": 1}}, f"querystring must be a string ({STRUCTURE})"),
        ({"method": "POST"}, f"method was changed, and is read-only ({STRUCTURE})"),
        ({"clientIp": "203.0.113.8"}, f"clientIp was changed, and is read-only ({STRUCTURE})"),
        ({"origin": {"s3": {}}}, f"origin can be set by origin-request functions only ({STRUCTURE})"),
    ],
)
def test_requests_that_are_refused(change: dict[str, Any], problem: str) -> None:
    assert problems("viewer-request", {**returned("viewer-request"), **change}) == [problem]


def test_one_origin() -> None:
    result = {**returned("origin-request"), "origin": {"s3": {}, "custom": {}}}
    assert problems("origin-request", result) == [
        f"origin has both custom and s3; a request goes to one ({STRUCTURE})"
    ]
    assert problems("origin-request", {**returned("origin-request"), "origin": {"s3": {}}}) == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"action": "replace", "encoding": "text", "data": "x" * 40_960}, []),
        (
            {"action": "replace", "encoding": "text", "data": "x" * 40_961},
            [f"body.data has 40,961 bytes; a viewer-request function may set 40,960 ({QUOTAS})"],
        ),
        ({"action": "replace", "data": "eA=="}, []),
        (
            {"action": "replace", "data": "x"},
            [f"body.data is not base64, as body.encoding says ({STRUCTURE})"],
        ),
        (
            {"action": "replace", "encoding": "gzip"},
            [f"body.encoding is 'gzip', and must be 'text' or 'base64' ({STRUCTURE})"],
        ),
        ({"action": "read-only", "encoding": "gzip"}, []),
    ],
)
def test_bodies_of_requests(body: dict[str, Any], found: list[str]) -> None:
    assert problems("viewer-request", {**returned("viewer-request"), "body": body}) == found


@pytest.mark.parametrize(("event", "limit"), [("viewer-request", 40_960), ("origin-request", 1_048_576)])
def test_the_size_of_a_generated_response(event: str, limit: int) -> None:
    headers = {"a": [{"value": "b"}]}  # `a: b` and an end of line
    fits = {"status": "200", "headers": headers, "body": "x" * (limit - 6)}
    assert problems(event, fits) == []
    assert problems(event, {**fits, "body": "x" * (limit - 5)}) == [
        f"the response has {limit + 1:,} bytes of headers and body; a {event} function may return {limit:,} ({QUOTAS})"
    ]


@pytest.mark.parametrize(
    ("response", "problem"),
    [
        ({"body": "~"}, f"body is not base64, as bodyEncoding says ({GENERATING})"),
        ({"body": 3}, f"body is no string ({GENERATING}); encode it, with bodyEncoding = 'base64' for bytes"),
        ({"bodyEncoding": "gzip"}, f"bodyEncoding is 'gzip', and must be 'text' or 'base64' ({GENERATING})"),
    ],
)
def test_bodies_of_responses(response: dict[str, Any], problem: str) -> None:
    assert problems("origin-request", {"status": "200", "bodyEncoding": "base64", **response}) == [problem]


@pytest.mark.parametrize("other", [None, [], {}, {"Records": []}, {"Records": [{"cf": {"config": {}}}]}])
def test_an_event_of_another_service(other: object) -> None:
    with pytest.raises(ValueError, match="not one of CloudFront's events"):
        event_of(other)
