"""Distribution: a package of the Python index, known by the metadata that its wheel left in the PEX."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Optional

from tools.archive.member import Member
from tools.archive.member_name import any_below
from tools.errors import PleasingError
from tools.lambda_zip.read.pex import Area, Part
from tools.text import normalise

# "Recording installed projects", packaging.python.org: <name>-<version>.dist-info; older tools wrote
# .egg-info.
_METADATA_FOLDER = re.compile(r"([^/]+?)-([^/-]+)(?:-py\d\.\d+)?\.(?:dist|egg)-info")

# Written by whichever tool installed the wheel, and different with each ("Recording installed projects",
# PEP 610).
INSTALLER_FILES = frozenset({"INSTALLER", "REQUESTED", "direct_url.json", "RECORD.jws", "RECORD.p7s"})

# Bytes of all RECORDs: some for files that Please left out, and for each that is there more than a line takes.
_RECORD_BYTES = 1 << 22
_RECORD_BYTES_A_FILE = 1 << 10


class RecordLine(NamedTuple):
    """What a RECORD says of one file; empty where it says nothing."""

    digest: str
    size: str


class Distribution:
    """One distribution of a PEX.

    Attributes:
        name: Normalised as PEP 503 has it.
        version: As its metadata folder or its label spells it.
        tree: The tree of the PEX that it is in, see `Part.tree`.
        folder: Its metadata folder; empty where only a label names it.
        record_file: Its RECORD; None where it has none that lists anything.
        scattered: Paths that its RECORD puts outside of `site-packages`, where `pip install --target` leaves
            them.
    """

    __slots__ = ("folder", "name", "record_file", "scattered", "tree", "version")

    def __init__(self, name: str, version: str, tree: str, folder: str) -> None:
        self.name = name
        self.version = version
        self.tree = tree
        self.folder = folder
        self.record_file: Optional[Member] = None
        self.scattered: set[str] = set()

    def record(self) -> dict[str, RecordLine]:
        """Return what its RECORD says: path below `site-packages` -> line.

        The RECORD is read once more: the lines of all distributions would be the most that is in memory.
        """
        if self.record_file is None:
            return {}
        return {path: RecordLine(digest, size) for path, digest, size in _lines_of(self.record_file)}

    def __repr__(self) -> str:
        return f"Distribution({self.name!r}, {self.version!r})"


_NOTHING: Mapping[str, Optional[Distribution]] = {}


class Owners:
    """Which distribution each third-party file is of.

    Args:
        parts: All files of the PEX.
        declared: Name -> versions of what rules declared, for distributions that left no metadata.
    """

    def __init__(self, parts: Sequence[Part], declared: Mapping[str, Sequence[str]]) -> None:
        self.distributions: list[Distribution] = []
        # By tree and path; None for a file that no RECORD lists. Empty until the first RECORD is read.
        self._by_path: dict[str, dict[str, Optional[Distribution]]] = {}
        self._by_folder: dict[tuple[str, str], Distribution] = {}
        self._by_tree: dict[str, Distribution] = {}
        self._by_top: dict[str, Distribution] = {}
        self._recorded: Optional[list[str]] = None
        self._folders: set[str] = set()
        self._find(parts)
        self._add_declared(declared)

    def of(self, tree: str, path: str) -> Optional[Distribution]:
        """Return the distribution of a third-party file, or None where nothing tells.

        Args:
            tree: The file's tree.
            path: Its path there.
        """
        listed = self._by_path.get(tree, _NOTHING)
        owner = listed.get(path)
        if owner is not None:
            return owner
        top = path.partition("/")[0]
        owner = self._by_folder.get((tree, top)) or self._by_tree.get(tree)
        if owner is not None:
            return owner
        stem, dot, extension = path.rpartition(".")
        if dot and extension == "pyc":  # compiled beside its source, as Please does it
            owner = listed.get(stem + ".py")
            if owner is not None:
                return owner
        return self._by_top.get(top.partition(".")[0])

    def claims(self, tree: str, path: str) -> bool:
        """Return whether a RECORD lists the file.

        Args:
            tree: The file's tree.
            path: Its path there.
        """
        return self._by_path.get(tree, _NOTHING).get(path) is not None

    def knows(self, folder: str) -> bool:
        """Return whether a file that no RECORD lists has no business in a folder of a Please PEX.

        That is so where a RECORD lists others there or below. Of a distribution that left no RECORD nothing
        is known.

        Args:
            folder: A folder below `site-packages`.
        """
        if self._recorded is None:
            listed = self._by_path.get("", _NOTHING)
            self._recorded = sorted(path for path, owner in listed.items() if owner is not None)
            self._folders = {folder for _, folder in self._by_folder}
        return not folder or folder in self._folders or any_below(folder, self._recorded)

    def _find(self, parts: Sequence[Part]) -> None:
        self._room = _RECORD_BYTES + _RECORD_BYTES_A_FILE * len(parts)
        for part in parts:
            if part.area is not Area.THIRD_PARTY:
                continue
            folder, slash, rest = part.path.partition("/")
            if not slash or not folder.endswith("-info"):
                continue
            distribution = self._by_folder.get((part.tree, folder))
            if distribution is None:
                match = _METADATA_FOLDER.fullmatch(folder)
                if match is None:
                    continue
                distribution = Distribution(normalise(match[1]), match[2], part.tree, folder)
                self._by_folder[part.tree, folder] = distribution
                if part.tree:
                    self._by_tree[part.tree] = distribution
                self.distributions.append(distribution)
            if rest == "RECORD":
                if not self._by_path:
                    self._add_paths(parts)
                self._read_record(distribution, part.member)

    def _add_paths(self, parts: Sequence[Part]) -> None:
        """Make the parts' own paths the keys, so that those in RECORDs need not stay in memory."""
        for part in parts:
            if part.area is Area.THIRD_PARTY:
                self._by_path.setdefault(part.tree, {})[part.path] = None

    def _read_record(self, distribution: Distribution, member: Member) -> None:
        listed = self._by_path.setdefault(distribution.tree, {})
        self._room -= member.size
        if self._room < 0:
            raise PleasingError(
                f"{member.describe()} has {member.size:,} bytes, more than the PEX has files for; it is not what "
                f"its name says, or made to exhaust memory. Install {distribution.name} again"
            )
        try:
            for path, _, _ in _lines_of(member):
                if path.startswith(("../", "/")):
                    distribution.scattered.add(path.lstrip("./"))
                    continue
                distribution.record_file = member
                if listed.get(path) is None:
                    listed[path] = distribution
        except ValueError as error:
            raise PleasingError(
                f"{member.describe()} cannot be read: {error}; install {distribution.name} again"
            ) from error

    def _add_declared(self, declared: Mapping[str, Sequence[str]]) -> None:
        known = {distribution.name for distribution in self.distributions}
        for name, versions in declared.items():
            if name not in known:
                # A python_wheel keeps its package and not its metadata: only its label and its name are left.
                self._by_top[name.replace("-", "_")] = Distribution(name, "/".join(versions), "", "")


