"""Running function: one start of a function, from its sandbox's making until nothing is left of it."""

from __future__ import annotations

import queue
import time
from collections.abc import Sequence
from typing import Callable, Optional

from tools.lambda_invoke.coverage_pipe import CoveragePipe, Lines
from tools.lambda_invoke.launch_plan import launch_plan
from tools.lambda_invoke.log import Log
from tools.lambda_invoke.runtime_api import Event, Happened, RuntimeApi
from tools.lambda_invoke.sandbox import Sandbox
from tools.lambda_invoke.setup import Setup
from tools.lambda_invoke.source_paths import SourcePaths

# What a process that is about to end gets to do so, before it counts as left behind.
_GRACE_SECONDS = 0.2
_RETURN_SECONDS = 2.0


class RunningFunction:
    """The function in its sandbox, the Runtime API that it asks for events, and its log.

    Args:
        setup: How it is to be run.
        isolation: How far it is separated at most.
        paths: Told where the function's files are.
        show: Where its log goes as it comes.
        lines: What its coverage is added to when it has ended, if it is measured.

    Raises:
        PleasingError: It cannot be started for a reason that is not the function's.

    Attributes:
        started: When it was started, by time.monotonic.
        isolation: How far it is separated.
        refused: What the system said where it could not be separated as far as asked.
        peak: The most bytes of memory that its processes had, as far as is known.
    """

    def __init__(
        self, setup: Setup, isolation: str, paths: SourcePaths, show: Callable[[str], None], lines: Lines
    ) -> None:
        self._happenings: queue.Queue[Happened] = queue.Queue()
        self._lines = lines
        self._coverage = CoveragePipe() if setup.measured else None
        write = self._coverage.write if self._coverage else None
        self._sandbox = Sandbox(
            lambda isolation: launch_plan(setup, isolation, write), isolation, self._happenings, write
        )
        if self._coverage:
            self._coverage.passed()
        self.isolation = self._sandbox.isolation
        self.refused = self._sandbox.refused
        self.peak = 0
        paths.place(self._sandbox.folders["task"], self._sandbox.folders["runtime"])
        self._log = Log(self._sandbox.log, paths.in_repository, show)
        limits = setup.limits
        self._api = RuntimeApi(self._sandbox.listening, self._happenings, limits.response, limits.streamed)
        self.started = time.monotonic()

    def give(self, event: Event) -> None:
        """Answer its request for an event.

        Args:
            event: The event.
        """
        self._api.give(event)

    def wait(self, kinds: Sequence[str], deadline: float) -> Optional[Happened]:
        """Return the first thing of some kinds to happen, or None at the deadline.

        Args:
            kinds: Of `Happened.what`.
            deadline: By time.monotonic.
        """
        while True:
            try:
                happened = self._happenings.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                return None
            if happened.what in kinds:
                return happened

    def wait_for_end(self) -> Optional[Happened]:
        """Return the end of its process, or None where that does not come at once."""
        return self.wait(("exit", "failed"), time.monotonic() + _RETURN_SECONDS)

    def left_behind(self) -> tuple[str, ...]:
        """Return the commands of processes beside the interpreter, and learn the peak."""
        facts = self._sandbox.ask(_GRACE_SECONDS)
        self.peak = max(self.peak, facts.get("peak", 0))
        return tuple(facts.get("left", ()))

    def take_log(self) -> str:
        """Return what was logged since the last time."""
        return self._log.take()

    def end(self, exited: Optional[Happened]) -> str:
        """End what still runs, learn the peak, and return what was logged last. Nothing is left.

        Args:
            exited: The end of its process, if that has come.
        """
        if exited is None or exited.what != "exit":
            self._sandbox.kill("ended")
            exited = self.wait_for_end()
        if exited is not None and exited.facts:
            self.peak = max(self.peak, exited.facts.get("peak", 0))
        return self.close()

    def finish(self) -> None:
        """End it in good order where its coverage is measured, so that it can tell it. Nothing is left."""
        if self._coverage:
            # An error in place of an event ends the interpreter.
            self._api.turn_away()
            self.wait_for_end()
        self.close()

    def close(self) -> str:
        """End it at once, and return what was logged last. Nothing is left."""
        self._sandbox.close()
        self._api.close()
        log = self._log.take()
        self._log.close()
        if self._coverage:
            self._coverage.take_into(self._lines)
        return log
