"""Package: a zip and its manifest, as python_lambda writes them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import NamedTuple, Optional

from tools.errors import PleasingError


class Package(NamedTuple):
    """A function's zip, and what its manifest says of it.

    Attributes:
        path: The zip.
        size: Bytes of the zip.
        sha256: Its SHA-256, in hexadecimal digits.
        code_sha256: The same as AWS shows it.
        runtime: As AWS spells it.
        architecture: As AWS spells it.
        edge: The event of CloudFront that it is for; None for a function of Lambda.
        handlers: The handlers that it can be deployed with, the one of every zip first.
    """

    path: Path
    size: int
    sha256: str
    code_sha256: str
    runtime: str
    architecture: str
    edge: Optional[str]
    handlers: tuple[str, str]


def read_package(path: Path, manifest: Path) -> Package:
    """Read a zip's manifest, and check that it is this zip's.

    Args:
        path: The zip.
        manifest: Its manifest.

    Raises:
        PleasingError: One cannot be read, or they are not of one build.
    """
    try:
        values = json.loads(manifest.read_bytes())
        package = Package(
            path=path,
            size=int(values["zip_bytes"]),
            sha256=str(values["sha256"]),
            code_sha256=str(values["code_sha256"]),
            runtime=str(values["runtime"]),
            architecture=str(values["architecture"]),
            edge=values.get("edge"),
            handlers=(str(values["handler"]["entry"]), str(values["handler"]["direct"])),
        )
    except OSError as error:
        raise PleasingError(f"cannot read {manifest}: {error.strerror}; build the function first") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise PleasingError(f"{manifest} is not a manifest of python_lambda ({error!r})") from error
    if _sha256(path) != package.sha256:
        raise PleasingError(
            f"{path} is not the zip that {manifest} describes; build both again, in one build"
        )
    return package


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            for piece in iter(lambda: file.read(1 << 20), b""):
                digest.update(piece)
    except OSError as error:
        raise PleasingError(f"cannot read {path}: {error.strerror}; build the function first") from error
    return digest.hexdigest()
