"""Output: files that come to be whole, together, or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import stat
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, BinaryIO, Optional

from tools.errors import PleasingError

# Attempts to give a file its name while somebody else makes files of that name.
_ATTEMPTS = 100


class Outputs:
    """Files that appear under their names all at once, when the work is done; on any failure none does.

    Each is written beside its place, without a name where the system can (Linux, `O_TMPFILE`), so that a run
    that is killed leaves nothing behind. What had the name before stays until then, and goes when the run
    fails.
    """

    def __init__(self) -> None:
        self._files: list[tuple[BinaryIO, Path, Optional[Path]]] = []
        self._before: Any = None

    def __enter__(self) -> Outputs:
        # A build's signal ends the run as an exception does, so that what is below cleans up.
        with contextlib.suppress(ValueError):  # not in the main thread
            self._before = signal.signal(signal.SIGTERM, _raise_exit)
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        for file, path, temporary in self._files:
            with contextlib.suppress(OSError):
                file.close()
            with contextlib.suppress(OSError):
                if temporary is not None:
                    temporary.unlink()
            if error is not None:
                # What an earlier run left would be taken for this one's.
                with contextlib.suppress(OSError):
                    path.unlink()
        self._files.clear()
        if self._before is not None:
            signal.signal(signal.SIGTERM, self._before)

    def open(self, path: Path) -> BinaryIO:
        """Open a file for writing; its name comes to be with `commit`.

        Args:
            path: Where it is to be.

        Raises:
            PleasingError: The folder is not there or cannot be written to, or the name is that of a folder,
                of a device, or of another output.
        """
        problem = _place_problem(path)
        if problem:
            raise PleasingError(f"cannot write {path}: {problem}")
        if any(_same_place(path, other) for _, other, _ in self._files):
            raise PleasingError(f"cannot write {path}: another output has that name; give each its own")
        try:
            file, temporary = _open_beside(path)
        except OSError as error:
            raise _cannot_write(path, error) from error
        self._files.append((file, path, temporary))
        return file

    def commit(self) -> None:
        """Give the files their names.

        Raises:
            PleasingError: One cannot be written or named; then none is left.
        """
        for file, path, _ in self._files:
            try:
                os.fchmod(file.fileno(), 0o644)
            except OSError as error:
                raise _cannot_write(path, error) from error
        # No name is ever that of one new and one old file: all old ones go before the first new one comes.
        for _, path, _ in self._files:
            _unlink_old(path)
        for index, (file, path, temporary) in enumerate(self._files):
            try:
                if temporary is None:
                    _link(file, path)
                else:
                    os.replace(temporary, path)
                    self._files[index] = (file, path, None)
            except OSError as error:
                raise _cannot_write(path, error) from error


def write_all(file: BinaryIO, data: bytes) -> None:
    """Write bytes to a file without a buffer, of which the system may take a part at a time.

    Args:
        file: Open for writing.
        data: The bytes.

    Raises:
        PleasingError: The disk is full, or the file cannot grow for another reason.
    """
    left = memoryview(data)
    try:
        while left:
            left = left[file.write(left) :]
    except OSError as error:
        raise PleasingError(f"cannot write the output: {error.strerror}; nothing was left") from error


def _cannot_write(path: Path, error: OSError) -> PleasingError:
    return PleasingError(f"cannot write {path}: {error.strerror}")


def _place_problem(path: Path) -> Optional[str]:
    """Return why no file can be at a path, or None."""
    if not os.path.isdir(path.parent):
        return f"there is no folder {path.parent}; make it first"
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        return None
    if stat.S_ISDIR(mode) or (stat.S_ISLNK(mode) and path.is_dir()):
        return "it is a folder; name a file"
    if not stat.S_ISREG(mode) and not stat.S_ISLNK(mode):
        return "it is a device or a pipe; name a file"
    return None


def _same_place(one: Path, other: Path) -> bool:
    return one.name == other.name and os.path.realpath(one.parent) == os.path.realpath(other.parent)


def _open_beside(path: Path) -> tuple[BinaryIO, Optional[Path]]:
    folder = path.parent
    flag = getattr(os, "O_TMPFILE", None)
    if flag is not None and os.path.isdir("/proc/self/fd"):
        try:
            return os.fdopen(os.open(folder, flag | os.O_WRONLY | os.O_CLOEXEC, 0o644), "wb", 0), None
        except OSError as error:
            # File systems without it answer EOPNOTSUPP, systems without it EISDIR; everything else is the
            # user's to know.
            if error.errno not in (errno.EOPNOTSUPP, errno.EINVAL, errno.EISDIR):
                raise
    import tempfile

    number, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=folder)
    return os.fdopen(number, "wb", 0), Path(name)


def _unlink_old(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise _cannot_write(path, error) from error


def _link(file: BinaryIO, path: Path) -> None:
    """Give a nameless file its name in one step: a run that is killed leaves it whole or not at all."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        for _ in range(_ATTEMPTS):
            with contextlib.suppress(FileExistsError):
                # With a folder given, Python calls linkat(2) with AT_SYMLINK_FOLLOW, which open(2) asks for.
                os.link(f"/proc/self/fd/{file.fileno()}", path.name, dst_dir_fd=folder, follow_symlinks=True)
                return
            # Somebody else has just made a file of that name; the last one counts, as it would with a rename.
            _unlink_old(path)
        raise OSError(errno.EEXIST, "somebody else makes files of that name all the time")
    finally:
        os.close(folder)


def _raise_exit(number: int, frame: Optional[FrameType]) -> None:
    raise SystemExit(128 + number)
