"""Zip files: what is in a zip, what each file takes, and whose it is."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from tools.archive.member import Member
from tools.archive.reader import ArchiveReader
from tools.lambda_report.kind import kind_of
from tools.text import normalise

FIRST_PARTY = "first-party code"

# "Recording installed projects", packaging.python.org: <name>-<version>.dist-info; older tools wrote .egg-info.
_METADATA = re.compile(r"([^/]+?)-([^/-]+)(?:-py\d\.\d+)?\.(?:dist|egg)-info")
# A local and a central header without the name, which both have (APPNOTE 4.3.7, 4.3.12).
_HEADERS = 30 + 46


class Owner(NamedTuple):
    """Whose files are: a distribution, or the repository, which has no version."""

    name: str
    version: str

    @property
    def title(self) -> str:
        """The name and version, for people."""
        return f"{self.name} {self.version}".rstrip()


class ZipFile(NamedTuple):
    """One file of a zip.

    Attributes:
        name: Its name there.
        zip_bytes: What it takes in the zip, headers included.
        unzipped_bytes: What it takes when unpacked.
        owner: Whose it is. What no distribution lists counts as first-party code.
        kind: What it is.
    """

    name: str
    zip_bytes: int
    unzipped_bytes: int
    owner: Owner
    kind: str


def read_zip(path: Path) -> list[ZipFile]:
    """Return the files of a zip, in its order.

    Args:
        path: The zip.

    Raises:
        PleasingError: It cannot be read, or is damaged.
    """
    archive = ArchiveReader(path, path.name, "zip")
    try:
        owners = _owners(archive.members)
        first_party = Owner(FIRST_PARTY, "")
        return [
            ZipFile(
                member.name,
                member.compressed + _HEADERS + 2 * len(member.name.encode("utf-8", "surrogateescape")),
                member.size,
                owners.get(member.name, first_party),
                kind_of(member.name),
            )
            for member in archive.members
        ]
    finally:
        archive.close()


def _owners(members: Iterable[Member]) -> dict[str, Owner]:
    """Return whose each file is, by the RECORD of each distribution, or by its metadata's folder alone."""
    owners: dict[str, Owner] = {}
    members = list(members)
    for member in members:
        folder, slash, rest = member.name.partition("/")
        match = _METADATA.fullmatch(folder) if slash else None
        if match is None:
            continue
        owner = Owner(normalise(match[1]), match[2])
        owners[member.name] = owner
        if rest == "RECORD":
            lines = member.read().decode("utf-8", "surrogateescape").splitlines()
            owners.update((row[0], owner) for row in csv.reader(lines) if row)
    # Bytecode is nobody's by name where the RECORD lists its source alone.
    for member in members:
        source = _source_of(member.name)
        if source and source in owners:
            owners.setdefault(member.name, owners[source])
    return owners


def _source_of(name: str) -> str:
    match = re.fullmatch(r"(.*/)?__pycache__/([^/.]+)\.[^/]*\.pyc", name)
    if match:
        return f"{match[1] or ''}{match[2]}.py"
    return name[:-1] if name.endswith(".pyc") else ""
