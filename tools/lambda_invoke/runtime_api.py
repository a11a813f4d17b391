"""Runtime API: what the runtime interface client speaks to (dg/runtimes-api), served on a socket that exists.

What happens is put into a queue; whoever invokes takes it from there, and gives the next event.
"""

from __future__ import annotations

import json
import queue
import socket
import threading
from http.server import ThreadingHTTPServer
from typing import Any, NamedTuple, Optional, cast

from tools.lambda_invoke.http_request import RequestHandler

_VERSION = "/2018-06-01/runtime/"
_STREAMING = "streaming"


class Event(NamedTuple):
    """What an invocation is made with.

    Attributes:
        request_id: The invocation's.
        body: The event.
        deadline_ms: When it has to be done, in milliseconds since 1970.
        arn: The function's.
        client_context: JSON of whoever invokes, if any.
    """

    request_id: str
    body: bytes
    deadline_ms: int
    arn: str
    client_context: Optional[str] = None


class Happened(NamedTuple):
    """Something that the function's side did.

    Attributes:
        what: `next`, `response`, `too-large`, `error`, `init-error`, `exit` or `failed`.
        body: The response or error.
        request_id: The invocation's that it is about.
        facts: What else is known of it.
    """

    what: str
    body: bytes = b""
    request_id: str = ""
    facts: Optional[dict[str, Any]] = None


class RuntimeApi:
    """The server.

    Args:
        listening: The socket, which listens already. It is closed with the server.
        happenings: Where to put what happens.
        most: Bytes of a response.
        most_streamed: Bytes of a streamed one.
    """

    def __init__(
        self, listening: socket.socket, happenings: queue.Queue[Happened], most: int, most_streamed: int
    ) -> None:
        self.happenings = happenings
        self.most = most
        self.most_streamed = most_streamed
        self.events: queue.Queue[Optional[Event]] = queue.Queue()
        self.current: Optional[str] = None
        self._server = _Server(listening, self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def give(self, event: Event) -> None:
        """Give an event to the client, which waits for one or will."""
        self.current = event.request_id
        self.events.put(event)

    def turn_away(self) -> None:
        """Answer the client's wait with an error, upon which its process ends."""
        self.events.put(None)

    def close(self) -> None:
        """Stop serving."""
        self.events.put(None)
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, listening: socket.socket, api: RuntimeApi) -> None:
        super().__init__(("127.0.0.1", 0), _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listening
        self.api = api

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: the client has gone, and what that means is told by who watches its process."""


class _Handler(RequestHandler):
    @property
    def _api(self) -> RuntimeApi:
        return cast(_Server, self.server).api

    def do_GET(self) -> None:  # noqa: N802 - the base class looks for this name
        if self.path != _VERSION + "invocation/next":
            self._refuse(404, "NotFound", f"there is no {self.path}")
            return
        agent = self.fields.get("user-agent", "")
        self._api.happenings.put(Happened("next", facts={"agent": agent}))
        event = self._api.events.get()
        if event is None:
            self.close_connection = True
            self._refuse(500, "Ended", "no event will come")
            return
        headers = {
            "Lambda-Runtime-Aws-Request-Id": event.request_id,
            "Lambda-Runtime-Deadline-Ms": str(event.deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": event.arn,
            "Lambda-Runtime-Trace-Id": "Root=1-00000000-000000000000000000000000;Parent=0000000000000000;Sampled=0",
        }
        if event.client_context:
            headers["Lambda-Runtime-Client-Context"] = event.client_context
        self.answer(200, event.body, headers)

    def do_POST(self) -> None:  # noqa: N802 - likewise
        parts = self.path[len(_VERSION) :].split("/") if self.path.startswith(_VERSION) else []
        streamed = self.fields.get("lambda-runtime-function-response-mode", "").lower() == _STREAMING
        most = self._api.most_streamed if streamed else self._api.most
        body, size = self._body(most)
        if parts == ["init", "error"]:
            self._api.happenings.put(Happened("init-error", body or b"{}"))
            self._accept()
        elif len(parts) != 3 or parts[0] != "invocation" or parts[2] not in ("response", "error"):
            self._refuse(404, "NotFound", f"there is no {self.path}")
        elif parts[1] != self._api.current:
            self._refuse(400, "InvalidRequestID", "no invocation with this id is under way")
        elif body is None:
            self._api.happenings.put(
                Happened("too-large", request_id=parts[1], facts={"size": size, "most": most})
            )
            self._refuse(
                413, "RequestEntityTooLarge", f"Exceeded maximum allowed payload size ({most} bytes)."
            )
        else:
            self._api.happenings.put(Happened(parts[2], body, parts[1]))
            self._accept()

    def _body(self, most: int) -> tuple[Optional[bytes], int]:
        """Return the request's body, or None where it has more bytes than allowed; and how many it has."""
        pieces: list[bytes] = []
        size = 0
        for piece in self._pieces():
            size += len(piece)
            if size <= most:
                pieces.append(piece)
            else:
                pieces.clear()
        return (b"".join(pieces) if size <= most else None), size

    def _pieces(self) -> Any:
        if "chunked" not in self.fields.get("transfer-encoding", "").lower():
            left = int(self.fields.get("content-length") or 0)
            while left > 0:
                piece = self.rfile.read(min(left, 1 << 16))
                if not piece:
                    return
                left -= len(piece)
                yield piece
            return
        while True:
            size = int(self.rfile.readline().split(b";")[0] or b"0", 16)
            if size:
                yield self.rfile.read(size)
            while self.rfile.readline().strip():
                # After the last piece, trailers; after another, its empty line.
                continue
            if not size:
                return

    def _accept(self) -> None:
        self.answer(202, b'{"status":"OK"}', {})

    def _refuse(self, status: int, kind: str, message: str) -> None:
        self.answer(status, json.dumps({"errorType": kind, "errorMessage": message}).encode(), {})
