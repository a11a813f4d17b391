"""Changes: what is other than in an old zip, and whose that is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Optional

from tools.errors import PleasingError
from tools.lambda_report.report import FORMAT, Report
from tools.lambda_report.zip_files import FIRST_PARTY, Owner, ZipFile, read_zip
from tools.manifests.function import function_of

_ZIP = b"PK"


class Old(NamedTuple):
    """What is known of an old zip.

    Attributes:
        zip_bytes: Its size.
        owners: Name of each distribution, or of the first-party code -> version and bytes in the zip.
        files: Name -> bytes in the zip, and the owner's name; None where only a manifest is left.
    """

    zip_bytes: int
    owners: Mapping[str, tuple[str, int]]
    files: Optional[Mapping[str, tuple[int, str]]]


class OwnerChange(NamedTuple):
    """What has changed of a distribution or of the first-party code. An empty version stands for none."""

    name: str
    old_version: str
    version: str
    old_bytes: int
    bytes: int

    @property
    def grown(self) -> int:
        """How many bytes it takes more in the zip."""
        return self.bytes - self.old_bytes

    @property
    def title(self) -> str:
        """What it is and which versions, for people."""
        if self.old_version and self.version and self.old_version != self.version:
            return f"{self.name} {self.old_version} -> {self.version}"
        return f"{self.name} {self.version or self.old_version}".rstrip()


class FileChange(NamedTuple):
    """What has changed of a file."""

    name: str
    owner: str
    old_bytes: int
    bytes: int

    @property
    def grown(self) -> int:
        """How many bytes it takes more in the zip."""
        return self.bytes - self.old_bytes


class Changes(NamedTuple):
    """What has changed.

    Attributes:
        old_bytes: Size of the old zip.
        bytes: Size of the new one.
        owners: What grew first, by how much it did.
        files: Likewise; None where the old zip's files are not known.
    """

    old_bytes: int
    bytes: int
    owners: list[OwnerChange]
    files: Optional[list[FileChange]]


def read_old(path: Path) -> Old:
    """Read an old zip, what --json wrote of it, or its manifest.

    Args:
        path: Which of them it is, is told by what it holds.

    Raises:
        PleasingError: It is none of them.
    """
    try:
        with path.open("rb") as file:
            is_zip = file.read(2) == _ZIP
        if is_zip:
            return _of_files(path.stat().st_size, read_zip(path))
        values = json.loads(path.read_bytes())
        return _of_report(values) if "lambda_report" in values else _of_manifest(values)
    except OSError as error:
        raise PleasingError(f"--against: {path} cannot be read: {error.strerror}") from error
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise PleasingError(
            f"--against: {path} is neither a zip, nor what --json writes, nor a manifest of python_lambda"
        ) from error


def _of_files(size: int, files: Iterable[ZipFile]) -> Old:
    owners: dict[str, tuple[str, int]] = {}
    by_name = {}
    for file in files:
        _, known = owners.get(file.owner.name, ("", 0))
        owners[file.owner.name] = (file.owner.version, known + file.zip_bytes)
        by_name[file.name] = (file.zip_bytes, file.owner.name)
    return Old(size, owners, by_name)


def _of_report(values: Mapping[str, Any]) -> Old:
    if values["lambda_report"] != FORMAT:
        raise ValueError
    owners = [Owner(str(item["name"]), str(item["version"])) for item in values["owners"]]
    files = [
        ZipFile(str(name), int(zipped), int(unzipped), owners[owner], "")
        for name, zipped, unzipped, owner, _ in values["files"]
    ]
    return _of_files(int(values["zip_bytes"]), files)


def _of_manifest(values: Mapping[str, Any]) -> Old:
    function = function_of(values, "")
    owners = {share.name: (share.version, share.zip_bytes) for share in function.distributions}
    owners[FIRST_PARTY] = ("", function.first_party[0] + function.unowned[0])
    return Old(function.zip_bytes, owners, None)


def changes_of(report: Report, old: Old) -> Changes:
    """Return what has changed.

    Args:
        report: The new zip.
        old: The old one.
    """
    new = _of_files(report.function.zip_bytes, report.files)
    nothing = ("", 0)
    owners = [
        OwnerChange(
            name,
            old.owners.get(name, nothing)[0],
            new.owners.get(name, nothing)[0],
            old.owners.get(name, nothing)[1],
            new.owners.get(name, nothing)[1],
        )
        for name in {*old.owners, *new.owners}
    ]
    files = None
    if old.files is not None and new.files is not None:
        known = old.files
        gone = (0, "")
        files = [
            FileChange(
                name,
                (new.files.get(name) or known[name])[1],
                known.get(name, gone)[0],
                new.files.get(name, gone)[0],
            )
            for name in {*known, *new.files}
        ]
        files = sorted((one for one in files if one.grown), key=lambda one: (-one.grown, one.name))
    changed = [one for one in owners if one.grown or one.old_version != one.version]
    return Changes(
        old.zip_bytes,
        new.zip_bytes,
        sorted(changed, key=lambda one: (-one.grown, one.name)),
        files,
    )
