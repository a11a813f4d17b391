"""Entries: the files of a zip, each with its bytes as they are compressed.

A zip's bytes follow from its files, the level and the encoder alone: what a wheel's own compressed bytes are, or those
of the tool that made the PEX, counts only where `compression` is `copy`, and then for files of python_requirement.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from typing import Optional

from tools.archive.compressed import LARGEST, Deflate
from tools.archive.encoder import NAME, Compression
from tools.archive.folder import Folder
from tools.archive.memory import Memory
from tools.archive.processes import compress_members
from tools.archive.writer import Entry
from tools.lambda_zip.place.layout import Placed, Reason
from tools.lambda_zip.place.selection import Selection
from tools.lambda_zip.read.distribution import Distribution, record_line, record_of
from tools.lambda_zip.read.pex import Area
from tools.wheel_notes import TREATMENT_FILE
from tools.wheel_notes.treatment import WHEELS_OWN, Treatment, load_treatment


def treatments_of(selection: Selection, verify: bool) -> dict[Distribution, Treatment]:
    """Return what was done to the files of distributions where they were unpacked.

    Args:
        selection: What goes into the zip, and the notes that do not.
        verify: Whether notes are not believed, as anybody may have written them.
    """
    found = {}
    for item in () if verify else selection.left_out_for(Reason.WHEEL_NOTE):
        if item.distribution is not None and item.member.name.endswith(f"/{TREATMENT_FILE}"):
            treatment = load_treatment(item.member.read(), item.member.describe())
            if treatment is not None:
                found[item.distribution] = treatment
    return found


def entries_of(
    placed: Sequence[Placed],
    own: Sequence[Entry],
    compression: Compression,
    deflate: Deflate,
    treatments: Mapping[Distribution, Treatment],
    folder: str = "",
) -> Iterator[Entry]:
    """Yield the zip's entries, sorted: each RECORD is written anew, to list what is in the zip.

    Args:
        placed: The files, sorted.
        own: Entries that are in no input.
        compression: How they are compressed.
        deflate: What deflates them.
        treatments: What was done to distributions' files already.
        folder: The folder of the zip that the files are in, with a `/` at its end; empty for the root.
    """
    wanted = (WHEELS_OWN, 0) if compression.copies else (NAME, compression.level)
    alike = {
        distribution: treatment
        for distribution, treatment in treatments.items()
        if (treatment.encoder, treatment.level) == wanted
    }
    return heapq.merge(
        _entries(placed, deflate, alike, folder),
        sorted(own, key=lambda entry: entry.name),
        key=lambda entry: entry.name,
    )


def _entries(
    placed: Sequence[Placed],
    deflate: Deflate,
    treatments: Mapping[Distribution, Treatment],
    folder: str,
) -> Iterator[Entry]:
    files: dict[Distribution, list[str]] = {}
    for item in placed:
        if item.distribution is not None:
            files.setdefault(item.distribution, []).append(item.name)
    records = {
        f"{distribution.folder}/RECORD": distribution for distribution in files if distribution.record_file
    }
    changed = {
        item.name: record_line(item.member.source.bytes_of(item.member))
        for item in placed
        if isinstance(item.member.source, Memory)
    }
    anew = [item.member for item in placed if item.name not in records and not _is_copied(item, treatments)]
    deflated = zip(anew, compress_members(anew, deflate))
    waiting = next(deflated, None)
    for item in placed:
        distribution, name = records.get(item.name), folder + item.name
        if distribution is not None:
            yield Entry(name, record_of(distribution, files[distribution], changed), False)
        elif waiting is not None and waiting[0] is item.member:
            yield Entry(name, waiting[1], item.member.executable)
            waiting = next(deflated, None)
        else:
            yield Entry(name, item.member, item.member.executable)


def _is_copied(item: Placed, treatments: Mapping[Distribution, Treatment]) -> bool:
    """Return whether a file's compressed bytes are those that are wanted."""
    member = item.member
    if member.size > LARGEST:
        return True
    if item.area is Area.FIRST_PARTY or isinstance(member.source, (Folder, Memory)):
        return False
    treatment: Optional[Treatment] = treatments.get(item.distribution) if item.distribution else None
    return treatment is not None and treatment.files.get(item.path) == (member.crc, member.compressed)
