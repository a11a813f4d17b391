"""Contents: what takes the room in a finished zip, by distribution and by file."""

from __future__ import annotations

import heapq
import re
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple, Optional

from tools.archive.written import WrittenEntries, WrittenEntry
from tools.aws.provided import PROVIDED
from tools.lambda_zip.place.layout import Placed
from tools.lambda_zip.read.pex import Area

FIRST_PARTY = "first-party code"
WITHOUT_METADATA = "third-party code without metadata"
_FIRST_PARTY: tuple[str, Optional[str]] = (FIRST_PARTY, None)

# What could go from a zip that is too large: a name for people, and the files' names.
_SPARE = (
    ("tests inside of distributions", re.compile(r"(?:^|/)tests?/"), "exclude = ['**/tests']"),
    ("type stubs", re.compile(r"\.pyi$"), "exclude = ['*.pyi']"),
    (
        "C, C++ and Cython sources",
        re.compile(r"\.(?:c|cc|cpp|h|hpp|pyx|pxd|f|f90|a|lib)$"),
        "exclude = ['*.c', '*.h', '*.pyx', '*.pxd']",
    ),
)
# So many files are kept to be shown.
_LARGEST = 20
# AWS advises to bundle what is used (dg/python-package).
_RUNTIME_BRINGS = frozenset(item.name for item in PROVIDED)


class Share(NamedTuple):
    """What one distribution, or the first-party code, takes.

    Attributes:
        name: The distribution's, or `FIRST_PARTY`, or `WITHOUT_METADATA`.
        version: The distribution's; None for the others.
        zipped: Bytes in the zip, headers included.
        unzipped: Bytes when unpacked.
        files: How many.
    """

    name: str
    version: Optional[str]
    zipped: int
    unzipped: int
    files: int

    @property
    def title(self) -> str:
        """The name and version, for people."""
        return f"{self.name} {self.version}" if self.version else self.name


class FileSize(NamedTuple):
    """What one file takes, in bytes, headers included."""

    name: str
    zipped: int
    unzipped: int


class Contents(NamedTuple):
    """What takes the room.

    Attributes:
        shares: Largest in the zip first.
        files: The largest files, the largest in the zip first.
        spare: What could go: bytes in the zip, what, and how.
        relocated: Names in the zip of first-party files that a source root moved -> their paths in the repository.
    """

    shares: list[Share]
    files: list[FileSize]
    spare: list[tuple[int, str, str]]
    relocated: Mapping[str, str] = {}


def declared_contents(placed: Iterable[Placed]) -> Contents:
    """Sum up what a zip would hold by what its files declare, headers not counted.

    Args:
        placed: What would go into the zip.
    """
    placed = list(placed)
    entries = WrittenEntries()
    for item in placed:
        entries.add(item.name, item.member.compressed, item.member.size, 0)
    return contents_of(entries, placed)


def contents_of(entries: Collection[WrittenEntry], placed: Collection[Placed]) -> Contents:
    """Sum up what a zip holds.

    Args:
        entries: What each entry takes.
        placed: Where they came from, in the same order; entries between them are those that the tool wrote
            itself, and count as first-party code.
    """
    waiting = iter(placed)
    item = next(waiting, None)
    sums: dict[tuple[str, Optional[str]], list[int]] = {}
    spare = [0] * len(_SPARE)
    brought = 0
    for entry in entries:
        zipped = entry.compressed + entry.overhead
        owner = _FIRST_PARTY
        if item is not None and item.name == entry.name:
            owner = _owner(item)
            item = next(waiting, None)
        total = sums.setdefault(owner, [0, 0, 0])
        total[0] += zipped
        total[1] += entry.size
        total[2] += 1
        if owner[0] == FIRST_PARTY:
            continue
        if owner[0] in _RUNTIME_BRINGS:
            brought += zipped
        for index, (_, regex, _) in enumerate(_SPARE):
            if regex.search(entry.name):
                spare[index] += zipped
                break
    largest = heapq.nsmallest(
        _LARGEST, entries, key=lambda entry: (-entry.compressed - entry.overhead, entry.name)
    )
    shares = [Share(name, version, *total) for (name, version), total in sums.items()]
    found = [(size, what, how) for size, (what, _, how) in zip(spare, _SPARE) if size]
    if brought:
        found.append(
            (brought, "what the runtime brings itself (its versions differ by Region)", "take it out of deps")
        )
    return Contents(
        sorted(shares, key=lambda share: (-share.zipped, share.title)),
        [FileSize(entry.name, entry.compressed + entry.overhead, entry.size) for entry in largest],
        sorted(found, key=lambda item: (-item[0], item[1])),
        {
            item.name: item.path
            for item in placed
            if item.area is Area.FIRST_PARTY and item.distribution is None and item.name != item.path
        },
    )


def _owner(item: Placed) -> tuple[str, Optional[str]]:
    if item.distribution is None:
        return _FIRST_PARTY if item.area is Area.FIRST_PARTY else (WITHOUT_METADATA, None)
    return item.distribution.name, item.distribution.version
