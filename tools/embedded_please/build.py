"""A build makes targets and what they need, several at a time, each after what it needs."""

from __future__ import annotations

import queue
from concurrent.futures import ThreadPoolExecutor
from typing import Callable, Union

from tools.embedded_please.action import Action, Result, Runner
from tools.embedded_please.labels import Label
from tools.embedded_please.loader import Loader
from tools.embedded_please.progress import Progress
from tools.embedded_please.target import Target
from tools.errors import PleasingError


class Build:
    """Runs actions on threads; BUILD files and their functions are read on the calling thread only.

    Args:
        loader: Knows the targets.
        runner: Runs actions.
        threads: How many actions to run at once.
        progress: Shows what is done.
        verbose: Whether to show what successful actions print.
    """

    def __init__(
        self, loader: Loader, runner: Runner, threads: int, progress: Progress, verbose: bool
    ) -> None:
        self._loader = loader
        self._runner = runner
        self._progress = progress
        self._verbose = verbose
        self._pool = ThreadPoolExecutor(threads)
        self._finished: queue.SimpleQueue[tuple[Target, Union[Result, BaseException]]] = queue.SimpleQueue()
        self._targets: dict[Label, Target] = {}
        self._blockers: dict[Label, set[Label]] = {}
        self._dependents: dict[Label, set[Label]] = {}
        self._ready: list[Target] = []
        self._prepared: set[Label] = set()
        self._path: dict[Label, None] = {}
        self._results: dict[Label, Result] = {}
        self._running = 0
        self.failed: dict[Label, tuple[str, ...]] = {}
        loader.build = self._build_for_subinclude

    def run(self, targets: list[Target]) -> None:
        """Builds targets; those that fail are in `failed` afterwards, with all that depend on them.

        Args:
            targets: The targets.
        """
        for target in targets:
            self._schedule(target)
        wanted = {target.label for target in targets}
        while True:
            while self._ready:
                self._start(self._ready.pop(0))
            done = wanted <= self._results.keys() | self.failed.keys()
            # What runs beside a failure may fail too, and is to be told with it.
            if not self._running or (done and not self.failed):
                break
            self._complete(*self._finished.get())

    def problems(self) -> list[str]:
        """Returns the problems of all that failed, each once."""
        return list(dict.fromkeys(problem for problems in self.failed.values() for problem in problems))

    def close(self) -> None:
        """Ends what still runs."""
        self._runner.stop()
        self._pool.shutdown(wait=True)

    def record_of(self, target: Target) -> Result:
        """Returns what came of a target that has been built.

        Args:
            target: The target.
        """
        return self._results[target.label]

    def _build_for_subinclude(self, target: Target) -> None:
        self.run([target])
        if target.label in self.failed:
            raise PleasingError(self.problems() or f"{target} could not be built")

    def _schedule(self, target: Target) -> None:
        label = target.label
        if label in self._path:
            circle = [*self._path, label]
            names = " -> ".join(str(each) for each in circle[circle.index(label) :])
            raise PleasingError(f"targets depend on each other in a circle: {names}")
        if label in self._targets:
            return
        self._path[label] = None
        try:
            self._loader.graph.check(target)
            self._wait_for(target, self._loader.graph.prerequisites(target))
        except PleasingError as error:
            self._targets[label] = target
            self._fail(target, error.problems)
        finally:
            self._path.pop(label, None)

    def _wait_for(self, target: Target, needed: list[Target]) -> None:
        """Holds a target back until others are built."""
        label = target.label
        for each in needed:
            self._schedule(each)
        if label not in self._targets:
            self._targets[label] = target
            self._progress.total += 1
        if any(each.label in self.failed for each in needed):
            self._fail(target, ())
            return
        blockers = {each.label for each in needed if each.label not in self._results}
        self._blockers[label] = blockers
        for blocker in blockers:
            self._dependents.setdefault(blocker, set()).add(label)
        if not blockers:
            self._ready.append(target)

    def _start(self, target: Target) -> None:
        label = target.label
        try:
            if target.pre_build and label not in self._prepared:
                self._prepared.add(label)
                self._call(target, lambda: target.pre_build and target.pre_build(label.name))
            # What has been built since may have added dependencies.
            needed = self._loader.graph.prerequisites(target)
            if any(each.label not in self._results for each in needed):
                self._wait_for(target, needed)
                return
            action: Action = self._runner.prepare(target)
        except PleasingError as error:
            self._fail(target, error.problems)
            return
        self._running += 1
        self._pool.submit(self._work, target, action)

    def _work(self, target: Target, action: Action) -> None:
        try:
            self._finished.put((target, self._runner.run(action)))
        except BaseException as error:
            self._finished.put((target, error))

    def _complete(self, target: Target, outcome: Union[Result, BaseException]) -> None:
        label = target.label
        self._running -= 1
        if isinstance(outcome, PleasingError):
            self._fail(target, outcome.problems)
            return
        if isinstance(outcome, OSError):
            self._fail(target, (f"{target}: {outcome}",))
            return
        if isinstance(outcome, BaseException):
            raise outcome
        try:
            if target.post_build:
                lines = outcome.stdout.strip().split("\n")
                self._call(target, lambda: target.post_build and target.post_build(label.name, lines))
            if outcome.record is None:
                self._runner.collect(outcome)
        except (PleasingError, OSError) as error:
            self._fail(
                target, error.problems if isinstance(error, PleasingError) else (f"{target}: {error}",)
            )
            return
        if outcome.record is not None and target.output_dirs:
            for out in outcome.record.outs:
                if not any(out in named for named in target.named_outs.values()):
                    target.add_out(out)
        self._results[label] = outcome
        self._progress.done += 1
        self._progress.ran += outcome.ran and target.kind != "filegroup"
        if self._verbose and outcome.output.strip():
            self._progress.line(f"{target}:\n{outcome.output.rstrip()}")
        for dependent in sorted(self._dependents.pop(label, ())):
            self._blockers[dependent].discard(label)
            if not self._blockers[dependent] and dependent not in self.failed:
                self._ready.append(self._targets[dependent])

    def _call(self, target: Target, function: Callable[[], object]) -> None:
        """Runs a function of a BUILD file for one of its targets."""
        with self._loader.scope(self._loader.package(target.label, str(target)), str(target)):
            function()

    def _fail(self, target: Target, problems: tuple[str, ...]) -> None:
        if target.label in self.failed:
            return
        self.failed[target.label] = problems
        for dependent in sorted(self._dependents.pop(target.label, ())):
            self._fail(self._targets[dependent], ())
