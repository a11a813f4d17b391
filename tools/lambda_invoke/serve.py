"""Serve: a warm function behind Lambda's Invoke API on loopback, so that curl and SDKs call it as they call Lambda."""

from __future__ import annotations

import base64
import binascii
import json
import re
import sys
import threading
from http.server import ThreadingHTTPServer
from typing import Optional, cast

from tools.aws.execution import MAX_REQUEST
from tools.command import say
from tools.errors import PleasingError
from tools.lambda_invoke.event import checked_event
from tools.lambda_invoke.execution import ExecutionEnvironment
from tools.lambda_invoke.http_request import RequestHandler
from tools.lambda_invoke.once import show_log, warnings_of
from tools.lambda_invoke.outcome import Outcome
from tools.lambda_invoke.report import failure_text, summary
from tools.lambda_invoke.setup import Setup
from tools.lambda_invoke.variables import VERSION
from tools.lambda_invoke.watch import Watch

_PATH = re.compile(r"/2015-03-31/functions/([^/?]+)/invocations(?:\?.*)?")
# What Invoke gives of a log in X-Amz-Log-Result (API_Invoke).
_LOG_TAIL = 4096
_LOOPBACK = "127.0.0.1"


def serve(setup: Setup, port: int, watch: bool, where: str) -> None:
    """Answer invocations until interrupted.

    Args:
        setup: How the function is run.
        port: Port on loopback; 0 for any that is free.
        watch: Whether to start the function anew when its zip is built anew.
        where: What messages are about.

    Raises:
        PleasingError: The port is taken.
    """
    function = _Function(setup, where)
    try:
        server = _Server((_LOOPBACK, port), _Handler)
    except OSError as error:
        raise PleasingError(
            f"cannot listen on {_LOOPBACK}:{port}: {error.strerror}; choose another port"
        ) from error
    server.function = function
    name = setup.name
    url = f"http://{_LOOPBACK}:{server.server_address[1]}"
    say(f"{where}: listening at {url}/2015-03-31/functions/{name}/invocations (Ctrl-C ends it)", sys.stderr)
    sys.stderr.flush()
    watching = Watch(setup.function.zip, function.reload) if watch else None
    try:
        server.serve_forever(0.1)
    finally:
        if watching:
            watching.close()
        server.server_close()
        function.close()


class _Function:
    """The one copy of a function, which answers an event at a time."""

    def __init__(self, setup: Setup, where: str) -> None:
        self._setup = setup
        self._where = where
        self._environment = ExecutionEnvironment(setup, show_log)
        self._told: set[str] = set()
        self._lock = threading.Lock()

    def invoke(self, event: bytes, client_context: Optional[str]) -> Outcome:
        with self._lock:
            outcome = self._environment.invoke(event, client_context)
            for note in outcome.notes:
                if note not in self._told:
                    self._told.add(note)
                    say(f"{self._where}: note: {note}", sys.stderr)
            return outcome

    def tell(self, outcome: Outcome) -> None:
        """Show what an invocation came to."""
        with self._lock:
            for warning in warnings_of(outcome):
                say(f"{self._where}: warning: {warning}", sys.stderr)
            say(f"{self._where}: {outcome.request_id} {summary(outcome, self._setup.limits)}", sys.stderr)
            if outcome.failure is not None:
                text = failure_text(outcome, self._setup.limits, self._environment.paths)
                say(f"{self._where}: error: {text}", sys.stderr)
            sys.stderr.flush()

    def reload(self) -> None:
        """Take the zip as it is now. A build under way shows a zip and a manifest that do not belong together."""
        from tools.lambda_invoke.function import read_function

        with self._lock:
            old = self._setup.function
            manifest = old.manifest
            try:
                new = read_function(old.zip, manifest)._replace(edge=old.edge)
            except PleasingError as error:
                say(error.render(self._where), sys.stderr)
                return
            if new.runtime != old.runtime or new.architecture != old.architecture:
                say(
                    f"{self._where}: error: the runtime or the architecture changed: start this anew",
                    sys.stderr,
                )
                return
            self._environment.close()
            self._setup = self._setup._replace(function=new)
            self._environment = ExecutionEnvironment(self._setup, show_log)
            say(f"{self._where}: the zip was built anew; the next event starts it", sys.stderr)
            sys.stderr.flush()

    def close(self) -> None:
        with self._lock:
            self._environment.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    function: _Function


class _Handler(RequestHandler):
    def do_GET(self) -> None:  # noqa: N802 - the base class looks for this name
        self._refuse(404, "ResourceNotFoundException", f"there is no {self.path}")

    def do_POST(self) -> None:  # noqa: N802 - likewise
        size = int(self.fields.get("content-length") or 0)
        if size > MAX_REQUEST:
            # Read all the same: a client that still sends does not look at an answer.
            while size > 0:
                size -= len(self.rfile.read(min(size, 1 << 16))) or size
            told = self.fields["content-length"]
            message = f"the payload has {told} bytes; RequestResponse takes at most {MAX_REQUEST}"
            self._refuse(413, "RequestTooLargeException", message)
            return
        body = self.rfile.read(size) or b"{}"
        if not _PATH.fullmatch(self.path):
            self._refuse(404, "ResourceNotFoundException", f"there is no {self.path}")
            return
        try:
            event = checked_event(body, "the request")
            context = self._client_context()
        except PleasingError as error:
            self._refuse(400, "InvalidRequestContentException", error.problems[0])
            return
        kind = self.fields.get("x-amz-invocation-type", "RequestResponse")
        if kind == "DryRun":
            self.answer(204, b"", {})
        elif kind == "Event":
            threading.Thread(target=self._respond_to_nobody, args=(event, context), daemon=True).start()
            self.answer(202, b"", {})
        else:
            self._respond(event, context)

    def _client_context(self) -> Optional[str]:
        header = self.fields.get("x-amz-client-context")
        if not header:
            return None
        try:
            return base64.b64decode(header, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise PleasingError(f"X-Amz-Client-Context is not base64 of UTF-8: {error}") from error

    @property
    def _function(self) -> _Function:
        return cast(_Server, self.server).function

    def _respond_to_nobody(self, event: bytes, context: Optional[str]) -> None:
        self._function.tell(self._function.invoke(event, context))

    def _respond(self, event: bytes, context: Optional[str]) -> None:
        try:
            outcome = self._function.invoke(event, context)
        except PleasingError as error:
            self._refuse(500, "ServiceException", "; ".join(error.problems))
            return
        headers = {"X-Amz-Executed-Version": VERSION, "X-Amzn-RequestId": outcome.request_id}
        if outcome.failure is not None:
            headers["X-Amz-Function-Error"] = "Unhandled"
        if self.fields.get("x-amz-log-type") == "Tail":
            tail = outcome.log.encode("utf-8")[-_LOG_TAIL:]
            headers["X-Amz-Log-Result"] = base64.b64encode(tail).decode("ascii")
        self.answer(200, outcome.payload, headers)
        # Once the answer has gone: nobody waits for these lines.
        self._function.tell(outcome)

    def _refuse(self, status: int, kind: str, message: str) -> None:
        body = json.dumps({"Type": "User", "message": message}).encode()
        self.answer(status, body, {"X-Amzn-ErrorType": kind})
