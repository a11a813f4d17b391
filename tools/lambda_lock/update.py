"""An update of a BUILD file: what would change in it, shown or written."""

from __future__ import annotations

from pathlib import Path

from tools.errors import PleasingError


def read_old(path: Path) -> str:
    """Return what a file holds; empty where there is none.

    Args:
        path: The file.

    Raises:
        PleasingError: It cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise PleasingError(f"{path} cannot be read ({error})") from None


def difference(old: str, new: str, path: Path, lock: str) -> str:
    """Return a unified diff.

    Args:
        old: What the file holds.
        new: What it would hold.
        path: The file.
        lock: The lock file's name.
    """
    import difflib

    name = str(path)
    lines = difflib.unified_diff(
        old.splitlines(keepends=True), new.splitlines(keepends=True), name, f"{name} from {lock}"
    )
    return "".join(lines)


def write(path: Path, text: str) -> None:
    """Write a file as a whole or not at all; its folder is made where it is not there.

    Args:
        path: The file. Its mode stays.
        text: What it shall hold.

    Raises:
        PleasingError: It cannot be written.
    """
    import os
    import tempfile

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with open(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            os.chmod(temporary, mode)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise PleasingError(f"{path} cannot be written ({error})") from None
