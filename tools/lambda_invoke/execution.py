"""Execution environment: one copy of a function that is started, answers events, and is started anew once it ended."""

from __future__ import annotations

import json
import os
import queue
import time
import uuid
from collections.abc import Mapping, Sequence
from typing import Callable, NamedTuple, Optional

from tools.aws.execution import INIT_SECONDS, MAX_OPEN_FILES
from tools.errors import PleasingError
from tools.lambda_invoke import runtime_parts
from tools.lambda_invoke.edge_response import refusal
from tools.lambda_invoke.function import Function
from tools.lambda_invoke.interpreter import Interpreter
from tools.lambda_invoke.limits import Limits
from tools.lambda_invoke.log import Log
from tools.lambda_invoke.outcome import Failure, Outcome, error_payload
from tools.lambda_invoke.runtime_api import Event, Happened, RuntimeApi
from tools.lambda_invoke.sandbox import FULL, PLAIN, SHARED_PROCESSES, Plan, Sandbox
from tools.lambda_invoke.source_paths import SourcePaths
from tools.lambda_invoke.variables import ACCOUNT, REGION, variables_of

# What a process that is about to end gets to do so, before it counts as left behind.
_GRACE_SECONDS = 0.2
_RETURN_SECONDS = 2.0


class Setup(NamedTuple):
    """How a function is to be run.

    Attributes:
        function: The function.
        interpreter: Of its runtime's version.
        limits: What it may take.
        client: Paths of the runtime interface client's archives, and of libraries that the runtime brings.
        layers: Paths of its layers' zips.
        variables: Its own.
        network: Whether it may use this machine's network.
        isolation: How far it is separated at most.
        name: What the function is called.
        module_dir: Folder of packages in `client`'s archives.
        measured: Names in the zip of files whose coverage is measured.
    """

    function: Function
    interpreter: Interpreter
    limits: Limits
    client: Sequence[str]
    layers: Sequence[str] = ()
    variables: Mapping[str, str] = {}
    network: bool = False
    isolation: str = FULL
    name: str = "function"
    module_dir: str = runtime_parts.MODULE_DIR
    measured: Sequence[str] = ()


