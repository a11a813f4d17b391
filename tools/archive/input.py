"""An input file, read at any offset; the counterpart of `output`."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from tools.errors import PleasingError


class Input:
    """A regular file, open for reading.

    Args:
        path: The file.
        label: What messages call it.
        kind: What it should be, for messages: `PEX`, `wheel`.

    Attributes:
        label: What messages call it.
        kind: What it should be.
        size: In bytes.

    Raises:
        PleasingError: It cannot be opened, or is not a regular file.
    """

    def __init__(self, path: Path, label: str, kind: str) -> None:
        self._path = path
        self.label = label
        self.kind = kind
        try:
            # O_NONBLOCK: opening a pipe does not wait for its other end. It is refused below.
            self._fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError as error:
            raise PleasingError(f"cannot read {label}: {error.strerror}") from error
        self._stat = os.fstat(self._fd)
        self.size = self._stat.st_size
        if not stat.S_ISREG(self._stat.st_mode):
            self.close()
            raise self.error(f"is neither a file nor a folder; hand over a {kind}")

    def close(self) -> None:
        """Close the file. Closing it again does nothing."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def error(self, problem: str) -> PleasingError:
        """Return an error about the file.

        Args:
            problem: What is wrong; the message begins with the label.
        """
        return PleasingError(f"{self.label} {problem}")

    def check_unchanged(self) -> None:
        """Check that the file has not been written to since it was opened.

        Raises:
            PleasingError: Its size, time or identity has changed, so what was read may be of two states.
        """
        before = self._stat
        try:
            now = os.stat(self._path)
        except OSError as error:
            raise self.error(f"went away while it was read: {error.strerror}") from error
        if (before.st_size, before.st_mtime_ns, before.st_ino) != (now.st_size, now.st_mtime_ns, now.st_ino):
            raise self.error("changed while it was read; build again when nothing writes to it")

    def read_some(self, size: int, offset: int) -> bytes:
        """Return the bytes at an offset, or fewer; none at the file's end.

        Args:
            size: Bytes, at most.
            offset: Where they begin.

        Raises:
            PleasingError: They cannot be read.
        """
        try:
            return os.pread(self._fd, size, offset)
        except OSError as error:
            raise PleasingError(f"cannot read {self.label}: {error.strerror}") from error

    def read(self, size: int, offset: int) -> bytes:
        """Return the bytes at an offset; fewer only where the file ends.

        Args:
            size: Bytes.
            offset: Where they begin.

        Raises:
            PleasingError: They cannot be read.
        """
        data = self.read_some(size, offset)
        while len(data) < size:
            more = self.read_some(size - len(data), offset + len(data))
            if not more:
                break
            data += more
        return data
