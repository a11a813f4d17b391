"""Please: runs the real one with a time limit, and shows what it waited for where it hangs."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

# Builds that download have this long. A hang lasts for ever, so that any limit finds it.
LIMIT = 300.0

# Please needs a moment to write its goroutines down.
_LAST_WORDS = 20.0


class Run(NamedTuple):
    """What a command did.

    Attributes:
        status: Its exit status.
        stdout: What it wrote to standard output.
        stderr: What it wrote to standard error.
    """

    status: int
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        """Both streams."""
        return self.stdout + self.stderr


def run_please(
    arguments: Sequence[str], folder: Path, variables: Mapping[str, str] = {}, limit: float = LIMIT
) -> Run:
    """Run Please in a repository.

    Args:
        arguments: Its arguments, such as `build`, `//svc:lambda`.
        folder: The repository.
        variables: Environment variables besides the test's own.
        limit: Seconds, after which the test fails and shows Please's goroutines.
    """
    return run_limited(["plz", "--plain_output", "--noupdate", *arguments], folder, variables, limit)


def run_limited(
    command: Sequence[str], folder: Path, variables: Mapping[str, str] = {}, limit: float = LIMIT
) -> Run:
    """Run a command, and fail the test where it does not end.

    Args:
        command: The command. A program in Go shows its goroutines in the failure: SIGTRAP has it do so, as Please
            catches QUIT and ABRT.
        folder: Where it runs.
        variables: Environment variables besides the test's own.
        limit: Seconds.
    """
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, "GOTRACEBACK": "all", **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # So that what it has started ends with it.
        start_new_session=True,
    )
    try:
        out, err = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGTRAP)
        try:
            out, err = process.communicate(timeout=_LAST_WORDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
        pytest.fail(f"{' '.join(command)} has not ended after {limit:.0f} s:\n{out}{err}")
    return Run(process.returncode, out, err)
