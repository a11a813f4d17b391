"""Manifest: of functions that were never built, in a repository as Please leaves it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Optional


def share(
    name: str,
    zip_bytes: int,
    version: str = "1.0",
    requires: Iterable[str] = (),
    reached: Optional[bool] = True,
) -> dict[str, Any]:
    """Return what a manifest says of a distribution that unpacks to three times its size."""
    return {
        "name": name,
        "version": version,
        "zip_bytes": zip_bytes,
        "unzipped_bytes": 3 * zip_bytes,
        "files": 2,
        "reached": reached,
        "requires": list(requires),
    }


def layer(target: str, *distributions: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a manifest says of a layer."""
    return {
        "target": target,
        "sha256": "1" * 64,
        "code_sha256": "A" * 43 + "=",
        "zip_bytes": 22 + sum(item["zip_bytes"] for item in distributions),
        "unzipped_bytes": sum(item["unzipped_bytes"] for item in distributions),
        "distributions": list(distributions),
    }


def manifest(
    *distributions: Mapping[str, Any], target: str = "//svc:lambda", **values: Any
) -> dict[str, Any]:
    """Return a function's manifest: 1,000 bytes of first-party code, and distributions."""
    own = {"zip_bytes": 1000, "unzipped_bytes": 2000, "files": 3}
    layers = values.get("layers", [])
    unzipped = 2000 + sum(item["unzipped_bytes"] for item in distributions)
    every = unzipped + sum(item["unzipped_bytes"] for item in layers)
    return {
        "schema_version": 1,
        "target": target,
        "handler": {
            "entry": "lambda_function.handler",
            "direct": "svc.echo.handler",
            "file": "svc/echo.py",
            "certainty": "defined",
            "decorators": [],
        },
        "imports": {"checked": True, "ok": []},
        "runtime": "python3.12",
        "runtime_deprecated_from": "2028-10-31",
        "architecture": "x86_64",
        "edge": None,
        "sha256": "0" * 64,
        "code_sha256": "A" * 43 + "=",
        "zip_bytes": 1022 + sum(item["zip_bytes"] for item in distributions),
        "unzipped_bytes": unzipped,
        "files": 3 + sum(item["files"] for item in distributions),
        "first_party": own,
        "third_party_without_metadata": {"zip_bytes": 0, "unzipped_bytes": 0, "files": 0},
        "distributions": list(distributions),
        "layers": [],
        "relocated": {},
        "caps": {
            "zip": None,
            "unzipped": {"name": "lambda", "bytes": 262_144_000, "headroom_bytes": 262_144_000 - every},
        },
        "warnings": [],
        **values,
    }


def repository(folder: Path, *manifests: Mapping[str, Any]) -> Path:
    """Write manifests and zips of their sizes to where Please has them, and return the repository's root."""
    (folder / ".plzconfig").write_text("")
    for values in manifests:
        package, _, name = values["target"].removeprefix("//").partition(":")
        (folder / package).mkdir(parents=True, exist_ok=True)
        (folder / package / "BUILD").touch()
        place = folder / "plz-out" / "gen" / package
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{name}.json").write_text(json.dumps(values))
        with (place / f"{name}.zip").open("wb") as file:
            file.truncate(values["zip_bytes"])
    return folder
