"""A summary of what a wheel's modules import, made once where it is unpacked and trusted where it is packed.

Parsing pandas takes longer than packing it. So the note lists what each module imports when it is imported itself, and
would fail without: modules of the same wheel by their place in the list, others by name. With each file stand its
CRC-32 and size, which a zip's directory has too: a file that is not the one that was read is read again.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from tools.imports.module_facts import imports_in
from tools.imports.module_source import parse_module
from tools.imports.module_tree import Leads, ModuleTree
from tools.imports.scan import changes_path, is_dynamic
from tools.imports.standard_library import FIRST_MINOR, LAST_MINOR, Standard, find_module, is_top_level
from tools.imports.statement import Import, When
from tools.wheel_notes.requires import Required, from_json, to_json

_FORMAT = "pleasing-imports-1"
# Test packages hold most of the modules of some wheels, and hardly any function imports them. One that it does import
# is read when the function is packed.
_TESTS = re.compile(r"(?:^|/)tests?/")
_MINORS = range(FIRST_MINOR, LAST_MINOR + 1)


class Needed(NamedTuple):
    """One import that a module fails without.

    Attributes:
        choices: Modules, each with a name that is imported from it or an empty text; one of them has to be there.
        minors: The Pythons 3.x on which it runs; empty for all.
    """

    choices: tuple[tuple[str, str], ...]
    minors: tuple[int, ...] = ()


class IndexedFile(NamedTuple):
    """What is known of one module of a wheel.

    Attributes:
        path: Where it is, below the folder that its wheel was unpacked to.
        crc: CRC-32 of its bytes.
        size: Its size in bytes.
        inside: Places in the index of the files that its imports run.
        outside: What it imports that is not in the wheel.
        dynamic: Whether it may make modules as it runs.
        changes_path: Whether it changes sys.path.
    """

    path: str
    crc: int
    size: int
    inside: tuple[int, ...]
    outside: tuple[Needed, ...]
    dynamic: bool
    changes_path: bool = False


class ImportIndex(NamedTuple):
    """What is known of a wheel: its modules, and what it requires."""

    files: Sequence[IndexedFile]
    requires: Sequence[Required]


def index_imports(sources: Mapping[str, tuple[bytes, int]], names: Iterable[str]) -> list[IndexedFile]:
    """Return what the modules of a wheel import, less those of its tests.

    Args:
        sources: Path of each `.py` file -> its bytes and their CRC-32.
        names: The paths of all the wheel's files.
    """
    tree = ModuleTree(names, LAST_MINOR, ())
    indexed = sorted(path for path in sources if not _TESTS.search(path))
    places = {path: place for place, path in enumerate(indexed)}
    files = []
    for path in places:
        source, crc = sources[path]
        inside: set[int] = set()
        outside: list[Needed] = []
        for needed in _needed(path, source):
            _sort(needed, tree, places, inside, outside)
        files.append(
            IndexedFile(
                path,
                crc,
                len(source),
                tuple(sorted(inside - {places[path]})),
                tuple(dict.fromkeys(outside)),
                is_dynamic(source),
                changes_path(source),
            )
        )
    return files


def _needed(path: str, source: bytes) -> list[Needed]:
    """Return the imports of a module that run with it and are not caught, with the Pythons on which they do."""
    tree = parse_module(source, path)
    if not isinstance(tree, ast.Module):
        return []
    if b"version_info" not in source:
        return [needed for item in _imports(path, tree, source, LAST_MINOR) for needed in needs(item)]
    minors: dict[Needed, list[int]] = {}
    for minor in _MINORS:
        for item in _imports(path, tree, source, minor):
            for needed in needs(item):
                minors.setdefault(needed, []).append(minor)
    return [
        needed._replace(minors=() if len(set(found)) == len(_MINORS) else tuple(sorted(set(found))))
        for needed, found in minors.items()
    ]


def _imports(path: str, tree: ast.Module, source: bytes, minor: int) -> list[Import]:
    return [item for item in imports_in(tree, path, source, minor) if item.when is When.IMPORTED]


def needs(item: Import) -> list[Needed]:
    """Return what has to be there for an import that is not caught.

    Args:
        item: The import.
    """
    own = (item.module, "" if item.name == "*" else item.name)
    if not item.module:
        return []
    if not item.unless:
        return [Needed((own,))]
    # It runs where any of the others fails, so each of them or this one has to be there.
    return [Needed((other, own)) for other in item.unless if other[0]]


def _sort(
    needed: Needed, tree: ModuleTree, places: Mapping[str, int], inside: set[int], outside: list[Needed]
) -> None:
    module, name = needed.choices[0]
    if len(needed.choices) == 1 and not needed.minors:
        top = module.partition(".")[0]
        is_standard = is_top_level(top) and not tree.file_of(top)
        if is_standard and all(find_module(module, minor) is not Standard.ABSENT for minor in _MINORS):
            return
        found = tree.find(module)
        if found.leads in (Leads.FILE, Leads.UNKNOWN):
            below = tree.find(f"{module}.{name}").files if name and found.leads is Leads.FILE else ()
            files = (*found.files, *below)
            inside.update(places[file] for file in files if file in places)
            if all(file in places or not _TESTS.search(file) for file in files):
                return
    outside.append(needed)


def dump_index(index: ImportIndex) -> bytes:
    """Return an index as `load_index` reads it: the same bytes for the same index.

    Args:
        index: The index.
    """
    document = {
        "format": _FORMAT,
        "files": [
            [
                *file[:4],
                [_needed_text(needed) for needed in file.outside],
                int(file.dynamic),
                int(file.changes_path),
            ]
            for file in index.files
        ],
        "requires": [to_json(required) for required in index.requires],
    }
    return (json.dumps(document, sort_keys=True, separators=(",", ":")) + "\n").encode()


def _needed_text(needed: Needed) -> str:
    choices = "|".join(f"{module}:{name}" if name else module for module, name in needed.choices)
    return f"{','.join(map(str, needed.minors))}@{choices}" if needed.minors else choices


def parse_needed(text: str) -> Needed:
    """Return what `dump_index` wrote for one import.

    Args:
        text: The text.
    """
    minors, at, rest = text.rpartition("@")
    choices = tuple(
        (module, name) for module, _, name in (choice.partition(":") for choice in rest.split("|"))
    )
    return Needed(choices, tuple(map(int, minors.split(","))) if at else ())


class LoadedFile(NamedTuple):
    """A file of a note, with its imports still as text: most are never asked for. See `IndexedFile`."""

    path: str
    crc: int
    size: int
    inside: Sequence[int]
    outside: Sequence[str]
    dynamic: int
    changes_path: int


class LoadedIndex(NamedTuple):
    """What `load_index` reads; see `ImportIndex`."""

    files: Sequence[LoadedFile]
    requires: Sequence[Required]


def load_index(data: bytes) -> LoadedIndex:
    """Return the index of a note; an empty one where the bytes are not what `dump_index` writes.

    Args:
        data: A file's bytes.
    """
    try:
        document = json.loads(data)
        if document["format"] != _FORMAT:
            return LoadedIndex((), ())
        files = [LoadedFile(*values) for values in document["files"]]
        return LoadedIndex(files, [from_json(values) for values in document["requires"]])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return LoadedIndex((), ())
