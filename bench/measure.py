"""Measurement: what a command took."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Callable, NamedTuple, Optional

from tools.errors import PleasingError


class Cost(NamedTuple):
    """What one or several commands took.

    Attributes:
        seconds: From start to end.
        cpu: Seconds of processor time, of the commands and those that they waited for.
        peak: Bytes of memory that the largest of these processes held at once.
    """

    seconds: float
    cpu: float
    peak: int

    def __add__(self, other: object) -> Cost:
        if not isinstance(other, Cost):
            return NotImplemented
        return Cost(self.seconds + other.seconds, self.cpu + other.cpu, max(self.peak, other.peak))


class Sample(NamedTuple):
    """What the runs of one measurement took, the shortest first."""

    costs: tuple[Cost, ...]

    @property
    def median(self) -> float:
        """Seconds of the run in the middle."""
        return statistics.median(cost.seconds for cost in self.costs)

    @property
    def least(self) -> float:
        """Seconds of the shortest run: what it takes where nothing else runs."""
        return self.costs[0].seconds

    @property
    def most(self) -> float:
        """Seconds of the longest run."""
        return self.costs[-1].seconds

    @property
    def cpu(self) -> float:
        """Seconds of processor time, of the run in the middle."""
        return statistics.median(cost.cpu for cost in self.costs)

    @property
    def peak(self) -> int:
        """Bytes of memory, the most of all runs."""
        return max(cost.peak for cost in self.costs)


def run(
    command: Sequence[object], folder: Path, environment: dict[str, str], log: Optional[Path] = None
) -> Cost:
    """Run a command to its end.

    Args:
        command: The program and its arguments.
        folder: Where it runs.
        environment: Its whole environment.
        log: Where its output goes; a file `bench.log` in the folder where not given.

    Raises:
        PleasingError: It fails.
    """
    words = [str(word) for word in command]
    log = log or folder / "bench.log"
    with log.open("w+b") as output:
        began = time.perf_counter()
        process = subprocess.Popen(
            words,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        # Of this process and of all that it waited for. Linux counts a child's peak from its parent's on, so
        # that this process must stay small itself.
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        tail = log.read_text("utf-8", "replace").strip().splitlines()[-15:]
        raise PleasingError(
            f"{' '.join(words)[:300]} ended with status {process.returncode}:\n" + "\n".join(tail)
        )
    return Cost(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def sample(runs: int, measured: Callable[[int], Cost]) -> Sample:
    """Repeats a measurement.

    Args:
        runs: How often.
        measured: Called with the number of the run, from 0 on.
    """
    return sample_of(measured(number) for number in range(runs))


def interleaved(runs: int, measured: Sequence[Callable[[int], Cost]]) -> list[Sample]:
    """Repeats several measurements in turn, so that what else the machine does falls on all of them alike.

    Args:
        runs: How often each.
        measured: Called with the number of the run, from 0 on.
    """
    costs = [[one(number) for one in measured] for number in range(runs)]
    return [sample_of(column) for column in zip(*costs)]


def sample_of(costs: Iterable[Cost]) -> Sample:
    """Return costs as a sample, sorted.

    Args:
        costs: At least one.
    """
    return Sample(tuple(sorted(costs)))
