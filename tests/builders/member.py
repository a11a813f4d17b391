"""Member: files that are only in memory, for what works on names and sizes."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Optional

from tests.builders.raw_zip import deflate
from tools.archive.member import DEFLATED, Member
from tools.archive.member_table import MemberTable
from tools.lambda_zip.place.layout import Placed
from tools.lambda_zip.read.distribution import Distribution
from tools.lambda_zip.read.pex import Area, Part


class MemorySource:
    """Bytes by name.

    Attributes:
        read: Names in the order in which their bytes were asked for.
    """

    def __init__(self, label: str = "app.pex") -> None:
        self.label = label
        self.data: dict[str, bytes] = {}
        self.table = MemberTable()
        self.read: list[str] = []

    def compressed_chunks(self, member: Member) -> Iterator[bytes]:
        yield deflate(self.data[member.name])

    def chunks(self, member: Member) -> Iterator[bytes]:
        self.read.append(member.name)
        yield self.data[member.name]

    def beginning(self, member: Member) -> Iterator[bytes]:
        return self.chunks(member)

    def describe(self, member: Member) -> str:
        return f"{member.name} in {self.label}"


def member(
    name: str,
    data: bytes = b"",
    executable: bool = False,
    link: bool = False,
    source: Optional[MemorySource] = None,
) -> Member:
    source = source or MemorySource()
    source.data[name] = data
    crc, compressed = zlib.crc32(data), len(deflate(data))
    row = source.table.add(DEFLATED, crc, compressed, len(data), executable, link)
    return Member(name, source, row)


def third_party(path: str, data: bytes = b"", tree: str = "") -> Part:
    folder = f".deps/{tree}" if tree else "third_party/python"
    return Part(member(f"{folder}/{path}", data), Area.THIRD_PARTY, path, tree)


def first_party(path: str, data: bytes = b"") -> Part:
    return Part(member(path, data), Area.FIRST_PARTY, path, "")


def placed(
    name: str,
    data: bytes = b"",
    distribution: Optional[Distribution] = None,
    area: Optional[Area] = None,
    executable: bool = False,
) -> Placed:
    """Return a file that goes into the zip: a distribution's where one is given, else first-party."""
    area = area or (Area.THIRD_PARTY if distribution else Area.FIRST_PARTY)
    prefix = "third_party/python/" if area is Area.THIRD_PARTY else ""
    return Placed(name, member(prefix + name, data, executable), name, area, distribution)
