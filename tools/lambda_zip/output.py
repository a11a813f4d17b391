"""Output: files that come to be whole, together, or not at all."""

from __future__ import annotations

import contextlib
import os
import signal
import tempfile
from pathlib import Path
from types import FrameType, TracebackType
from typing import BinaryIO, Optional

from tools.errors import PleasingError


class Outputs:
    """Files that appear under their names all at once, when the work is done; on any failure none does.

    Each is written beside its place, without a name where the system can (Linux, `O_TMPFILE`), so that a run that is
    killed leaves nothing behind. What had the name before stays until then, and goes when the run fails.
    """

    def __init__(self) -> None:
        self._files: list[tuple[BinaryIO, Path, Optional[Path]]] = []

    def __enter__(self) -> Outputs:
        # A terminal's or a build's signal ends the run as an exception does, so that what is below cleans up.
        with contextlib.suppress(ValueError):  # not in the main thread
            self._before = signal.signal(signal.SIGTERM, _raise_exit)
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        with contextlib.suppress(ValueError, AttributeError):
            signal.signal(signal.SIGTERM, self._before)
        for file, path, temporary in self._files:
            with contextlib.suppress(OSError):
                file.close()
            if temporary is not None:
                temporary.unlink(missing_ok=True)
            if error is not None:
                # What an earlier run left would be taken for this one's.
                with contextlib.suppress(OSError):
                    path.unlink(missing_ok=True)
        self._files.clear()

    def open(self, path: Path) -> BinaryIO:
        """Opens a file for writing; its name comes to be with `commit`.

        Args:
            path: Where it is to be.

        Raises:
            PleasingError: The folder is not there or cannot be written to, or the name is a folder's.
        """
        if path.is_dir():
            raise PleasingError(f"cannot write {path}: it is a folder; name a file")
        try:
            file, temporary = _open_beside(path)
        except OSError as error:
            raise PleasingError(f"cannot write {path}: {error.strerror}") from error
        self._files.append((file, path, temporary))
        return file

    def commit(self) -> None:
        """Gives the files their names.

        Raises:
            PleasingError: One cannot be written or named; then none is left.
        """
        for index, (file, path, temporary) in enumerate(self._files):
            try:
                file.flush()
                os.fchmod(file.fileno(), 0o644)
                if temporary is None:
                    temporary = _link(file, path)
                    self._files[index] = (file, path, temporary)
            except OSError as error:
                raise PleasingError(f"cannot write {path}: {error.strerror}") from error
        for _, path, temporary in self._files:
            assert temporary is not None
            try:
                os.replace(temporary, path)
            except OSError as error:
                raise PleasingError(f"cannot write {path}: {error.strerror}") from error


def _open_beside(path: Path) -> tuple[BinaryIO, Optional[Path]]:
    folder = path.parent
    flag = getattr(os, "O_TMPFILE", None)
    if flag is not None and os.path.isdir("/proc/self/fd"):
        try:
            return os.fdopen(os.open(folder, flag | os.O_WRONLY | os.O_CLOEXEC, 0o644), "wb", 0), None
        except (IsADirectoryError, NotADirectoryError):
            pass
        except OSError as error:
            # File systems without it answer EOPNOTSUPP; everything else is the user's to know.
            import errno

            if error.errno not in (errno.EOPNOTSUPP, errno.EINVAL):
                raise
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=folder)
    return os.fdopen(number, "wb", 0), Path(name)


def _link(file: BinaryIO, path: Path) -> Path:
    """Gives a nameless file a name beside its place, as a link cannot replace a file."""
    for attempt in range(100):
        name = path.parent / f".{path.name}.{os.getpid()}.{attempt}.part"
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            # With a folder given, Python calls linkat(2) with AT_SYMLINK_FOLLOW, which open(2) asks for.
            os.link(f"/proc/self/fd/{file.fileno()}", name.name, dst_dir_fd=folder, follow_symlinks=True)
        except FileExistsError:
            continue
        finally:
            os.close(folder)
        return name
    raise OSError(17, f"too many files named .{path.name}.*.part")


def _raise_exit(number: int, frame: Optional[FrameType]) -> None:
    raise SystemExit(128 + number)
