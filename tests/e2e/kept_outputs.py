"""Kept outputs: what the embedded engine made of the plugin and of third-party code, for the next repository.

Making a plugin's tools and asking pip for a distribution takes longer than what most tests build with them. Real
Please has a cache of its own for this. Each run of the tests begins with nothing, and so does each case.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# The plugin's own targets, and distributions, of whichever platform. What a repository has itself is built by each.
_KEPT = re.compile(r"///awslambda//|///[\w.+-]+//third_party/python:")
_STATE = Path("plz-out", "embedded", "state.json")


class KeptOutputs:
    """The outputs of all repositories of one case.

    Args:
        folder: Where they are kept; it need not exist.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def give(self, repository: Path) -> None:
        """Link the outputs into a repository that has not been built; the engine sees which of them it can use.

        Args:
            repository: The repository.
        """
        with self._only_one():
            records = _records(self._folder)
            for record in records.values():
                _link_outputs(self._folder, repository, record)
            _write(repository, records)

    def take(self, repository: Path) -> None:
        """Link what a repository has built to where the next one gets it from.

        Args:
            repository: The repository, with no build running.
        """
        with self._only_one():
            known = _records(self._folder)
            built = {target: each for target, each in _records(repository).items() if _KEPT.match(target)}
            new = {target: each for target, each in built.items() if known.get(target, [""])[0] != each[0]}
            for record in new.values():
                _link_outputs(repository, self._folder, record)
            if new:
                _write(self._folder, {**known, **new})

    @contextmanager
    def _only_one(self) -> Iterator[None]:
        """Keep the other processes of a run waiting."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _records(repository: Path) -> dict[str, list[Any]]:
    """Return what the engine noted of each target: among others a key, a folder and its outputs' hashes."""
    path = repository / _STATE
    return dict(json.loads(path.read_text())["records"]) if path.exists() else {}


def _write(repository: Path, records: dict[str, list[Any]]) -> None:
    path = repository / _STATE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"stamps": {}, "records": records}))


def _link_outputs(source: Path, target: Path, record: list[Any]) -> None:
    """Link a target's outputs. The engine never writes into one: it makes a new file and renames that."""
    _, folder, outputs, *_ = record
    for output in outputs:
        old, new = (root / folder / output for root in (source, target))
        new.parent.mkdir(parents=True, exist_ok=True)
        new.unlink(missing_ok=True)
        try:
            os.link(old, new)
        except OSError:  # another file system
            shutil.copy2(old, new)
