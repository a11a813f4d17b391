"""Measure: commands are run, and what they took is put together."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from bench.measure import Cost, Sample, interleaved, run, sample
from tools.errors import PleasingError


def test_command_costs_time_and_memory(tmp_path: Path) -> None:
    program = "data = bytearray(60_000_000); import time; time.sleep(0.2)"
    cost = run([sys.executable, "-c", program], tmp_path, dict(os.environ))
    assert cost.seconds >= 0.2
    assert cost.cpu > 0
    assert cost.peak >= 60_000_000


def test_failed_command_is_told_with_the_end_of_its_output(tmp_path: Path) -> None:
    program = "print('first'); print('out of paper'); raise SystemExit(3)"
    with pytest.raises(PleasingError) as raised:
        run([sys.executable, "-c", program], tmp_path, dict(os.environ))
    assert "ended with status 3:\nfirst\nout of paper" in str(raised.value)


def test_costs_of_commands_that_follow_each_other_are_added() -> None:
    assert Cost(1.0, 0.5, 300) + Cost(2.0, 0.25, 200) == Cost(3.0, 0.75, 300)


def test_what_is_compared_takes_turns() -> None:
    order: list[tuple[str, int]] = []

    def measured(name: str, number: int) -> Cost:
        order.append((name, number))
        return Cost(float(number), 0.0, number)

    first, second = interleaved(
        2, [lambda number: measured("a", number), lambda number: measured("b", number)]
    )
    assert order == [("a", 0), ("b", 0), ("a", 1), ("b", 1)]
    assert first == second == Sample((Cost(0.0, 0.0, 0), Cost(1.0, 0.0, 1)))


def test_sample_has_its_median_and_its_ends() -> None:
    taken = iter([5.0, 1.0, 3.0])
    found = sample(3, lambda number: Cost(next(taken), 0.0, 10 * number))
    assert (found.least, found.median, found.most, found.peak) == (1.0, 3.0, 5.0, 20)
