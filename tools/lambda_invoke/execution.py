"""Execution environment: one copy of a function that is started, answers events, and is started anew once it ended."""

from __future__ import annotations

import time
import uuid
from typing import Callable, Optional

from tools.aws.execution import INIT_SECONDS
from tools.errors import PleasingError
from tools.lambda_invoke.coverage_pipe import Lines
from tools.lambda_invoke.edge_response import refusal
from tools.lambda_invoke.lambda_error import exited, out_of_memory, timed_out, too_large
from tools.lambda_invoke.note import CLIENT_NOTE, INIT_NOTE, is_stand_in, isolation_note
from tools.lambda_invoke.outcome import Failure, Outcome
from tools.lambda_invoke.running_function import RunningFunction
from tools.lambda_invoke.runtime_api import Event, Happened
from tools.lambda_invoke.setup import Setup
from tools.lambda_invoke.source_paths import SourcePaths
from tools.lambda_invoke.variables import ACCOUNT, REGION

# What the start of a function comes to.
_STARTED = ("next", "init-error", "exit", "failed")


class ExecutionEnvironment:
    """A function that is kept warm.

    Args:
        setup: How it is to be run.
        show: Where its log goes as it comes.

    Attributes:
        paths: Of its files, in the function and in the repository.
        notes: What this run could not do as Lambda does.
        lines: Lines that ran and all lines that can, a name in the zip, of all that was started.
    """

    def __init__(self, setup: Setup, show: Callable[[str], None]) -> None:
        self._setup = setup
        self._show = show
        self._isolation = setup.isolation
        self._running: Optional[RunningFunction] = None
        self.paths = SourcePaths(setup.function)
        self.notes: list[str] = []
        self.lines: Lines = {}

    def invoke(self, event: bytes, client_context: Optional[str] = None) -> Outcome:
        """Invoke the function, and start it first where it does not run.

        Args:
            event: JSON.
            client_context: JSON that the handler finds in its context.

        Raises:
            PleasingError: It cannot be started for a reason that is not the function's.
        """
        request_id = str(uuid.uuid4())
        init_ms = None
        running = self._running
        if running is None:
            running, failed, init_ms = self._init(request_id)
            if failed is not None:
                return failed
        return self._invoke(running, event, client_context, request_id, init_ms)

    def start(self) -> Optional[Outcome]:
        """Start the function without invoking it; return its failure, if it failed.

        Raises:
            PleasingError: It cannot be started for a reason that is not the function's.
        """
        return self._init(str(uuid.uuid4()))[1] if self._running is None else None

    def log(self) -> str:
        """Return what was logged since the last outcome."""
        return self._running.take_log() if self._running is not None else ""

    def close(self) -> None:
        """End the function's processes; nothing is left of them."""
        running, self._running = self._running, None
        if running is not None:
            running.finish()

    def _start(self) -> RunningFunction:
        running = RunningFunction(self._setup, self._isolation, self.paths, self._show, self.lines)
        if running.isolation != self._isolation:
            self._isolation = running.isolation
            self.notes.append(isolation_note(running.isolation, running.refused))
        self._running = running
        return running

    def _init(self, request_id: str) -> tuple[RunningFunction, Optional[Outcome], float]:
        """Start the function; return it, its failure, if it failed, and the milliseconds that it took."""
        running = self._start()
        happened = running.wait(_STARTED, running.started + INIT_SECONDS)
        if happened is None:
            # Lambda tries again, within the time-out of the invocation that waits.
            self._running = None
            running.close()
            self.notes.append(INIT_NOTE)
            running = self._start()
            happened = running.wait(_STARTED, running.started + self._setup.limits.timeout)
        took = (time.monotonic() - running.started) * 1000
        if happened is None:
            return running, self._timed_out(running, request_id, took, 0.0), took
        if happened.what == "next":
            if is_stand_in(happened) and CLIENT_NOTE not in self.notes:
                self.notes.append(CLIENT_NOTE)
            return running, None, took
        if happened.what == "init-error":
            end = running.wait_for_end()
            return (
                running,
                self._ended(running, happened.body, Failure.INIT, request_id, took, 0.0, end),
                took,
            )
        payload, failure = _exited(happened, request_id)
        failure = Failure.MEMORY if failure is Failure.MEMORY else Failure.INIT
        return running, self._ended(running, payload, failure, request_id, took, 0.0, happened), took

    def _invoke(
        self,
        running: RunningFunction,
        event: bytes,
        client_context: Optional[str],
        request_id: str,
        init_ms: Optional[float],
    ) -> Outcome:
        limit = self._setup.limits.timeout
        arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self._setup.name}"
        deadline = int((time.time() + limit) * 1000)
        started = time.monotonic()
        running.give(Event(request_id, event, deadline, arn, client_context))
        happened = running.wait(("response", "error", "too-large", "exit", "failed"), started + limit)
        took = (time.monotonic() - started) * 1000
        if happened is None:
            return self._timed_out(running, request_id, init_ms, took)
        if happened.what in ("exit", "failed"):
            payload, exit_failure = _exited(happened, request_id)
            return self._ended(running, payload, exit_failure, request_id, init_ms, took, happened)
        payload = happened.body
        failure: Optional[Failure] = Failure.RAISED if happened.what == "error" else None
        if happened.what == "too-large":
            facts = happened.facts or {}
            payload, failure = too_large(facts["size"], facts["most"]), Failure.TOO_LARGE
        # An invocation has ended when the client asks for the next event (dg/lambda-runtime-environment).
        returned = running.wait(("next", "exit", "failed"), started + limit)
        if returned is None and failure is None:
            return self._timed_out(running, request_id, init_ms, took)
        if returned is None or returned.what != "next":
            if returned is not None and failure is None:
                payload, failure = _exited(returned, request_id)
            return self._ended(running, payload, failure, request_id, init_ms, took, returned)
        left = running.left_behind()
        if running.peak > self._setup.limits.memory << 20:
            payload = out_of_memory(request_id)
            return self._ended(running, payload, Failure.MEMORY, request_id, init_ms, took)
        if failure is None and self._setup.function.edge is not None:
            refused = refusal(event, payload)
            if refused is not None:
                payload, failure = refused, Failure.REFUSED
        log, peak, notes = running.take_log(), running.peak, tuple(self.notes)
        return Outcome(payload, failure, request_id, log, init_ms, took, peak, left, notes)

    def _timed_out(
        self, running: RunningFunction, request_id: str, init_ms: Optional[float], took: float
    ) -> Outcome:
        payload = timed_out(request_id, self._setup.limits.timeout)
        return self._ended(running, payload, Failure.TIMEOUT, request_id, init_ms, took)

    def _ended(
        self,
        running: RunningFunction,
        payload: bytes,
        failure: Optional[Failure],
        request_id: str,
        init_ms: Optional[float],
        took: float,
        end: Optional[Happened] = None,
    ) -> Outcome:
        """Return the outcome of an invocation after which the function has to be started anew."""
        log = running.end(end)
        self._running = None
        peak, notes = running.peak, tuple(self.notes)
        return Outcome(payload, failure, request_id, log, init_ms, took, peak, (), notes)


def _exited(happened: Happened, request_id: str) -> tuple[bytes, Failure]:
    facts = happened.facts or {}
    if "exit" not in facts:
        raise PleasingError(
            f"the function's sandbox was lost: {facts.get('failed') or 'its supervisor ended'}"
        )
    return exited(request_id, facts)
