"""Watch: tells when a file was written anew."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path
from typing import Callable, Optional

_SECONDS = 0.25


class Watch:
    """A thread that looks at a file.

    Args:
        path: The file.
        changed: Called when it was written anew and has not changed since the last look.
    """

    def __init__(self, path: Path, changed: Callable[[], None]) -> None:
        self._path = path
        self._changed = changed
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, args=(self._state(),), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop looking."""
        self._stop.set()
        self._thread.join()

    def _look(self, known: Optional[tuple[int, int, int]]) -> None:
        before = known
        while not self._stop.wait(_SECONDS):
            now = self._state()
            if now is not None and now != known and now == before:
                known = now
                self._changed()
            before = now

    def _state(self) -> Optional[tuple[int, int, int]]:
        with contextlib.suppress(OSError):
            status = self._path.stat()
            return status.st_ino, status.st_mtime_ns, status.st_size
        return None
