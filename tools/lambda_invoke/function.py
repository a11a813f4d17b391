"""Function: a zip, and what its manifest says of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple, Optional

from tools.aws.facts import ARCHITECTURES, RUNTIMES, Architecture, Runtime
from tools.errors import PleasingError

# Caps that a rule has only where CloudFront runs the function.
_EDGE_CAPS = {"edge-viewer": "viewer-request", "edge-origin": "origin-request"}


class Function(NamedTuple):
    """A function as it would be deployed.

    Attributes:
        zip: The zip.
        manifest: Its manifest.
        handler: What Lambda would be configured with.
        runtime: Lambda's runtime.
        architecture: Lambda's architecture.
        edge: CloudFront's event whose limits it has, such as `viewer-request`; None in a Region.
        relocated: Names in the zip of first-party files that a source root moved -> their paths in the repository.
    """

    zip: Path
    manifest: Path
    handler: str
    runtime: Runtime
    architecture: Architecture
    edge: Optional[str]
    relocated: dict[str, str]


def read_function(path: Path, manifest: Optional[Path] = None) -> Function:
    """Return the function of a zip.

    Args:
        path: The zip.
        manifest: Its manifest; beside the zip, with `.json`, where not given.

    Raises:
        PleasingError: One of them is missing, or they do not belong together.
    """
    place = manifest or path.with_suffix(".json")
    try:
        size = path.stat().st_size
        content = json.loads(place.read_bytes())
        return _function(path, place, size, content)
    except OSError as error:
        missing = "the zip" if error.filename == str(path) else "the zip's manifest"
        raise PleasingError(
            f"{missing} cannot be read: {error.filename}: {error.strerror}. Build both: plz build //svc:lambda"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise PleasingError(
            f"{place} is no manifest of python_lambda: {type(error).__name__}: {error}. "
            "Name the right one with --manifest"
        ) from error


def _function(path: Path, place: Path, size: int, content: dict[str, Any]) -> Function:
    if content["zip_bytes"] != size:
        raise PleasingError(
            f"{path} has {size:,} bytes, and its manifest tells of one with {content['zip_bytes']:,}. "
            "They are of two builds: build both again"
        )
    cap = content["caps"]["zip"] or {}
    return Function(
        zip=path,
        manifest=place,
        handler=content["handler"]["entry"],
        runtime=RUNTIMES[content["runtime"]],
        architecture=ARCHITECTURES[content["architecture"]],
        edge=content.get("edge") or _EDGE_CAPS.get(cap.get("name", "")),
        relocated=dict(content.get("relocated", {})),
    )
