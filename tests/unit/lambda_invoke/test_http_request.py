"""What is not HTTP gets an answer, and connections are kept as HTTP/1.1 has it."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer

import pytest

from tools.lambda_invoke.http_request import RequestHandler


class Echo(RequestHandler):
    def do_POST(self) -> None:  # noqa: N802 - the base class looks for this name
        body = self.rfile.read(int(self.fields["content-length"]))
        self.answer(200, body, {"X-Kind": self.fields.get("x-kind", "none")})


@pytest.fixture
def port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def ask(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        answer = b""
        # A server that has answered may have closed before it has read all.
        with contextlib.suppress(OSError):
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionResetError):
            while piece := connection.recv(1 << 16):
                answer += piece
        return answer


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"garbage\r\n\r\n", b"400"),
        (b"POST / SMTP/1\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nno colon\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nA: " + b"x" * ((1 << 16) + 1) + b"\r\n\r\n", b"431"),
        (b"POST / HTTP/1.1\r\n" + b"".join(b"A%d: x\r\n" % i for i in range(200)) + b"\r\n", b"431"),
        (b"PUT / HTTP/1.1\r\n\r\n", b"501"),
    ],
)
def test_what_is_no_request(port: int, request_bytes: bytes, status: bytes) -> None:
    assert ask(port, request_bytes).split()[1] == status


def test_two_requests_of_one_connection(port: int) -> None:
    request = b"POST / HTTP/1.1\r\nX-KIND: a: b \r\nContent-Length: 2\r\n\r\nhi"
    answer = ask(port, request + request)
    assert answer.count(b"HTTP/1.1 200 OK\r\n") == 2
    assert answer.count(b"X-Kind: a: b\r\n\r\nhi") == 2


@pytest.mark.parametrize(
    "first", [b"POST / HTTP/1.0\r\n", b"POST / HTTP/1.1\r\nConnection: close\r\n"], ids=["1.0", "close"]
)
def test_a_connection_that_is_not_kept(port: int, first: bytes) -> None:
    assert ask(port, 2 * (first + b"Content-Length: 0\r\n\r\n")).count(b"HTTP/1.1 200 OK\r\n") == 1


def test_a_client_that_waits_to_send(port: int) -> None:
    answer = ask(port, b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi")
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
