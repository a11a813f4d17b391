"""A wheel, opened strictly and held against its own RECORD."""

from __future__ import annotations

import base64
import configparser
import csv
import hashlib
import io
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO, NamedTuple, Optional, cast

from installer.records import InvalidRecordEntry, parse_record_file
from installer.sources import WheelSource
from packaging.utils import canonicalize_name, canonicalize_version

from tools.archive.member import Member
from tools.archive.reader import ArchiveReader
from tools.errors import PleasingError

# "RECORD.jws is used for digital signatures. It is not mentioned in RECORD." (binary distribution format)
_UNRECORDED = ("RECORD", "RECORD.jws", "RECORD.p7s")
_ENTRY_POINTS = "entry_points.txt"
# The same text forbids md5 and sha1.
_WEAK = frozenset({"md5", "sha1", "sha224"})
# Their digests have any length, so that a hash does not say how long it is.
_OPEN_ENDED = frozenset({"shake_128", "shake_256"})
_STRONG = frozenset(hashlib.algorithms_guaranteed) - _WEAK - _OPEN_ENDED


class MemberStream(io.BufferedIOBase):
    """A member's bytes as a stream, for `installer`; read only if somebody does.

    Args:
        member: The member.
        digest: Its hash as RECORD has it, such as `sha256=...`.
    """

    def __init__(self, member: Member, digest: str) -> None:
        self.member = member
        self.digest = digest
        self._data: Optional[io.BytesIO] = None

    def read(self, size: Optional[int] = -1, /) -> bytes:
        """Return the next bytes."""
        if self._data is None:
            self._data = io.BytesIO(self.member.read())
        return self._data.read(size)

    def readable(self) -> bool:
        """Return True."""
        return True


class _Recorded(NamedTuple):
    """What RECORD says of a file."""

    algorithm: str
    digest: str
    size: Optional[int]


