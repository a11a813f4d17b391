"""Note: what the modules of one distribution say of files that might go, made where its wheel is unpacked."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Callable, NamedTuple, Optional

from tools.slim.candidate import Candidates, candidates_of
from tools.slim.mention import Mentions, add_binary, add_source, no_mentions, words_in
from tools.slim.rule import Rule

_FORMAT = "pleasing-slim-1"
_BINARIES = (".so", ".pyc")
# Bytes. Names that lie on the border of two pieces of native code are found in both together.
_OVERLAP = 256


class Said(NamedTuple):
    """What modules of a distribution say.

    Attributes:
        stays: The distribution's own units and files that they mention.
        wants: Paths that units of other distributions may have.
        endings: Folder -> endings of the distribution's own files below it that stay.
    """

    stays: frozenset[str]
    wants: frozenset[str]
    endings: tuple[tuple[str, str], ...]


class SlimNote(NamedTuple):
    """What is known of one distribution.

    Attributes:
        regular: What modules outside of all units say.
        examples: What the modules of each unit of examples say.
    """

    regular: Said
    examples: dict[str, Said]


Chunks = Callable[[str], Iterable[bytes]]


def note_of(names: Iterable[str], chunks: Chunks, entry_points: bytes = b"") -> SlimNote:
    """Return what the modules of a distribution say. Its tests are not asked.

    Args:
        names: All of its files.
        chunks: Called with a file's name; returns its bytes in pieces.
        entry_points: The bytes of its entry_points.txt, which names modules too.
    """
    names = list(names)
    candidates = candidates_of(names)
    unit_of = {name: unit for unit, inside in candidates.names.items() for name in inside}
    regular = no_mentions()
    examples: dict[str, Mentions] = {}
    for name in names:
        unit = unit_of.get(name)
        if unit is None:
            add_file(regular, name, chunks)
        elif candidates.units[unit] is Rule.EXAMPLES:
            add_file(examples.setdefault(unit, no_mentions()), name, chunks)
    if entry_points:
        add_binary(regular, entry_points)
    _add_staying(regular, candidates, chunks)
    return SlimNote(
        _said(regular, candidates),
        {unit: _said(mentions, candidates) for unit, mentions in sorted(examples.items())},
    )


def _add_staying(mentions: Mentions, candidates: Candidates, chunks: Chunks) -> None:
    """Add what units that stay mention, which may be others that then stay too."""
    read: set[str] = set()
    while True:
        units = staying(mentions, candidates) & candidates.units.keys() - read
        if not units:
            return
        read |= units
        for unit in units:
            for name in candidates.names[unit]:
                add_file(mentions, name, chunks)


def add_file(mentions: Mentions, name: str, chunks: Chunks) -> None:
    """Add what a file mentions, if it is a module.

    Args:
        mentions: What is known already.
        name: The file's.
        chunks: As for `note_of`.
    """
    if name.endswith(".py"):
        add_source(mentions, name, b"".join(chunks(name)))
    elif name.endswith(_BINARIES):
        last = b""
        for piece in chunks(name):
            add_binary(mentions, last + piece if last else piece)
            last = piece[-_OVERLAP:]


def staying(mentions: Mentions, candidates: Candidates) -> set[str]:
    """Return the units and files of a distribution that mentions keep, less those that `endings` keep.

    Args:
        mentions: The mentions, of its own modules.
        candidates: What might go.
    """
    units = candidates.units
    found = {
        unit
        for paths in (mentions.paths, mentions.local)
        for path in paths
        if (unit := unit_at(path, units)) is not None
    }
    for path in mentions.inside:
        unit = unit_at(path, units)
        if unit is not None and any(
            name.startswith((path + "/", path + ".")) or name == path for name in candidates.names[unit]
        ):
            found.add(unit)
    if mentions.names:
        found.update(name for name in candidates.files if name.rpartition("/")[2] in mentions.names)
    return found


def kept_by_ending(name: str, endings: Iterable[tuple[str, str]]) -> bool:
    """Return whether a file's name is one that is computed, as far as that is known.

    Args:
        name: The file's.
        endings: Folders, each with an ending of files below it.
    """
    return any(
        name.endswith(ending) and (not folder or name.startswith(folder + "/")) for folder, ending in endings
    )


def unit_at(path: str, units: dict[str, Rule]) -> Optional[str]:
    """Return the unit that a path is, or is below; None where it is in none.

    Args:
        path: Of a folder, or of a module without its ending.
        units: The units.
    """
    while path:
        if path in units:
            return path
        path = path.rpartition("/")[0]
    return None


def _said(mentions: Mentions, candidates: Candidates) -> Said:
    wants = {
        path
        for path in mentions.paths
        if "/" in path
        and words_in(path)
        and unit_at(path, candidates.units) is None
        and not path.startswith("-")
    }
    endings = {
        (folder, ending)
        for folder, ending in mentions.endings
        if any(kept_by_ending(name, [(folder, ending)]) for name in candidates.files)
    }
    return Said(frozenset(staying(mentions, candidates)), frozenset(wants), tuple(sorted(endings)))


def dump_note(note: SlimNote) -> bytes:
    """Return a note as `load_note` reads it: the same bytes for the same note.

    Args:
        note: The note.
    """
    document = {
        "format": _FORMAT,
        "regular": _to_json(note.regular),
        "examples": {unit: _to_json(said) for unit, said in note.examples.items()},
    }
    return (json.dumps(document, sort_keys=True, separators=(",", ":")) + "\n").encode()


def load_note(data: bytes) -> Optional[SlimNote]:
    """Return the note in a file; None where the bytes are not what `dump_note` writes.

    Args:
        data: The file's bytes.
    """
    try:
        document = json.loads(data)
        if document["format"] != _FORMAT:
            return None
        examples = {unit: _from_json(values) for unit, values in document["examples"].items()}
        return SlimNote(_from_json(document["regular"]), examples)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _to_json(said: Said) -> list[Any]:
    return [sorted(said.stays), sorted(said.wants), list(said.endings)]


def _from_json(values: list[Any]) -> Said:
    stays, wants, endings = values
    return Said(frozenset(stays), frozenset(wants), tuple((folder, ending) for folder, ending in endings))
