"""HTTP requests, read without the parser of mail that `http.server` takes: it would be a tenth of an invocation."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import cast

_MAX_LINE = 1 << 16
_MAX_HEADERS = 100  # as http.client has it


class RequestHandler(BaseHTTPRequestHandler):
    """Handles requests of HTTP/1.1, whose connections stay open. Header names are in small letters in `fields`."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    fields: dict[str, str]
    raw_requestline: bytes

    def parse_request(self) -> bool:
        """Read the request line and the headers; answer what is not HTTP, and return whether it was."""
        self.requestline = self.raw_requestline.decode("latin-1").rstrip("\r\n")
        self.command, self.request_version, self.close_connection = "", self.protocol_version, True
        words = self.requestline.split()
        if len(words) != 3 or not words[2].startswith("HTTP/1."):
            self.send_error(400, "Bad request line")
            return False
        self.command, self.path, version = words
        self.fields = {}
        while True:
            line = self.rfile.readline(_MAX_LINE + 1)
            if len(line) > _MAX_LINE or len(self.fields) > _MAX_HEADERS:
                self.send_error(431, "Headers too large")
                return False
            name, colon, value = line.decode("latin-1").partition(":")
            if not name.strip():
                break
            if not colon:
                self.send_error(400, "Bad header")
                return False
            self.fields[name.strip().lower()] = value.strip()
        connection = self.fields.get("connection", "").lower()
        self.close_connection = connection == "close" or (
            version == "HTTP/1.0" and connection != "keep-alive"
        )
        return self.fields.get("expect", "").lower() != "100-continue" or self.handle_expect_100()

    def answer(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        """Send an answer of JSON.

        Args:
            status: HTTP's.
            body: JSON; empty where the status is one that has none.
            headers: More of them.
        """
        self.send_response_only(status)
        known = {"Content-Type": "application/json"}
        if status != HTTPStatus.NO_CONTENT:
            known["Content-Length"] = str(len(body))
        for name, value in {**known, **headers}.items():
            self.send_header(name, value)
        # One write: two would wait for each other's acknowledgement.
        lines = cast("list[bytes]", self._headers_buffer)  # type: ignore[attr-defined]
        lines += [b"\r\n", body]
        self.flush_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
        """Say nothing."""
