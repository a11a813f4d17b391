"""Report: everything that is shown of one zip."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Optional

from tools.aws.facts import ZIP_LIMITS
from tools.errors import PleasingError
from tools.lambda_report.kind import KINDS
from tools.lambda_report.left_out import LeftOut, left_out_of
from tools.lambda_report.unused import Unused, unused_of
from tools.lambda_report.zip_files import Owner, ZipFile
from tools.manifests.function import Function

# What --json has, and --against looks for.
FORMAT = 1


class Part(NamedTuple):
    """What belongs together in a zip.

    Attributes:
        title: What it is called.
        zip_bytes: What it takes in the zip.
        unzipped_bytes: What it takes when unpacked.
        files: How many files.
    """

    title: str
    zip_bytes: int
    unzipped_bytes: int
    files: int


class Bar(NamedTuple):
    """A cap and what is used of it.

    Attributes:
        what: What is capped: `zip`, or `unpacked`.
        name: The cap's name, as the rule wrote it.
        used: Bytes.
        size: Bytes that are allowed.
    """

    what: str
    name: str
    used: int
    size: int

    @property
    def share(self) -> float:
        """How much of the cap is used, 1 for all."""
        return self.used / self.size


class Report(NamedTuple):
    """Everything that is shown of one zip.

    Attributes:
        function: What the manifest says.
        files: The files of the zip.
        owners: What each distribution and the first-party code take, the largest first.
        kinds: What each kind of file takes, the largest first.
        bars: The caps.
        left_out: What is not in the zip.
        unused: What no import leads to; None where nobody looked.
    """

    function: Function
    files: list[ZipFile]
    owners: list[tuple[Owner, Part]]
    kinds: list[Part]
    bars: list[Bar]
    left_out: list[LeftOut]
    unused: Optional[list[Unused]]


def report_of(function: Function, files: Sequence[ZipFile]) -> Report:
    """Return the report of a zip.

    Args:
        function: What its manifest says.
        files: Its files.

    Raises:
        PleasingError: The zip and the manifest are of two builds.
    """
    # The end record is no file's.
    size = sum(file.zip_bytes for file in files) + 22
    if (size, sum(file.unzipped_bytes for file in files)) != (function.zip_bytes, function.unzipped_bytes):
        raise PleasingError(
            f"the zip has files for {size:,} bytes, and the manifest of {function.target} tells of "
            f"{function.zip_bytes:,}. They are of two builds: build both again"
        )
    owners = sorted({file.owner for file in files})
    parts = [(owner, _part(owner.title, (f for f in files if f.owner == owner))) for owner in owners]
    kinds = [_part(kind, (file for file in files if file.kind == kind)) for kind in KINDS]
    return Report(
        function,
        list(files),
        sorted(parts, key=lambda pair: (-pair[1].zip_bytes, pair[1].title)),
        sorted((part for part in kinds if part.files), key=lambda part: (-part.zip_bytes, part.title)),
        _bars(function),
        left_out_of(function),
        unused_of(function),
    )


def _part(title: str, files: Iterable[ZipFile]) -> Part:
    files = list(files)
    return Part(
        title,
        sum(file.zip_bytes for file in files),
        sum(file.unzipped_bytes for file in files),
        len(files),
    )


def _bars(function: Function) -> list[Bar]:
    bars = []
    zipped, unzipped = function.caps.get("zip"), function.caps.get("unzipped")
    if zipped:
        bars.append(Bar("zip", zipped.name, function.zip_bytes, zipped.size))
    elif function.zip_bytes:
        limit = ZIP_LIMITS["direct-upload"]
        bars.append(Bar("zip", limit.name, function.zip_bytes, limit.size))
    if unzipped:
        what = "unpacked, with layers" if function.layers else "unpacked"
        bars.append(Bar(what, unzipped.name, function.with_layers, unzipped.size))
    return bars


def as_values(report: Report) -> dict[str, Any]:
    """Return a report as JSON has it, which `old_of` reads again.

    Args:
        report: The report.
    """
    function = report.function
    places = {owner: place for place, (owner, _) in enumerate(report.owners)}
    kinds = {part.title: place for place, part in enumerate(report.kinds)}
    return {
        "lambda_report": FORMAT,
        "target": function.target,
        "runtime": function.runtime,
        "architecture": function.architecture,
        "zip_bytes": function.zip_bytes,
        "unzipped_bytes": function.unzipped_bytes,
        "bars": [bar._asdict() for bar in report.bars],
        "owners": [
            {
                "name": owner.name,
                "version": owner.version,
                "zip_bytes": part.zip_bytes,
                "unzipped_bytes": part.unzipped_bytes,
                "files": part.files,
            }
            for owner, part in report.owners
        ],
        "kinds": [part._asdict() for part in report.kinds],
        "layers": [
            {"target": layer.target, "zip_bytes": layer.zip_bytes, "unzipped_bytes": layer.unzipped_bytes}
            for layer in function.layers
        ],
        "left_out": [one._asdict() for one in report.left_out],
        "unused": None
        if report.unused is None
        else [
            {
                "name": one.share.name,
                "version": one.share.version,
                "zip_bytes": one.share.zip_bytes,
                "required_by": list(one.required_by),
            }
            for one in report.unused
        ],
        # Name, bytes in the zip, bytes unpacked, place in owners, place in kinds.
        "files": [
            [file.name, file.zip_bytes, file.unzipped_bytes, places[file.owner], kinds[file.kind]]
            for file in report.files
        ],
    }


def as_json(report: Report) -> str:
    """Return a report as JSON.

    Args:
        report: The report.
    """
    return json.dumps(as_values(report), indent=1)
