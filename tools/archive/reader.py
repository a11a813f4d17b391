"""ArchiveReader: a zip archive, read so strictly that no other reader can understand it differently.

The structure is always checked, and wholly: the end records, the central directory, every local header and
data descriptor, and that they cover the file without a gap or an overlap. The rules are those that installers
came to after CVE-2025-54368 (uv, pull request 15136) and APPNOTE.TXT 6.3.10, whose section numbers stand
beside the code. The one exception is the program that a PEX begins with, which must be one of the kinds that
PEXes have.

What the members unpack to is read only by `chunks`, for the few members that are looked into and for
`verify`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Optional

from tools.archive.contents import checked_pieces, compressed_pieces, inflated_pieces
from tools.archive.directory import Directory, read_directory
from tools.archive.end_record import read_end
from tools.archive.input import Input
from tools.archive.local_headers import read_local_headers
from tools.archive.member import Member
from tools.archive.member_table import MemberTable
from tools.archive.problems import Problems
from tools.text import shown


class ArchiveReader:
    """A zip archive on disk.

    Args:
        path: The archive.
        label: What messages call it; the path where not given.
        kind: What it should be, for messages: `PEX`, `wheel`.

    Attributes:
        path: The archive.
        label: What messages call it.
        members: Its files, in the order in which they are in the archive. Folders are left out.
        table: What the archive declares of them.

    Raises:
        PleasingError: The archive's structure is damaged, or ambiguous. All problems of its members at once.
    """

    members: list[Member]
    table: MemberTable

    def __init__(self, path: Path, label: Optional[str] = None, kind: str = "zip archive") -> None:
        self.path = path
        self.label = label or str(path)
        self._file = Input(path, self.label, kind)
        try:
            self._read()
        except BaseException:
            self._file.close()
            raise

    def close(self) -> None:
        """Close the file; its members cannot be read any more."""
        self._file.close()

    def check_unchanged(self) -> None:
        """Check that the file has not been written to since it was opened.

        Raises:
            PleasingError: Its size, time or identity has changed, so what was read may be of two states.
        """
        self._file.check_unchanged()

    # Source

    def compressed_chunks(self, member: Member) -> Iterator[bytes]:
        """Yield the member's compressed bytes as they are in the archive.

        Args:
            member: One of this archive's.

        Raises:
            PleasingError: The file ends before they do.
        """
        return compressed_pieces(self._file, member)

    def beginning(self, member: Member) -> Iterator[bytes]:
        """Yield what the member inflates to, unchecked: for readers that stop before its end.

        Args:
            member: One of this archive's.

        Raises:
            PleasingError: The bytes cannot be inflated.
        """
        return inflated_pieces(self._file, member)

    def chunks(self, member: Member) -> Iterator[bytes]:
        """Yield what the member inflates to, never more than it declares, and check its length and CRC-32.

        Args:
            member: One of this archive's.

        Raises:
            PleasingError: The bytes are not what the archive declares.
        """
        return checked_pieces(self._file, member)

    def describe(self, member: Member) -> str:
        """Return where the member is, for messages.

        Args:
            member: One of this archive's.
        """
        return f"{member.name} in {self.label}"

    def _read(self) -> None:
        end = read_end(self._file)
        problems = Problems(self.label)
        directory = read_directory(self._file, end, problems)
        rows = [] if problems else read_local_headers(self._file, directory, end.offset, problems)
        _add_duplicates(directory, rows, problems)
        if problems:
            raise problems.error()
        names = directory.names
        self.table = directory.table
        self.members = [Member(names[row], self, row) for row in rows]


def _add_duplicates(directory: Directory, rows: list[int], problems: Problems) -> None:
    """Add to the problems the names that are there twice, or as a file and as a folder."""
    names = directory.names
    files: set[str] = set()
    for row in rows:
        name = names[row]
        if name in files:
            problems.add(
                f"{shown(name)}: it is in the archive twice; readers would disagree on which one counts"
            )
        files.add(name)
    folders = {name[:-1] for name in names if name.endswith("/")}
    for folder in sorted(files & folders):
        problems.add(f"{shown(folder)}: it is in the archive as a file and as a folder")
