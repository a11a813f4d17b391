"""A cache knows what was built from what, so that nothing is built twice."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import stat
from pathlib import Path
from typing import Any, Optional

# Raised when what is recorded changes its meaning.
FORMAT = 1


class Hashes:
    """Hashes of files, read again only if time, size or inode say that a file has changed.

    Args:
        stamps: Those of an earlier run: path -> time in ns, size in bytes, inode, hash.
    """

    def __init__(self, stamps: dict[str, list[Any]]) -> None:
        self._old = stamps
        self.stamps: dict[str, list[Any]] = {}

    def of(self, path: str) -> str:
        """Returns the hash of a file, or of a folder with all that is in it.

        Args:
            path: Its path.

        Raises:
            OSError: If it cannot be read.
        """
        status = os.lstat(path)
        if stat.S_ISLNK(status.st_mode):
            return "link:" + os.readlink(path)
        if stat.S_ISDIR(status.st_mode):
            entries = [f"{name}\0{self.of(os.path.join(path, name))}" for name in sorted(os.listdir(path))]
            return "folder:" + hashlib.sha256("\0".join(entries).encode()).hexdigest()
        stamp = [status.st_mtime_ns, status.st_size, status.st_ino]
        known = self.stamps.get(path) or self._old.get(path)
        if known is None or known[:3] != stamp:
            known = [*stamp, digest(path)]
        self.stamps[path] = known
        return str(known[3]) + ("x" if status.st_mode & 0o100 else "")

    def merged(self) -> dict[str, list[Any]]:
        """Returns what to keep for the next run."""
        kept = {
            path: stamp
            for path, stamp in self._old.items()
            if path not in self.stamps and os.path.exists(path)
        }
        return {**kept, **self.stamps}


def digest(path: str) -> str:
    """Returns the SHA-256 of a file in hex.

    Args:
        path: The file.
    """
    sha = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(1 << 20):
            sha.update(chunk)
    return sha.hexdigest()


class Record:
    """What an action gave.

    Args:
        key: Hash of all that it was made from.
        outs: Its outputs, by their paths in the package.
        optional: Those of its optional outputs that it made.
        hashes: Hash of each of both.
        stdout: What it printed.
    """

    def __init__(
        self, key: str, outs: list[str], optional: list[str], hashes: dict[str, str], stdout: str
    ) -> None:
        self.key = key
        self.outs = outs
        self.optional = optional
        self.hashes = hashes
        self.stdout = stdout

    def values(self) -> list[Any]:
        """Returns the arguments that make this record."""
        return [self.key, self.outs, self.optional, self.hashes, self.stdout]


class Cache:
    """Records of every target's last build, and the outputs of earlier ones.

    Args:
        root: Folder of the user's repository.
    """

    def __init__(self, root: Path) -> None:
        self._folder = root / "plz-out" / "embedded"
        self._state = self._folder / "state.json"
        state: dict[str, Any] = {}
        with contextlib.suppress(OSError, ValueError):
            state = json.loads(self._state.read_text(encoding="utf-8"))
        if state.get("format") != FORMAT:
            state = {}
        self.hashes = Hashes(state.get("stamps", {}))
        self.records = {label: Record(*values) for label, values in state.get("records", {}).items()}
        self._before = (dict(state.get("stamps", {})), {k: r.values() for k, r in self.records.items()})

    def save(self) -> None:
        """Writes down what has been learnt, for the next run."""
        stamps = self.hashes.merged()
        records = {label: record.values() for label, record in self.records.items()}
        if (stamps, records) == self._before:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        temporary = self._state.with_suffix(f".{os.getpid()}")
        temporary.write_text(
            json.dumps({"format": FORMAT, "stamps": stamps, "records": records}), encoding="utf-8"
        )
        temporary.replace(self._state)

    def store(self, record: Record, folder: Path) -> None:
        """Keeps the outputs of an action for a build from the same inputs later on.

        Args:
            record: What the action gave.
            folder: The folder that its outputs are in.
        """
        place = self._place(record.key)
        shutil.rmtree(place, ignore_errors=True)
        for out in [*record.outs, *record.optional]:
            link(folder / out, place / "out" / out)
        place.mkdir(parents=True, exist_ok=True)
        (place / "record.json").write_text(json.dumps(record.values()), encoding="utf-8")

    def restore(self, key: str, folder: Path) -> Optional[Record]:
        """Puts outputs that were kept back in place.

        Args:
            key: Hash of what they were made from.
            folder: The folder that they belong into.

        Returns:
            What the action gave, None if it was never run.
        """
        place = self._place(key)
        try:
            record = Record(*json.loads((place / "record.json").read_text(encoding="utf-8")))
            for out in [*record.outs, *record.optional]:
                replace(place / "out" / out, folder / out)
        except (OSError, ValueError):
            return None
        return record

    def _place(self, key: str) -> Path:
        return self._folder / "cache" / key[:2] / key


def link(source: Path, target: Path) -> None:
    """Makes a file or folder appear in a second place, at no cost where the file system can do that.

    Args:
        source: Where it is.
        target: Where it shall be too; nothing is there.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_symlink():
        target.symlink_to(os.readlink(source))
    elif source.is_dir():
        target.mkdir(exist_ok=True)
        for entry in source.iterdir():
            link(entry, target / entry.name)
    else:
        try:
            os.link(source, target)
        except OSError:
            shutil.copy2(source, target)


def copy(source: Path, target: Path) -> None:
    """Copies a file or folder with its modes, so that the copy can be changed.

    Args:
        source: Where it is.
        target: Where the copy shall be; nothing is there.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir() and not source.is_symlink():
        shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)
    else:
        shutil.copy(source, target, follow_symlinks=True)


def remove(path: Path) -> None:
    """Removes a file or folder, if it is there.

    Args:
        path: The file or folder.
    """
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def replace(source: Path, target: Path) -> None:
    """Links a file or folder to a place in place of what is there.

    Args:
        source: Where it is.
        target: Where it shall be too.
    """
    remove(target)
    link(source, target)