class ExecutionEnvironment:
    """A function that is kept warm.

    Args:
        setup: How it is to be run.
        show: Where its log goes as it comes.
    """

    def __init__(self, setup: Setup, show: Callable[[str], None]) -> None:
        self._setup = setup
        self._show = show
        self.paths = SourcePaths(setup.function)
        self._isolation = setup.isolation
        self._sandbox: Optional[Sandbox] = None
        self.notes: list[str] = []
        # Lines that ran and lines that did not, a name in the zip, of all that was started.
        self.lines: dict[str, tuple[set[int], set[int]]] = {}

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
        if self._sandbox is None:
            failed, init_ms = self._init(request_id)
            if failed is not None:
                return failed
        return self._invoke(event, client_context, request_id, init_ms)

    def start(self) -> Optional[Outcome]:
        """Start the function without invoking it; return its failure, if it failed.

        Raises:
            PleasingError: It cannot be started for a reason that is not the function's.
        """
        return self._init(str(uuid.uuid4()))[0] if self._sandbox is None else None

    def log(self) -> str:
        """Return what was logged since the last outcome."""
        return self._log.take() if self._sandbox is not None else ""

    def close(self) -> None:
        """End the function's processes; nothing is left of them."""
        if self._sandbox is None:
            return
        if self._setup.measured:
            # An error in place of an event ends the interpreter in good order, so that it can tell its coverage.
            self._api.turn_away()
            self._wait(("exit", "failed"), time.monotonic() + _RETURN_SECONDS)
        self._stop()

    def _init(self, request_id: str) -> tuple[Optional[Outcome], float]:
        """Start the function; return its failure, if it failed, and the milliseconds that it took."""
        started = self._start()
        happened = self._wait(("next", "init-error", "exit", "failed"), started + INIT_SECONDS)
        if happened is None:
            # Lambda tries again, within the time-out of the invocation that waits.
            self._stop()
            self.notes.append(
                f"init took longer than {INIT_SECONDS} seconds, and was tried once more, as in Lambda"
            )
            started = self._start()
            limit = self._setup.limits.timeout
            happened = self._wait(("next", "init-error", "exit", "failed"), started + limit)
        took = (time.monotonic() - started) * 1000
        if happened is None:
            return self._ended(self._timed_out(request_id), Failure.TIMEOUT, request_id, took, 0.0), took
        if happened.what == "next":
            self._note_client(happened)
            return None, took
        if happened.what == "init-error":
            exited = self._wait(("exit", "failed"), time.monotonic() + _RETURN_SECONDS)
            return self._ended(happened.body, Failure.INIT, request_id, took, 0.0, exited), took
        payload, failure = self._exited(happened, request_id)
        failure = Failure.MEMORY if failure is Failure.MEMORY else Failure.INIT
        return self._ended(payload, failure, request_id, took, 0.0, happened), took

    def _start(self) -> float:
        setup = self._setup
        self._happenings: queue.Queue[Happened] = queue.Queue()
        self._last_peak = 0
        self._coverage_ends: Optional[tuple[int, int]] = os.pipe() if setup.measured else None
        write = self._coverage_ends[1] if self._coverage_ends else None
        self._sandbox = Sandbox(
            lambda isolation: self._plan(isolation, write), self._isolation, self._happenings, write
        )
        if write is not None:
            os.close(write)
        if self._sandbox.isolation != self._isolation:
            self._isolation = self._sandbox.isolation
            self.notes.append(_weaker(self._isolation, self._sandbox.refused))
        self.paths.place(self._sandbox.folders["task"], self._sandbox.folders["runtime"])
        self._log = Log(self._sandbox.log, self.paths.in_repository, self._show)
        limits = setup.limits
        self._api = RuntimeApi(self._sandbox.listening, self._happenings, limits.response, limits.streamed)
        return time.monotonic()

    def _plan(self, isolation: str, coverage: Optional[int]) -> Plan:
        setup = self._setup
        python = setup.interpreter
        prefix = os.path.normpath(python.prefix)
        relative = os.path.relpath(python.executable, prefix)
        # An interpreter finds its library by where its program is; one that is elsewhere is started there.
        movable = not relative.startswith("..") and isolation != PLAIN
        program = "{interpreter}/" + relative if movable else python.executable
        version = "python{}.{}".format(*setup.function.runtime.python)
        layers = ["{layers}/python/lib/" + version + "/site-packages", "{layers}/python"]
        boot = {
            "handler": setup.function.handler,
            "bootstrap": "{runtime}/" + runtime_parts.BOOT,
            "stand_in": "{runtime}/" + os.path.dirname(runtime_parts.STAND_IN),
            "task": "{task}",
            "before": ["{task}", *layers, "{runtime}"],
            "after": layers,
            "coverage": coverage,
            "files": list(setup.measured),
        }
        return Plan(
            contents={
                "task": os.path.abspath(setup.function.zip),
                "layers": [os.path.abspath(path) for path in setup.layers],
                "runtime": [os.path.abspath(path) for path in setup.client],
                "runtime_prefix": setup.module_dir,
                "texts": runtime_parts.texts(),
                "interpreter": [prefix, os.path.normpath(python.exec_prefix)],
                "tmp": setup.limits.tmp,
            },
            arguments=[program, "-I", "-S", "{runtime}/" + runtime_parts.BOOT, json.dumps(boot)],
            variables=variables_of(
                setup.function,
                setup.name,
                setup.limits,
                setup.variables,
                closed=isolation != PLAIN and not setup.network,
            ),
            memory=setup.limits.memory,
            open_files=MAX_OPEN_FILES,
            network=setup.network,
        )

    def _invoke(
        self, event: bytes, client_context: Optional[str], request_id: str, init_ms: Optional[float]
    ) -> Outcome:
        limit = self._setup.limits.timeout
        arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self._setup.name}"
        deadline = int((time.time() + limit) * 1000)
        started = time.monotonic()
        self._api.give(Event(request_id, event, deadline, arn, client_context))
        happened = self._wait(("response", "error", "too-large", "exit", "failed"), started + limit)
        took = (time.monotonic() - started) * 1000
        if happened is None:
            return self._ended(self._timed_out(request_id), Failure.TIMEOUT, request_id, init_ms, took)
        if happened.what in ("exit", "failed"):
            payload, exit_failure = self._exited(happened, request_id)
            return self._ended(payload, exit_failure, request_id, init_ms, took, happened)
        payload = happened.body
        failure: Optional[Failure] = Failure.RAISED if happened.what == "error" else None
        if happened.what == "too-large":
            payload, failure = self._too_large(happened), Failure.TOO_LARGE
        # An invocation has ended when the client asks for the next event (dg/lambda-runtime-environment).
        returned = self._wait(("next", "exit", "failed"), started + limit)
        if returned is None or returned.what != "next":
            if failure is None:
                return self._after_response(returned, request_id, init_ms, took)
            return self._ended(payload, failure, request_id, init_ms, took, returned)
        facts = self._sandbox.ask(_GRACE_SECONDS) if self._sandbox else {}
        self._last_peak = max(self._last_peak, facts.get("peak", 0))
        if self._last_peak > self._setup.limits.memory << 20:
            payload, failure = self._out_of_memory(request_id), Failure.MEMORY
            return self._ended(payload, failure, request_id, init_ms, took)
        if failure is None and self._setup.function.edge is not None:
            refused = refusal(event, payload)
            if refused is not None:
                payload, failure = refused, Failure.REFUSED
        return self._outcome(payload, failure, request_id, init_ms, took, tuple(facts.get("left", ())))

    def _after_response(
        self, returned: Optional[Happened], request_id: str, init_ms: Optional[float], took: float
    ) -> Outcome:
        if returned is None:
            return self._ended(self._timed_out(request_id), Failure.TIMEOUT, request_id, init_ms, took)
        payload, failure = self._exited(returned, request_id)
        return self._ended(payload, failure, request_id, init_ms, took, returned)

    def _wait(self, kinds: Sequence[str], deadline: float) -> Optional[Happened]:
        """Return the first thing of some kinds to happen, or None at the deadline."""
        while True:
            try:
                happened = self._happenings.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                return None
            if happened.what in kinds:
                return happened

    def _exited(self, happened: Happened, request_id: str) -> tuple[bytes, Failure]:
        facts = happened.facts or {}
        if "exit" not in facts:
            raise PleasingError(
                f"the function's sandbox was lost: {facts.get('failed') or 'its supervisor ended'}"
            )
        self._last_peak = max(self._last_peak, facts["peak"])
        if facts["reason"] == "memory":
            return self._out_of_memory(request_id), Failure.MEMORY
        status = facts["exit"]
        reason = f"exit status {status}" if status >= 0 else f"signal: {_signal(-status)}"
        message = f"RequestId: {request_id} Error: Runtime exited with error: {reason}"
        if status == 0:
            message = f"RequestId: {request_id} Error: Runtime exited without providing a reason"
        return error_payload("Runtime.ExitError", message), Failure.EXITED

    def _out_of_memory(self, request_id: str) -> bytes:
        message = f"RequestId: {request_id} Error: Runtime exited with error: signal: killed"
        return error_payload("Runtime.OutOfMemory", message)

    def _timed_out(self, request_id: str) -> bytes:
        message = (
            f"RequestId: {request_id} Error: Task timed out after {self._setup.limits.timeout:.2f} seconds"
        )
        return error_payload("Sandbox.Timedout", message)

    def _too_large(self, happened: Happened) -> bytes:
        facts = happened.facts or {}
        return error_payload(
            "Function.ResponseSizeTooLarge",
            f"Response payload size ({facts['size']} bytes) exceeded maximum allowed payload size "
            f"({facts['most']} bytes).",
        )

    def _ended(
        self,
        payload: bytes,
        failure: Failure,
        request_id: str,
        init_ms: Optional[float],
        took: float,
        exited: Optional[Happened] = None,
    ) -> Outcome:
        """Return the outcome of an invocation after which the function has to be started anew."""
        if exited is None or exited.what != "exit":
            if self._sandbox is not None:
                self._sandbox.kill("ended")
            exited = self._wait(("exit", "failed"), time.monotonic() + _RETURN_SECONDS)
        if exited is not None and exited.facts:
            self._last_peak = max(self._last_peak, exited.facts.get("peak", 0))
        log = self._stop()
        return self._outcome(payload, failure, request_id, init_ms, took, (), log)

    def _outcome(
        self,
        payload: bytes,
        failure: Optional[Failure],
        request_id: str,
        init_ms: Optional[float],
        took: float,
        left: tuple[str, ...],
        log: Optional[str] = None,
    ) -> Outcome:
        return Outcome(
            payload=payload,
            failure=failure,
            request_id=request_id,
            log=self._log.take() if log is None else log,
            init_ms=init_ms,
            invoke_ms=took,
            peak=self._last_peak,
            left=left,
            notes=tuple(self.notes),
        )

    def _stop(self) -> str:
        """End everything, and return what was logged last."""
        if self._sandbox is None:
            return ""
        self._sandbox.close()
        self._sandbox = None
        self._api.close()
        log = self._log.take()
        self._log.close()
        if self._coverage_ends is not None:
            self._take_coverage(self._coverage_ends[0])
            self._coverage_ends = None
        return log

    def _take_coverage(self, descriptor: int) -> None:
        with os.fdopen(descriptor, "rb") as stream:
            written = stream.read()
        # Nothing, where it was killed.
        for name, (statements, missing) in (json.loads(written) if written else {}).items():
            ran, known = self.lines.setdefault(name, (set(), set()))
            known.update(statements)
            ran.update(set(statements) - set(missing))

    def _note_client(self, happened: Happened) -> None:
        note = "awslambdaric's native client does not load here; one in Python stands in for it"
        if "stand-in" in (happened.facts or {}).get("agent", "") and note not in self.notes:
            self.notes.append(note)


def _signal(number: int) -> str:
    import signal

    # As Go's runtime words them, which Lambda's messages show.
    words = {9: "killed", 11: "segmentation fault", 6: "aborted", 15: "terminated"}
    return words.get(number) or signal.strsignal(number) or str(number)


def _weaker(isolation: str, said: str) -> str:
    if isolation == SHARED_PROCESSES:
        return f"the function sees this machine's processes, as it cannot have ids of its own here ({said})"
    return (
        f"the function is not separated from this machine's files and network, as that takes user namespaces ({said}): "
        "it can read files outside of its zip, write where you can, and use the network; its /tmp is the machine's, "
        "and has no size"
    )
