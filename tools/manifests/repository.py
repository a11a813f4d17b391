"""Repository: the manifests of all functions that were built in it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Optional

from tools.errors import PleasingError
from tools.manifests.function import Function, function_of
from tools.plzconfig import repository_of

# Where Please and the embedded engine put what they have built.
_BUILT = "plz-out/gen"
_BUILD_FILES = ("BUILD", "BUILD.plz")
# Larger than any manifest.
_MOST = 1 << 24


class Built(NamedTuple):
    """A function that was built.

    Attributes:
        function: What its manifest says.
        path: The manifest, below the repository's root.
    """

    function: Function
    path: str


def find_root(start: Path) -> Path:
    """Return the root of the repository that a folder is in.

    Args:
        start: The folder.

    Raises:
        PleasingError: It is in none.
    """
    start = start.resolve()
    root = repository_of(start)
    if root is None:
        raise PleasingError(f"{start} is in no repository of Please: no .plzconfig is there or above it")
    return root


def built_functions(root: Path) -> list[Built]:
    """Return the functions that were built in a repository, sorted by label.

    Read are the manifests below plz-out/gen. A package that has no BUILD file any more is passed over, as are what was
    built in a subrepo, and a manifest whose zip is another's or gone.

    Args:
        root: The repository's root.

    Raises:
        PleasingError: There are none.
    """
    found = {}
    for path in _json_files(root / _BUILT):
        place = path.relative_to(root / _BUILT)
        if not any((root / place.parent / name).is_file() for name in _BUILD_FILES):
            continue
        built = _read(path, place)
        if built is not None:
            found[built.target] = Built(built, f"{_BUILT}/{place.as_posix()}")
    if not found:
        raise PleasingError(
            f"no function is built in {root}: build them first, with plz build --include awslambda //..."
        )
    return [found[target] for target in sorted(found)]


def _json_files(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            if name.endswith(".json"):
                yield Path(parent, name)


def _read(path: Path, place: Path) -> Optional[Function]:
    """Return the function of a manifest; None for any other JSON, and where its zip is not beside it."""
    try:
        if path.stat().st_size > _MOST:
            return None
        data = path.read_bytes()
        if b'"code_sha256"' not in data or b'"schema_version"' not in data:
            return None
        name = place.name[: -len(".json")]
        package = place.parent.as_posix()
        function = function_of(json.loads(data), f"//{'' if package == '.' else package}:{name}")
        zips = [
            zip_path for zip_path in (path.with_suffix(".zip"), path.with_suffix("")) if zip_path.is_file()
        ]
        return function if any(one.stat().st_size == function.zip_bytes for one in zips) else None
    except (OSError, KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return None