def record_line(data: bytes) -> RecordLine:
    """Return what a RECORD says of a file.

    Args:
        data: The file's bytes.
    """
    import base64
    import hashlib

    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
    return RecordLine(f"sha256={digest}", str(len(data)))


def record_of(
    distribution: Distribution, paths: Iterable[str], changed: Mapping[str, RecordLine] = {}
) -> bytes:
    """Return a RECORD that lists what is in the zip, and nothing that was left out.

    Args:
        distribution: Whose RECORD it is.
        paths: Its files in the zip, the RECORD itself among them.
        changed: Lines of those whose bytes are not what the wheel had.
    """
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    own = f"{distribution.folder}/RECORD"
    record = distribution.record()
    for path in sorted(paths):
        line = changed.get(path) or record.get(path)
        writer.writerow((path, "", "") if line is None or path == own else (path, *line))
    return out.getvalue().encode("utf-8", "surrogateescape")


def _lines_of(member: Member) -> Iterable[tuple[str, str, str]]:
    return _lines(member.read().decode("utf-8", "surrogateescape"))


def _lines(record: str) -> Iterable[tuple[str, str, str]]:
    if '"' in record:
        import csv
        import io

        try:
            for row in csv.reader(io.StringIO(record)):
                if len(row) == 3:
                    yield row[0], row[1], row[2]
        except csv.Error as error:
            raise ValueError(str(error)) from error
        return
    for line in record.replace("\r\n", "\n").split("\n"):
        fields = line.rsplit(",", 2)
        if len(fields) == 3:
            yield fields[0], fields[1], fields[2]
