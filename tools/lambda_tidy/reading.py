"""Reading: what the BUILD files and Python sources of a repository say, from the cache or by all processors."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tools.errors import PleasingError
from tools.lambda_tidy import build_call, source
from tools.lambda_tidy.build_call import BuildFacts
from tools.lambda_tidy.cache import Cache
from tools.lambda_tidy.source import SourceFacts
from tools.lambda_tidy.tree import Folder, Stat, join

# Files below which starting processes takes longer than it saves.
_ALONE = 400
_CHUNK = 100


class Repository(NamedTuple):
    """What was read of a repository.

    Attributes:
        folders: Its folders by path.
        builds: What its BUILD files say, by the folder's path.
        sources: What its Python files say, by path.
    """

    folders: dict[str, Folder]
    builds: dict[str, BuildFacts]
    sources: dict[str, SourceFacts]


def read_repository(root: Path, folders: Iterable[Folder], cache: Cache) -> Repository:
    """Return what the BUILD files and Python sources say.

    Args:
        root: The repository's root.
        folders: Its folders.
        cache: What is known of them.

    Raises:
        PleasingError: BUILD files cannot be read or parsed; all of them are told.
    """
    known = {folder.path: folder for folder in folders}
    builds: dict[str, BuildFacts] = {}
    problems: list[str] = []
    for folder in known.values():
        if folder.build_file and folder.build_stat:
            try:
                builds[folder.path] = _build(root, join(folder.path, folder.build_file), folder, cache)
            except PleasingError as error:
                problems.extend(error.problems)
    if problems:
        raise PleasingError(problems)
    return Repository(known, builds, _sources(root, known.values(), cache))


def _build(root: Path, path: str, folder: Folder, cache: Cache) -> BuildFacts:
    assert folder.build_stat is not None
    found = cache.by_stat("build", path, folder.build_stat)
    if found is not None:
        return build_call.from_json(found)
    try:
        content = (root / path).read_bytes()
        text = content.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PleasingError(f"{path} cannot be read: {error}") from None
    found = cache.by_content("build", path, folder.build_stat, content)
    if found is not None:
        return build_call.from_json(found)
    facts = build_call.read_build_file(text, path)
    cache.keep("build", path, folder.build_stat, content, build_call.to_json(facts))
    return facts


def _sources(root: Path, folders: Iterable[Folder], cache: Cache) -> dict[str, SourceFacts]:
    facts: dict[str, SourceFacts] = {}
    changed: list[tuple[str, Stat]] = []
    for folder in folders:
        for name, stat in folder.sources.items():
            path = join(folder.path, name)
            found = cache.by_stat("source", path, stat)
            if found is None:
                changed.append((path, stat))
            else:
                facts[path] = source.from_json(found)
    waiting: list[tuple[str, Stat]] = []
    contents: dict[str, bytes] = {}
    problems: list[str] = []
    for path, stat in changed:
        try:
            content = (root / path).read_bytes()
        except OSError as error:
            problems.append(f"{path} cannot be read: {error.strerror}")
            continue
        found = cache.by_content("source", path, stat, content)
        if found is None:
            waiting.append((path, stat))
            contents[path] = content
        else:
            facts[path] = source.from_json(found)
    if problems:
        raise PleasingError(problems)
    parsed = _parse([(path, contents[path]) for path, _ in waiting])
    for (path, stat), value in zip(waiting, parsed):
        cache.keep("source", path, stat, contents[path], value)
        facts[path] = source.from_json(value)
    return facts


def _parse(files: Sequence[tuple[str, bytes]]) -> list[Any]:
    """Return the facts of files as JSON has them, read by several processes where there are many."""
    count = os.cpu_count() or 1
    if len(files) < _ALONE or count == 1:
        return _parse_some(files)
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # A process that is forked needs no start of its own; this one has no threads.
    method = "fork" if "fork" in multiprocessing.get_all_start_methods() else None
    chunks = [files[start : start + _CHUNK] for start in range(0, len(files), _CHUNK)]
    with ProcessPoolExecutor(count, multiprocessing.get_context(method)) as pool:
        return [value for values in pool.map(_parse_some, chunks) for value in values]


def _parse_some(files: Sequence[tuple[str, bytes]]) -> list[Any]:
    import gc

    # Trees of syntax make no cycles, and looking for some takes a third of the time.
    enabled = gc.isenabled()
    gc.disable()
    try:
        return [source.read_source(content, path) for path, content in files]
    finally:
        if enabled:
            gc.enable()
