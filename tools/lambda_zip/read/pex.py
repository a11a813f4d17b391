"""Pex: what is in a PEX, of whichever kind, and which area each file belongs to.

The kinds are told apart by what is in them, never by a name:

- Please's, from python-rules 1 (a script before the archive) and 2 (a program): a zip with `.bootstrap/`,
  Please's `__main__.py`, and third-party code below the module directory, all distributions in one tree;
- pex-tool's `zipapp`: a zip with `PEX-INFO`, and one folder `.deps/<wheel>` a distribution;
- pex-tool's `packed`: a folder with `PEX-INFO`, one zip `.deps/<wheel>` a distribution, and loose sources;
- pex-tool's `loose`: a folder with `PEX-INFO`, all loose.
"""

from __future__ import annotations

import enum
import os
import re
from pathlib import Path
from typing import NamedTuple, Optional, Union

from tools.archive.folder import Folder
from tools.archive.member import Member
from tools.archive.reader import ArchiveReader
from tools.errors import PleasingError

_PEX_INFO = "PEX-INFO"
_DEPS = ".deps/"


class Kind(enum.Enum):
    """Which tool made a PEX, and in which layout."""

    PLEASE = "please"
    ZIPAPP = "pex-tool zipapp"
    PACKED = "pex-tool packed"
    LOOSE = "pex-tool loose"


class Area(enum.Enum):
    """What a file of a PEX is there for."""

    BOOTSTRAP = "bootstrap"
    FIRST_PARTY = "first-party"
    THIRD_PARTY = "third-party"


class Part(NamedTuple):
    """One file of a PEX, in its area.

    Attributes:
        member: The file.
        area: What it is there for.
        path: Its path in its area: in the repository for first-party code, in `site-packages` for
            third-party.
        tree: For third-party code, which tree it is in: `""` where all distributions share one, else the
            wheel.
    """

    member: Member
    area: Area
    path: str
    tree: str


class Pex(NamedTuple):
    """A PEX that has been opened.

    Attributes:
        label: How messages name it.
        kind: Which tool made it.
        parts: Its files.
        sources: What they are read from, to be checked and closed.
        python: Major and minor version that the PEX itself says it is for, where it does.
    """

    label: str
    kind: Kind
    parts: list[Part]
    sources: list[Union[ArchiveReader, Folder]]
    python: Optional[tuple[int, int]]

    def close(self) -> None:
        """Close what the PEX is read from; its members cannot be read any more."""
        for source in self.sources:
            source.close()

    def check_unchanged(self) -> None:
        """Check that the PEX has not been written to since it was opened.

        Raises:
            PleasingError: It has changed.
        """
        for source in self.sources:
            source.check_unchanged()


def open_pex(path: Path, module_dir: str = "third_party/python", label: Optional[str] = None) -> Pex:
    """Open a PEX and tells what each of its files is there for.

    Args:
        path: A file, or a folder for pex-tool's packed and loose layouts.
        module_dir: Folder of third-party code in a Please PEX, with `/` between its parts.
        label: How messages name the PEX; its file name where not given.

    Raises:
        PleasingError: It cannot be read, is damaged, or is no PEX.
    """
    label = label or path.name or str(path)
    if os.path.isdir(path):
        return _open_folder(path, module_dir, label)
    if not os.path.lexists(path):
        raise PleasingError(f"there is no PEX {path}; build it first, or mend the path")
    archive = ArchiveReader(path, label, "PEX")
    try:
        return _open_archive(archive, module_dir, label)
    except BaseException:
        archive.close()
        raise


def _open_archive(archive: ArchiveReader, module_dir: str, label: str) -> Pex:
    info = next((member for member in archive.members if member.name == _PEX_INFO), None)
    if info is not None:
        python = _check_pex_info(info, label)
        parts = [_pex_tool_part(member, module_dir) for member in archive.members]
        return Pex(label, Kind.ZIPAPP, parts, [archive], python)
    if not any(member.name.startswith(".bootstrap/") for member in archive.members):
        raise PleasingError(
            f"{label} is a zip, but no PEX: it has neither .bootstrap/ (Please's) nor PEX-INFO (pex-tool's); "
            "hand over what a python_binary or `pex` wrote"
        )
    folder = module_dir + "/"
    parts = [_please_part(member, folder) for member in archive.members]
    return Pex(label, Kind.PLEASE, parts, [archive], None)


