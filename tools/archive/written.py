"""What was written: a finished zip, and what each of its entries takes."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator
from typing import NamedTuple


class WrittenEntry(NamedTuple):
    """What an entry takes in the zip.

    Attributes:
        name: Its name.
        compressed: Bytes of its data.
        size: Bytes when unpacked.
        overhead: Bytes of its headers, local and central.
    """

    name: str
    compressed: int
    size: int
    overhead: int


class Written(NamedTuple):
    """What was written.

    Attributes:
        size: Bytes of the zip.
        unzipped: Bytes of all files when unpacked.
        sha256: Digest of the zip's bytes.
        entries: What each entry takes, in the order of the zip.
    """

    size: int
    unzipped: int
    sha256: bytes
    entries: Collection[WrittenEntry]


class WrittenEntries(Collection[WrittenEntry]):
    """What many entries take, in columns: 28 bytes an entry besides its name, where a million can be."""

    __slots__ = ("_compressed", "_names", "_overheads", "_sizes")

    def __init__(self) -> None:
        self._names: list[str] = []
        self._compressed = array("Q")
        self._sizes = array("Q")
        self._overheads = array("I")

    def add(self, name: str, compressed: int, size: int, overhead: int) -> None:
        """Add an entry.

        Args:
            name: Its name.
            compressed: Bytes of its data.
            size: Bytes when unpacked.
            overhead: Bytes of its headers.
        """
        self._names.append(name)
        self._compressed.append(compressed)
        self._sizes.append(size)
        self._overheads.append(overhead)

    def __len__(self) -> int:
        return len(self._names)

    def __iter__(self) -> Iterator[WrittenEntry]:
        return map(WrittenEntry, self._names, self._compressed, self._sizes, self._overheads)

    def __contains__(self, entry: object) -> bool:
        return any(entry == own for own in self)
