"""Processes: which of them are the function's, and the memory that they take, as `/proc` has it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

_PAGE = os.sysconf("SC_PAGE_SIZE")
_SHOWN = 200


def own_processes() -> Iterator[int]:
    """Yield the ids of all processes in this namespace but the first, which is the supervisor."""
    for name in os.listdir("/proc"):
        if name.isdigit() and name != "1":
            yield int(name)


def descendants(process: int) -> Iterator[int]:
    """Yield the ids of the processes below one.

    Args:
        process: Its id.
    """
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{process}/task"):
            with open(f"/proc/{process}/task/{thread}/children") as stream:
                children = [int(child) for child in stream.read().split()]
            for child in children:
                yield child
                yield from descendants(child)


def resident(process: int) -> int:
    """Return the bytes of memory that a process has now; 0 where it is gone.

    Args:
        process: Its id.
    """
    with contextlib.suppress(OSError, IndexError), open(f"/proc/{process}/statm") as stream:
        return int(stream.read().split()[1]) * _PAGE
    return 0


def most_resident(process: int) -> int:
    """Return the most bytes of memory that a process has had; 0 where that is not known.

    Args:
        process: Its id.
    """
    with contextlib.suppress(OSError, IndexError), open(f"/proc/{process}/status") as stream:
        for line in stream:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


def is_running(process: int) -> bool:
    """Return whether a process runs: it is there, and not only waits for its parent to look.

    Args:
        process: Its id.
    """
    with contextlib.suppress(OSError), open(f"/proc/{process}/stat") as stream:
        return stream.read().rpartition(")")[2].split()[0] not in "ZX"
    return False


def command_of(process: int) -> str:
    """Return what a process was started as.

    Args:
        process: Its id.
    """
    with contextlib.suppress(OSError), open(f"/proc/{process}/cmdline", "rb") as stream:
        line = stream.read().replace(b"\0", b" ").decode("utf-8", "replace").strip()
        return line if len(line) <= _SHOWN else line[:_SHOWN] + "..."
    return ""