def _please_part(member: Member, module_dir: str) -> Part:
    name = member.name
    if name.startswith(module_dir):
        return Part(member, Area.THIRD_PARTY, member.below(module_dir), "")
    if name == "__main__.py" or name.startswith(".bootstrap/"):
        return Part(member, Area.BOOTSTRAP, name, "")
    return Part(member, Area.FIRST_PARTY, name, "")


def _pex_tool_part(member: Member, module_dir: str) -> Part:
    name = member.name
    if name.startswith(_DEPS):
        wheel, _, path = name[len(_DEPS) :].partition("/")
        if not path:
            raise PleasingError(
                f"{member.describe()} is a file, where pex-tool has a folder a distribution; build the "
                "PEX again, without --no-pre-install-wheels"
            )
        return _wheel_part(member, wheel, path)
    if name in (_PEX_INFO, "__main__.py", "pex") or name.startswith((".bootstrap/", "__pex__/")):
        return Part(member, Area.BOOTSTRAP, name, "")
    return _please_part(member, module_dir + "/")


def _wheel_part(member: Member, wheel: str, path: str) -> Part:
    # pex-tool's notes on a wheel: .layout.json, .prefix/, <name>.pex-info/. lambda_wheel's are read later.
    if (path.startswith(".") and not path.startswith(".unavailable/")) or re.match(r"[^/]+\.pex-info/", path):
        return Part(member, Area.BOOTSTRAP, f"{_DEPS}{wheel}/{path}", "")
    return Part(member, Area.THIRD_PARTY, path, wheel)


def _open_folder(path: Path, module_dir: str, label: str) -> Pex:
    if not (path / _PEX_INFO).is_file():
        raise PleasingError(
            f"{label} is a folder, but no PEX: it has no PEX-INFO, as pex-tool's packed and loose have"
        )
    deps = path / ".deps"
    try:
        wheels = sorted(entry.name for entry in os.scandir(deps) if entry.is_file(follow_symlinks=False))
    except FileNotFoundError:
        wheels = []
    except OSError as error:
        raise PleasingError(f"cannot read the folder {label}/.deps: {error.strerror}") from error
    zipped = [] if deps.is_symlink() else wheels
    skipped = frozenset(f"{_DEPS}{wheel}" for wheel in zipped)

    def skip(name: str) -> bool:
        # The bootstrap is never packed; in the packed layout it is a file.
        return name in skipped or name in (".bootstrap", ".bootstrap/") or name.endswith("__pycache__/")

    tree = Folder(path, label, skip)
    sources: list[Union[ArchiveReader, Folder]] = [tree]
    info = next((member for member in tree.members if member.name == _PEX_INFO), None)
    python = _check_pex_info(info, label) if info else None
    pex = Pex(label, Kind.PACKED if zipped else Kind.LOOSE, [], sources, python)
    try:
        pex.parts.extend(_pex_tool_part(member, module_dir) for member in tree.members)
        for wheel in zipped:
            archive = ArchiveReader(deps / wheel, f"{label}/{_DEPS}{wheel}", "wheel")
            sources.append(archive)
            pex.parts.extend(_wheel_part(member, wheel, member.name) for member in archive.members)
    except BaseException:
        pex.close()
        raise
    return pex


def _check_pex_info(member: Member, label: str) -> Optional[tuple[int, int]]:
    import json

    try:
        info = json.loads(member.read())
    except (ValueError, RecursionError) as error:
        raise PleasingError(
            f"{label}: its PEX-INFO is not valid JSON: {error}; build the PEX again"
        ) from error
    if not isinstance(info, dict):
        raise PleasingError(f"{label}: its PEX-INFO is not a JSON object; build the PEX again")
    if info.get("deps_are_wheel_files"):
        raise PleasingError(
            f"{label} holds its distributions as wheel files that are not unpacked; build it without "
            "--no-pre-install-wheels"
        )
    constraints = info.get("interpreter_constraints")
    texts = " ".join(map(str, constraints)) if isinstance(constraints, list) else ""
    minors = set(re.findall(r"==\s*3\.([0-9]{1,2})(?:\.|\b)", texts))
    return (3, int(minors.pop())) if len(minors) == 1 else None
