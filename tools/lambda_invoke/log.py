"""Log: what the function writes to its standard output and error, as it comes."""

from __future__ import annotations

import os
import select
import threading
from typing import Callable

# awslambdaric parts the lines of an error by this, so that Lambda's log keeps them together, and indents with
# no-break spaces.
_LINE, _INDENT = "\r", "\u00a0"
_KEPT = 4 << 20


class Log:
    """A pipe's reading end, read by a thread of its own.

    Args:
        descriptor: The reading end, which is closed with it.
        rewrite: Makes of a piece of the log what is shown.
        show: Where each piece goes.
    """

    def __init__(self, descriptor: int, rewrite: Callable[[str], str], show: Callable[[str], None]) -> None:
        self._descriptor = descriptor
        self._rewrite = rewrite
        self._show = show
        self._lock = threading.Lock()
        self._text = ""
        self._pending = b""
        self._open = True
        os.set_blocking(descriptor, False)
        self._thread = threading.Thread(target=self._pump, daemon=True)
        self._thread.start()

    def take(self) -> str:
        """Return what was written since the last time, all of it that has been written by now."""
        with self._lock:
            self._drain()
            self._flush()
            text, self._text = self._text, ""
            return text

    def close(self) -> None:
        """Read what is left, and close."""
        with self._lock:
            self._drain()
            self._flush()
            self._open = False
        self._thread.join()
        os.close(self._descriptor)

    def _pump(self) -> None:
        while True:
            ready = select.select([self._descriptor], [], [], 0.05)[0]
            with self._lock:
                if not self._open or (ready and not self._drain()):
                    return

    def _drain(self) -> bool:
        """Read what there is; return whether more may come."""
        while True:
            try:
                piece = os.read(self._descriptor, 1 << 16)
            except BlockingIOError:
                return True
            if not piece:
                return False
            self._pending += piece
            whole = self._pending.rfind(b"\n") + 1
            self._put(self._pending[:whole])
            self._pending = self._pending[whole:]

    def _flush(self) -> None:
        self._put(self._pending)
        self._pending = b""

    def _put(self, piece: bytes) -> None:
        if not piece:
            return
        text = piece.decode("utf-8", "backslashreplace").replace(_LINE, "\n").replace(_INDENT, " ")
        text = self._rewrite(text)
        self._text = (self._text + text)[-_KEPT:]
        self._show(text)
