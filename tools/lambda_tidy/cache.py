"""Cache: what was read of files whose content is the same as then, in one file below plz-out.

A file is known by its size and time, and where these differ by the hash of its bytes.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any, Optional

from tools.lambda_tidy.tree import Stat

FILE = "plz-out/lambda_tidy/cache.json"
# A file that changes twice within the clock's tick may keep its time. One that is as new as the cache is hashed.
_RECENT = 2_000_000_000


class Cache:
    """What was read of files.

    Args:
        root: The repository's root.
        readers: The modules that read; what other versions of them read is forgotten.
    """

    def __init__(self, root: Path, readers: Iterable[ModuleType]) -> None:
        self._path = root / FILE
        self._format = _format(readers)
        self._known: dict[str, dict[str, Any]] = {}
        self._used: dict[str, dict[str, Any]] = {}
        self._changed = False
        with contextlib.suppress(OSError, ValueError, TypeError, AttributeError, KeyError):
            found = json.loads(self._path.read_bytes())
            if found["format"] == self._format:
                self._known = found["kinds"]

    def by_stat(self, kind: str, path: str, stat: Stat) -> Optional[Any]:
        """Return what is known of a file whose size and time are as they were, or None.

        Args:
            kind: What was read of it.
            path: Its path in the repository.
            stat: Its size and time.
        """
        entry = self._known.get(kind, {}).get(path)
        if entry is None or entry[0] != stat.size or entry[1] != stat.mtime_ns:
            return None
        self._used.setdefault(kind, {})[path] = entry
        return entry[3]

    def by_content(self, kind: str, path: str, stat: Stat, content: bytes) -> Optional[Any]:
        """Return what is known of a file whose bytes are as they were, or None.

        Args:
            kind: What was read of it.
            path: Its path in the repository.
            stat: Its size and time.
            content: Its bytes.
        """
        entry = self._known.get(kind, {}).get(path)
        if entry is None or entry[2] != _digest(content):
            return None
        self.keep(kind, path, stat, content, entry[3])
        return entry[3]

    def keep(self, kind: str, path: str, stat: Stat, content: bytes, value: Any) -> None:
        """Keep what was read of a file.

        Args:
            kind: What was read of it.
            path: Its path in the repository.
            stat: Its size and time.
            content: Its bytes.
            value: What JSON can have.
        """
        recent = stat.mtime_ns > time.time_ns() - _RECENT
        self._used.setdefault(kind, {})[path] = [
            stat.size,
            -1 if recent else stat.mtime_ns,
            _digest(content),
            value,
        ]
        self._changed = True

    def save(self) -> None:
        """Write what was used in this run, if anything differs; a folder that cannot be written to is no error."""
        if not self._changed and all(
            len(self._used.get(kind, {})) == len(entries) for kind, entries in self._known.items()
        ):
            return
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            temporary = self._path.with_name(f"{self._path.name}.{os.getpid()}")
            document = {"format": self._format, "kinds": self._used}
            temporary.write_text(json.dumps(document, separators=(",", ":")), encoding="utf-8")
            os.replace(temporary, self._path)


def _format(readers: Iterable[ModuleType]) -> str:
    """Return what differs where files may be read otherwise: this Python, and the modules' own bytes."""
    found = hashlib.blake2b(sys.version.encode(), digest_size=16)
    for module in readers:
        loader, file = module.__spec__.loader if module.__spec__ else None, module.__file__
        get_data = getattr(loader, "get_data", None)
        if get_data is not None and file:
            found.update(get_data(file))
    return found.hexdigest()


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()
