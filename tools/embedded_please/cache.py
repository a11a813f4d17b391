"""A cache says what the outputs in plz-out were built from, the last of each target, and keeps them below a size."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import time
from pathlib import Path
from typing import Any, NamedTuple, Optional


class Record(NamedTuple):
    """What is known of a target that was built."""

    key: str  # the hash of all that it was built from
    folder: str  # relative to the root of the repository
    outs: dict[str, str]  # the hash of each output, by its path in the folder
    printed: str  # by its command, on standard output
    size: int  # of all outputs, in bytes
    needed: float  # when the last build that needed it began, in seconds since 1970


class Cache:
    """What was built from what, in one JSON file; what an engine with another hash has built is built again."""

    def __init__(self, root: Path, engine: str) -> None:
        self._root, self._engine, self._now = root, engine, time.time()
        self._path = root / "plz-out" / "embedded" / "state.json"
        self._stamps: dict[str, list[Any]] = {}  # path -> time in ns, bytes, inode, SHA-256
        self._records: dict[str, Record] = {}  # by target
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError):  # none yet, or of another form
            state = json.loads(self._path.read_text(encoding="utf-8"))
            self._records = {target: Record(*record) for target, record in state["records"].items()}
            self._stamps = state["stamps"]

    def key(self, inputs: object) -> str:
        """Return the hash of all that a target is built from, this engine included."""
        return hashlib.sha256(json.dumps([self._engine, inputs]).encode()).hexdigest()

    def hash(self, path: Path) -> str:
        """Return the hash of a folder or a file, which is read only if its time, size or inode changed."""
        if path.is_dir():
            return self.key([[each.name, self.hash(each)] for each in sorted(path.iterdir())])
        status = path.stat()
        stamp = [status.st_mtime_ns, status.st_size, status.st_ino]
        known = self._stamps.get(str(path))
        if known is None or known[:3] != stamp:
            known = self._stamps[str(path)] = [*stamp, hashlib.sha256(path.read_bytes()).hexdigest()]
        return str(known[3]) + ("x" if status.st_mode & 0o100 else "")

    def printed(self, target: str, key: str) -> Optional[str]:
        """Return what a target printed when it was built from the same inputs; None if it must be built."""
        record = self._records.get(target)
        if record and record.key == key:
            with contextlib.suppress(OSError):  # one may not be there any more
                folder = self._root / record.folder
                if all(self.hash(folder / out) == known for out, known in record.outs.items()):
                    self._records[target] = record._replace(needed=self._now)
                    return record.printed
        return None

    def add(self, target: str, key: str, folder: Path, outs: list[str], printed: str) -> None:
        """Notes that the outputs of a target are in place."""
        hashes = {out: self.hash(self._root / folder / out) for out in outs}
        places = [self._root / folder / out for out in outs]
        size = sum(file.stat().st_size for place in places for file in (place, *place.rglob("*")))
        self._records[target] = Record(key, str(folder), hashes, printed, size, self._now)

    def save(self, limit: int) -> None:
        """Remove what is too much, and write down what was learnt.

        Args:
            limit: How many bytes of outputs are kept. Those that this build needed stay even if they are more; of
                the others go first those that were not needed for the longest time.
        """
        records = sorted(self._records.items(), key=lambda item: item[1].needed)
        staying = {(each.folder, out) for _, each in records if each.needed == self._now for out in each.outs}
        size = sum(record.size for _, record in records)
        for target, record in records:
            if size > limit and record.needed < self._now:
                for out in (out for out in record.outs if (record.folder, out) not in staying):
                    remove(self._root / record.folder / out)
                size -= record.size
                del self._records[target]
        stamps = {path: stamp for path, stamp in self._stamps.items() if os.path.exists(path)}
        new = self._path.with_suffix(".new")
        new.write_text(json.dumps({"stamps": stamps, "records": self._records}))
        new.replace(self._path)


def remove(path: Path) -> None:
    """Remove a file or folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
