"""Progress of a build, a line a target; on a terminal one line that changes."""

from __future__ import annotations

import shutil
import sys
import threading
import time


class Progress:
    """Tells on standard error what is being done.

    Args:
        plain: Whether to write lines only, as for a log.
        verbose: Whether messages of low levels are shown too.
    """

    def __init__(self, plain: bool, verbose: bool) -> None:
        self._live = not plain and sys.stderr.isatty()
        self._verbose = verbose
        self._lock = threading.Lock()
        self._started = time.monotonic()
        self.total = 0
        self.done = 0
        self.ran = 0

    def step(self, text: str) -> None:
        """Shows what is being done now.

        Args:
            text: The target and what becomes of it.
        """
        line = f"[{self.done}/{self.total}] {text}" if self.total else text
        with self._lock:
            if self._live:
                width = shutil.get_terminal_size().columns - 1
                sys.stderr.write(f"\r\033[K{line[:width]}")
            else:
                sys.stderr.write(line + "\n")
            sys.stderr.flush()

    def line(self, text: str) -> None:
        """Writes a line that stays.

        Args:
            text: The line; it may hold several.
        """
        with self._lock:
            sys.stderr.write(("\r\033[K" if self._live else "") + text + "\n")
            sys.stderr.flush()

    def log(self, level: str, text: str) -> None:
        """Shows a message of a BUILD file.

        Args:
            level: How grave it is.
            text: The message.
        """
        if self._verbose or level in ("warning", "error"):
            self.line(text)

    def finish(self, failed: bool) -> None:
        """Says how the build ended.

        Args:
            failed: Whether a target failed.
        """
        seconds = time.monotonic() - self._started
        if failed:
            self.line(f"Build failed after {seconds:.2f} s.")
        elif self.ran:
            self.line(
                f"Build finished in {seconds:.2f} s: {self.ran} of {self.total} targets run, "
                "the rest was up to date."
            )
        else:
            self.line(f"Nothing to do: all {self.total} targets are up to date ({seconds:.2f} s).")
