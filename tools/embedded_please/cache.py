"""A cache says what the outputs in plz-out were built from; of each target the last are kept, and no others."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import stat
from pathlib import Path
from typing import Any, Optional


class Cache:
    """What was built from what, in one JSON file; what another engine has built is built again."""

    def __init__(self, path: Path, engine: str) -> None:
        self._path, self._engine = path, engine
        state: dict[str, Any] = {}
        with contextlib.suppress(OSError, ValueError):
            state = json.loads(path.read_text(encoding="utf-8"))
        state = state if state.get("engine") == engine else {}
        self._stamps: dict[str, list[Any]] = state.get(
            "stamps", {}
        )  # path -> time in ns, bytes, inode, SHA-256
        self._records: dict[str, Any] = state.get(
            "records", {}
        )  # target -> key, hashes by output, printed text

    def hash(self, path: Path) -> str:
        """Returns the hash of a file or folder; a file is read only if its time, size or inode changed."""
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            entries = [f"{name}\0{self.hash(path / name)}" for name in sorted(os.listdir(path))]
            return hashlib.sha256("\0".join(entries).encode()).hexdigest()
        stamp = [status.st_mtime_ns, status.st_size, status.st_ino]
        known = self._stamps.get(str(path))
        if known is None or known[:3] != stamp:
            digest = hashlib.sha256()
            with path.open("rb") as file:
                while chunk := file.read(1 << 20):
                    digest.update(chunk)
            known = self._stamps[str(path)] = [*stamp, digest.hexdigest()]
        return str(known[3]) + ("x" if status.st_mode & 0o100 else "")

    def printed(self, target: str, key: str, folder: Path) -> Optional[str]:
        """Returns what a target printed when it was built from the same inputs; None if it must be built."""
        known, outs, text = self._records.get(target, ("", {}, ""))
        with contextlib.suppress(OSError):
            if known == key and all(self.hash(folder / out) == outs[out] for out in outs):
                return str(text)
        return None

    def add(self, target: str, key: str, folder: Path, outs: list[str], text: str) -> None:
        """Notes that the outputs of a target are in place."""
        self._records[target] = (key, {out: self.hash(folder / out) for out in outs}, text)

    def save(self) -> None:
        """Writes down what has been learnt; what is not there any more is forgotten."""
        stamps = {path: stamp for path, stamp in self._stamps.items() if os.path.exists(path)}
        new = self._path.with_suffix(".new")
        new.write_text(json.dumps({"engine": self._engine, "stamps": stamps, "records": self._records}))
        new.replace(self._path)


def remove(path: Path) -> None:
    """Removes a file or folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
