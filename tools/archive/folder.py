"""Folder: the files of a folder, as members that are compressed when they are packed."""

from __future__ import annotations

import os
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Callable, Optional

from tools.archive.member import STORED, Member, file_chunks
from tools.archive.member_name import problem_with
from tools.archive.member_table import MemberTable
from tools.errors import PleasingError


class Folder:
    """A folder on disk: what pex-tool calls a loose PEX, and the loose part of a packed one.

    Args:
        path: The folder.
        label: How messages name it.
        skip: Says of a relative path (a file's, or a folder's with `/` at its end) whether to pass it over.

    Raises:
        PleasingError: A file cannot be read, has a name that cannot be packed, or is neither file nor link.
    """

    def __init__(self, path: Path, label: str, skip: Callable[[str], bool]) -> None:
        self.path = path
        self.label = label
        self.members: list[Member] = []
        self.table = MemberTable()
        self._stamps: dict[str, tuple[int, int]] = {}
        problems: list[str] = []
        # Not a function that calls itself: folders may be deeper than Python's stack.
        folders = [(str(path), "")]
        while folders:
            folders.extend(reversed(self._list(*folders.pop(), skip, problems)))
        if problems:
            raise PleasingError(problems)

    def close(self) -> None:
        """Close nothing: files are open only while they are read."""

    def check_unchanged(self) -> None:
        """Check that the files have not been written to since they were listed.

        Raises:
            PleasingError: A file has another size or time now, or is gone; all such files at once.
        """
        changed = []
        for name, stamp in self._stamps.items():
            try:
                status = os.lstat(os.path.join(self.path, name))
            except OSError:
                changed.append(name)
                continue
            if (status.st_size, status.st_mtime_ns) != stamp:
                changed.append(name)
        if changed:
            raise PleasingError(
                [f"{name} in {self.label} changed while it was read; build again" for name in changed]
            )

    # Source

    def compressed_chunks(self, member: Member) -> Iterator[bytes]:
        """Yield the member's bytes as they are: a folder's files are stored, not compressed.

        Args:
            member: One of this folder's.
        """
        return self.chunks(member)

    def chunks(self, member: Member) -> Iterator[bytes]:
        """Yield the member's bytes.

        Args:
            member: One of this folder's.

        Raises:
            PleasingError: It cannot be read, or has another length than when it was listed.
        """
        path = os.path.join(self.path, member.name)
        size = 0
        try:
            if member.link:
                yield os.fsencode(os.readlink(path))
                return
            with open(path, "rb") as file:
                for piece in file_chunks(file):
                    size += len(piece)
                    yield piece
        except OSError as error:
            raise PleasingError(f"cannot read {member.name} in {self.label}: {error.strerror}") from error
        if size != member.size:
            raise PleasingError(f"{member.name} in {self.label} changed while it was read; build again")

    def beginning(self, member: Member) -> Iterator[bytes]:
        """Yield the member's bytes: for readers that stop before its end.

        Args:
            member: One of this folder's.
        """
        return self.chunks(member)

    def describe(self, member: Member) -> str:
        """Return where the member is, for messages.

        Args:
            member: One of this folder's.
        """
        return f"{member.name} in {self.label}"

    def _crc(self, member: Member) -> int:
        """Return the CRC-32 of a member's bytes, which a folder does not know until they are read."""
        crc = 0
        for piece in self.chunks(member):
            crc = zlib.crc32(piece, crc)
        return crc

    def _list(
        self, folder: str, prefix: str, skip: Callable[[str], bool], problems: list[str]
    ) -> list[tuple[str, str]]:
        """Add a folder's files, and return the folders in it: where each is, and its files' prefix."""
        folders: list[tuple[str, str]] = []
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            where = f"{prefix} in {self.label}" if prefix else self.label
            raise PleasingError(f"cannot read the folder {where}: {error.strerror}") from error
        for entry in entries:
            name = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                if not skip(name + "/"):
                    folders.append((entry.path, name + "/"))
                continue
            if skip(name):
                continue
            problem = _name_problem(name)
            if problem:
                problems.append(f"{name!r} in {self.label}: a file's name cannot be packed: {problem}")
                continue
            try:
                status = entry.stat(follow_symlinks=False)
            except OSError as error:
                raise PleasingError(f"cannot read {name} in {self.label}: {error.strerror}") from error
            link = stat.S_ISLNK(status.st_mode)
            if not link and not stat.S_ISREG(status.st_mode):
                problems.append(f"{name!r} in {self.label} is neither a file nor a link; take it out")
                continue
            self._stamps[name] = (status.st_size, status.st_mtime_ns)
            size = status.st_size
            row = self.table.add(STORED, 0, size, size, bool(status.st_mode & 0o111), link)
            member = Member(name, self, row)
            self.table.crcs[row] = self._crc(member)
            self.members.append(member)
        return folders


def _name_problem(name: str) -> Optional[str]:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return "it is not valid UTF-8"
    return problem_with(name)
