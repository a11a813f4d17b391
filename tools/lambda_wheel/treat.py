"""Treat: what is done to a wheel's files once, where it is unpacked, so that Please's cache keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Optional

from tools.archive.compressed import LARGEST
from tools.archive.encoder import NAME, Compression, load_encoder
from tools.archive.member import Member
from tools.archive.processes import compress_members
from tools.archive.writer import Entry
from tools.wheel_notes import NOTES, TREATMENT_FILE
from tools.wheel_notes.treatment import WHEELS_OWN, Treatment, dump_treatment


class Treating(NamedTuple):
    """What is to be done to the files.

    Attributes:
        compression: How they are compressed.
        encoder: The encoder's native module; None for the one that can be imported.
    """

    compression: Compression
    encoder: Optional[Path]


def treat(entries: Sequence[Entry], folder: str, treating: Treating) -> list[Entry]:
    """Return a wheel's files as they are packed, with a note of what was done.

    Args:
        entries: The files and the notes.
        folder: The folder of the distribution's metadata.
        treating: What is to be done.
    """
    # RECORD is written again by whoever packs it, and notes are never packed.
    unpacked = {f"{folder}/{name}" for name in (*NOTES, "RECORD")}
    members = {
        entry.name: entry.content
        for entry in entries
        if isinstance(entry.content, Member) and entry.content.size <= LARGEST
    }
    if treating.compression.copies:
        result = list(entries)
        noted = {name: (member.crc, member.compressed) for name, member in members.items()}
        note = Treatment(WHEELS_OWN, 0, noted)
    else:
        deflate = load_encoder(treating.encoder, treating.compression.level)
        treated = dict(zip(members, compress_members(list(members.values()), deflate)))
        result = [entry._replace(content=treated.get(entry.name, entry.content)) for entry in entries]
        noted = {name: (compressed.crc, len(compressed.data)) for name, compressed in treated.items()}
        note = Treatment(NAME, treating.compression.level, noted)
    note = note._replace(files={name: facts for name, facts in noted.items() if name not in unpacked})
    name = f"{folder}/{TREATMENT_FILE}"
    return [*result, Entry(name, dump_treatment(note), False)]