class Wheel(WheelSource):
    """A wheel, whose file may have any name.

    Args:
        path: The file.
        label: How messages call it.

    Raises:
        PleasingError: The archive is damaged or ambiguous, or is no wheel.
    """

    def __init__(self, path: Path, label: str) -> None:
        self.label = label
        self._archive = ArchiveReader(path, label)
        self._members = {
            member.name: member for member in self._archive.members if not member.name.endswith("/")
        }
        try:
            links = [member.name for member in self._members.values() if member.link]
            if links:
                raise PleasingError(f"{label} has a link, {links[0]}; wheels hold files only")
            folder = self._metadata_folder()
            for needed in ("WHEEL", "METADATA", "RECORD"):
                if f"{folder}/{needed}" not in self._members:
                    raise PleasingError(f"{label} is not a wheel: it has no {folder}/{needed}")
        except PleasingError:
            self.close()
            raise
        name, _, version = folder[: -len(".dist-info")].rpartition("-")
        super().__init__(name, version)

    def close(self) -> None:
        """Close the file."""
        self._archive.close()

    def _metadata_folder(self) -> str:
        folders = sorted({name.partition("/")[0] for name in self._members if ".dist-info/" in name})
        folders = [name for name in folders if name.endswith(".dist-info")]
        if len(folders) != 1 or "-" not in folders[0]:
            found = ", ".join(folders) or "none"
            raise PleasingError(
                f"{self.label} is not a wheel: it must have one folder NAME-VERSION.dist-info, and has {found}"
            )
        return folders[0]

    # installer's interface

    @property
    def dist_info_filenames(self) -> list[str]:
        """Names of the files in the metadata folder, without the one that launchers are made from.

        A PEX has no launchers, and installer refuses a command that is named twice, which pip takes.
        """
        start = f"{self.dist_info_dir}/"
        names = [name[len(start) :] for name in self._members if name.startswith(start)]
        return [name for name in names if name != _ENTRY_POINTS]

    def check_entry_points(self) -> None:
        """Check that the commands and plugins of the wheel can be read when the function runs.

        Raises:
            configparser.Error: They cannot.
        """
        if f"{self.dist_info_dir}/{_ENTRY_POINTS}" in self._members:
            parser = configparser.ConfigParser(delimiters="=", strict=False, interpolation=None)
            parser.read_string(self.read_dist_info(_ENTRY_POINTS))

    def read_dist_info(self, filename: str) -> str:
        """Return a file of the metadata folder.

        Args:
            filename: Its name there.
        """
        member = self._members[f"{self.dist_info_dir}/{filename}"]
        try:
            return member.read().decode("utf-8")
        except UnicodeDecodeError as error:
            raise PleasingError(f"{member.describe()} is not UTF-8: {error}") from error

    def get_contents(self) -> Iterator[tuple[tuple[str, str, str], BinaryIO, bool]]:
        """Yield what RECORD says of a file, its bytes, and whether it may be run."""
        recorded = self._recorded()
        for name, member in self._members.items():
            if "__pycache__" in name.split("/"):
                # Compiled by who knows what, and never looked at by who reviews a wheel.
                continue
            entry = recorded.get(name)
            digest = f"{entry.algorithm}={entry.digest}" if entry and entry.algorithm else ""
            stream = MemberStream(member, digest)
            path = self._as_installed(name)
            yield (path, digest, str(member.size)), cast("BinaryIO", stream), member.executable

    def _as_installed(self, name: str) -> str:
        """Return a file's name with its `.data` folder spelled as the metadata folder is.

        Tools have written `Fancy-1.0.data` beside `fancy-1.0.dist-info`, and pip takes either.
        """
        folder, slash, rest = name.partition("/")
        if not slash or not folder.endswith(".data") or folder == self.data_dir:
            return name
        distribution, _, version = folder[: -len(".data")].rpartition("-")
        alike = canonicalize_name(distribution), canonicalize_version(version)
        own = canonicalize_name(self.distribution), canonicalize_version(self.version)
        return f"{self.data_dir}/{rest}" if alike == own else name

    def validate_record(self) -> None:
        """Check every file against RECORD, on all cores.

        Raises:
            PleasingError: A file is not listed, or is not what is listed; all of them at once.
        """
        recorded = self._recorded()
        signatures = {f"{self.dist_info_dir}/{name}" for name in _UNRECORDED}
        members = [member for name, member in sorted(self._members.items()) if name not in signatures]
        batches: list[Sequence[Member]] = [
            members[start : start + 64] for start in range(0, len(members), 64)
        ]

        def check(batch: Sequence[Member]) -> list[str]:
            return [
                f"{member.describe()} {problem}"
                for member in batch
                if (problem := _record_problem(member, recorded.get(member.name)))
            ]

        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            problems = [problem for found in pool.map(check, batches) for problem in found]
        if problems:
            raise PleasingError(problems)

    def _recorded(self) -> dict[str, _Recorded]:
        found: dict[str, _Recorded] = {}
        try:
            for path, digest, size in parse_record_file(self.read_dist_info("RECORD").splitlines()):
                algorithm, _, value = digest.partition("=")
                found[path] = _Recorded(algorithm, value, int(size) if size else None)
        except (InvalidRecordEntry, csv.Error, ValueError) as error:
            raise PleasingError(
                f"{self.dist_info_dir}/RECORD in {self.label} cannot be read: {error}"
            ) from error
        return found


def _record_problem(member: Member, recorded: Optional[_Recorded]) -> Optional[str]:
    if recorded is None:
        return "is not in the wheel's RECORD"
    if recorded.algorithm not in _STRONG:
        return f"has no hash in RECORD that proves anything ({recorded.algorithm or 'none'}); sha256 is due"
    digest = hashlib.new(recorded.algorithm)
    size = 0
    for piece in member.source.chunks(member):
        digest.update(piece)
        size += len(piece)
    if recorded.size is not None and recorded.size != size:
        return f"has {size} bytes, and {recorded.size} by RECORD"
    found = base64.urlsafe_b64encode(digest.digest()).decode().rstrip("=")
    if found != recorded.digest.rstrip("="):
        return f"has {recorded.algorithm}={found}, and {recorded.algorithm}={recorded.digest} by RECORD"
    return None
