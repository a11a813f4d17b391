"""Stopping: a request to end that comes by a signal ends the tool in good order, so that nothing is left."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType
from typing import Optional


@contextlib.contextmanager
def stopping() -> Iterator[None]:
    """Treat SIGTERM and SIGHUP as Ctrl-C."""
    before = {number: signal.signal(number, _stop) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(number: int, frame: Optional[FrameType]) -> None:
    raise KeyboardInterrupt
