"""Tree: the folders of a repository, with their BUILD files and Python sources."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Optional

from tools.lambda_tidy.settings import Settings

_SKIPPED = frozenset({"plz-out", "__pycache__", "node_modules"})


class Stat(NamedTuple):
    """A file's size in bytes and time of its last change in nanoseconds."""

    size: int
    mtime_ns: int


class Folder(NamedTuple):
    """A folder of the repository.

    Attributes:
        path: Its path in the repository; empty for the root.
        build_file: Name of its BUILD file, or None where it has none.
        build_stat: Of that file.
        sources: Its Python files by name.
        files: The names of all its files.
    """

    path: str
    build_file: Optional[str]
    build_stat: Optional[Stat]
    sources: dict[str, Stat]
    files: frozenset[str]


def join(folder: str, name: str) -> str:
    """Return the path of what is in a folder.

    Args:
        folder: The folder's path; empty for the root.
        name: What is in it.
    """
    return f"{folder}/{name}" if folder else name


def walk(root: Path, settings: Settings) -> Iterator[Folder]:
    """Yield the folders of a repository that Please reads, a folder before those in it.

    Hidden folders, environments and other repositories within are passed over.

    Args:
        root: The repository's root.
        settings: Its settings.
    """
    waiting = [""]
    while waiting:
        path = waiting.pop()
        sources: dict[str, Stat] = {}
        files: list[str] = []
        builds: dict[str, os.DirEntry[str]] = {}
        below: list[str] = []
        with os.scandir(root / path if path else root) as entries:
            for entry in entries:
                name = entry.name
                if entry.is_dir(follow_symlinks=False):
                    if not name.startswith(".") and name not in _SKIPPED and name not in settings.blacklist:
                        below.append(name)
                    continue
                files.append(name)
                if name in settings.build_files:
                    builds[name] = entry
                elif name.endswith(".py") and entry.is_file():
                    sources[name] = _stat(entry)
        if path and (".plzconfig" in files or "pyvenv.cfg" in files):
            continue
        build = next((name for name in settings.build_files if name in builds), None)
        if settings.exclude:
            sources = {
                name: stat for name, stat in sources.items() if not settings.excludes(join(path, name))
            }
            below = [name for name in below if not settings.excludes(join(path, name))]
        yield Folder(path, build, _stat(builds[build]) if build else None, sources, frozenset(files))
        waiting.extend(join(path, name) for name in sorted(below, reverse=True))


def _stat(entry: os.DirEntry[str]) -> Stat:
    found = entry.stat()
    return Stat(found.st_size, found.st_mtime_ns)
