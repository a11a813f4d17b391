"""Runtime API: what the client that stands in and others may send."""

from __future__ import annotations

import http.client
import json
import queue
import socket
from collections.abc import Iterator
from types import ModuleType

import pytest

from tools.lambda_invoke.runtime_api import Event, Happened, RuntimeApi

EVENT = Event("id-1", b'{"a": 1}', 1234, "arn:x")


@pytest.fixture
def api() -> Iterator[RuntimeApi]:
    listening = socket.create_server(("127.0.0.1", 0))
    served = RuntimeApi(listening, queue.Queue(), most=10, most_streamed=20)
    served.address = "{}:{}".format(*listening.getsockname())  # type: ignore[attr-defined]
    yield served
    served.close()


@pytest.fixture
def stand_in(api: RuntimeApi, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    import importlib

    from tools.lambda_invoke.inside import runtime_client

    monkeypatch.setenv("AWS_LAMBDA_RUNTIME_API", api.address)  # type: ignore[attr-defined]
    importlib.reload(runtime_client)
    runtime_client.initialize_client("agent/1")
    yield runtime_client
    if runtime_client._connection.http is not None:
        runtime_client._connection.http.close()


def happened(api: RuntimeApi) -> Happened:
    return api.happenings.get(timeout=10)


def test_the_client_that_stands_in(api: RuntimeApi, stand_in: ModuleType) -> None:
    api.give(EVENT)
    body, headers = stand_in.next()
    assert (body, headers.get("Lambda-Runtime-Aws-Request-Id")) == (EVENT.body, "id-1")
    assert headers.get("Lambda-Runtime-Deadline-Ms") == "1234"
    assert happened(api) == Happened("next", facts={"agent": "agent/1 stand-in"})
    stand_in.post_invocation_result("id-1", b"[1]", "application/json")
    assert happened(api) == Happened("response", b"[1]", "id-1")
    stand_in.post_error("id-1", '"e"', '{"fault": 1}')
    assert happened(api) == Happened("error", b'"e"', "id-1")


def test_the_stand_in_tells_of_a_refusal(api: RuntimeApi, stand_in: ModuleType) -> None:
    api.give(EVENT)
    stand_in.next()
    happened(api)
    with pytest.raises(RuntimeError, match=r"^the Runtime API answered .*/id-1/response with status 413$"):
        stand_in.post_invocation_result("id-1", b"x" * 11, "application/json")
    assert happened(api) == Happened("too-large", request_id="id-1", facts={"size": 11, "most": 10})
    api.turn_away()
    with pytest.raises(RuntimeError, match=r"^the Runtime API answered .*/next with status 500$"):
        stand_in.next()


def send(api: RuntimeApi, method: str, path: str, body: object = None, **headers: str) -> tuple[int, object]:
    connection = http.client.HTTPConnection(api.address, timeout=10)  # type: ignore[attr-defined]
    try:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, names, encode_chunked="Transfer-Encoding" in names)  # type: ignore[arg-type]
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def test_what_is_not_there(api: RuntimeApi) -> None:
    api.give(EVENT)
    start = "/2018-06-01/runtime/"
    assert send(api, "GET", "/2020-01-01/extension/register")[0] == 404
    assert send(api, "POST", start + "restore/error", b"")[0] == 404
    assert send(api, "POST", start + "invocation/id-2/response", b"1") == (
        400,
        {"errorType": "InvalidRequestID", "errorMessage": "no invocation with this id is under way"},
    )


def test_an_error_of_init(api: RuntimeApi) -> None:
    assert send(api, "POST", "/2018-06-01/runtime/init/error", b'{"a":1}')[0] == 202
    assert happened(api) == Happened("init-error", b'{"a":1}')


@pytest.mark.parametrize(("size", "status"), [(20, 202), (21, 413)])
def test_a_streamed_response_may_be_larger(api: RuntimeApi, size: int, status: int) -> None:
    api.give(EVENT)
    pieces = [b"x" * 7, b"x" * (size - 7)]
    answer = send(
        api,
        "POST",
        "/2018-06-01/runtime/invocation/id-1/response",
        iter(pieces),
        Transfer_Encoding="chunked",
        Lambda_Runtime_Function_Response_Mode="streaming",
    )
    assert answer[0] == status
    assert happened(api).what == ("response" if status == 202 else "too-large")
