"""Stands in for awslambdaric's native module of this name, which is compiled for Linux only.

It speaks the Runtime API by `http.client`. Python 3.8 or newer; awslambdaric's own code calls it.
"""

from __future__ import annotations

import http.client
import os
from email.message import Message
from typing import Optional

_PREFIX = "/2018-06-01/runtime/invocation/"
_ACCEPTED = 202
_OK = 200


class _Connection:
    """The one connection, kept between requests and made anew where the server has closed it."""

    def __init__(self) -> None:
        self.agent = "stand-in"
        self.http: Optional[http.client.HTTPConnection] = None

    def request(
        self,
        method: str,
        path: str,
        body: Optional[bytes] = None,
        headers: Optional[dict[str, str]] = None,
        expected: int = _ACCEPTED,
    ) -> tuple[bytes, Message]:
        """Send a request, and return what was answered."""
        if self.http is None:
            self.http = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
        try:
            self.http.request(method, path, body, {"User-Agent": self.agent, **(headers or {})})
            response = self.http.getresponse()
            answer = response.read()
        except (OSError, http.client.HTTPException) as error:
            self.http.close()
            self.http = None
            raise RuntimeError(f"the Runtime API cannot be reached: {error}") from error
        if response.status != expected:
            raise RuntimeError(f"the Runtime API answered {path} with status {response.status}")
        return answer, response.headers


_connection = _Connection()


def initialize_client(user_agent: str) -> None:
    """Take the client's name. Called once, when awslambdaric is imported."""
    _connection.agent = user_agent + " stand-in"


def next() -> tuple[bytes, Message]:  # noqa: A001 - awslambdaric calls it so
    """Return the next event's bytes and its headers."""
    return _connection.request("GET", _PREFIX + "next", expected=_OK)


def post_invocation_result(
    invoke_id: str, data: bytes, content_type: str, invocation_id: Optional[str] = None
) -> None:
    """Send a response."""
    _connection.request("POST", _PREFIX + invoke_id + "/response", data, {"Content-Type": content_type})


def post_error(invoke_id: str, error: str, xray_fault: str, invocation_id: Optional[str] = None) -> None:
    """Send a function's error."""
    headers = {"Content-Type": "application/json"}
    # A header's value is Latin-1; the fault is JSON, whose escapes keep it within ASCII.
    if xray_fault and len(xray_fault) < 1 << 16 and xray_fault.isascii():
        headers["Lambda-Runtime-Function-XRay-Error-Cause"] = xray_fault
    _connection.request("POST", _PREFIX + invoke_id + "/error", error.encode("utf-8"), headers)
