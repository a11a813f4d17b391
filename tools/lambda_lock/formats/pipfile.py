"""Pipfile.lock. It does not record which distribution needs which."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Optional

from packaging.utils import canonicalize_name

from tools.lambda_lock import project as projects
from tools.lambda_lock.formats import artefact
from tools.lambda_lock.lock import MAIN, Distribution, Edge, Lock, Origin

# What Pipenv makes of a distribution's Requires-Python. It excludes the Pythons that a distribution cannot
# run on, not those it is not needed on.
_REQUIRES_PYTHON = re.compile(
    r"^python(?:_full)?_version\s*>=\s*'[\d.]+'(?:\s+and\s+python(?:_full)?_version\s*!=\s*'[\d.*]+')*$"
)
_LEAST = re.compile(r">=\s*'([\d.]+)'")


def read(path: Path, document: Mapping[str, Any], named: Optional[Path]) -> Lock:
    """Return the lock.

    Args:
        path: The lock file.
        document: Its content.
        named: The project's file, where the user named one.
    """
    project = projects.find(path, named, "Pipfile")
    found: dict[str, Distribution] = {}
    roots: dict[str, list[Edge]] = {MAIN: []}
    unconditional = {edge.name for edge in project.roots[MAIN] if not edge.marker} if project else None
    floors = set()
    for category, table in document.items():
        if category == "_meta":
            continue
        group = {"default": MAIN, "develop": "dev"}.get(category, canonicalize_name(category))
        for spelled, entry in table.items():
            distribution = _distribution(spelled, entry)
            marker = entry.get("markers")
            if marker and _REQUIRES_PYTHON.match(marker):
                if group == MAIN and (unconditional is None or distribution.name in unconditional):
                    floors.update(_LEAST.findall(marker))
                marker = None
            distribution = distribution._replace(marker=marker)
            found.setdefault(distribution.name, distribution)
            extras = frozenset(map(canonicalize_name, entry.get("extras", ())))
            roots.setdefault(group, []).append(Edge(distribution.name, extras, marker))
    notes: tuple[str, ...] = ()
    if project:
        direct: Mapping[str, tuple[Edge, ...]] = project.roots
    else:
        direct = {group: tuple(edges) for group, edges in roots.items()}
        notes = (
            f"no Pipfile beside {path.name} and no --project: every distribution of the lock gets a target",
        )
    sources = document["_meta"].get("sources", [])
    return Lock(
        title=f"Pipfile.lock {document['_meta'].get('pipfile-spec', '')}".rstrip(),
        distributions=tuple(found.values()),
        roots=direct,
        requires_python=",".join(sorted(f">={floor}" for floor in floors)),
        incomplete=frozenset(name for name, item in found.items() if item.origin is not Origin.PROJECT),
        indexes=tuple(sorted({artefact.public(source["url"]) for source in sources})),
        notes=notes,
    )


def _distribution(name: str, entry: Mapping[str, Any]) -> Distribution:
    origin, location = Origin.INDEX, ""
    hashes = list(entry.get("hashes", ()))
    if "path" in entry:
        project = entry["path"] in (".", "./")
        origin, location = (Origin.PROJECT if project else Origin.PATH), entry["path"]
    elif "git" in entry:
        origin, location = Origin.GIT, artefact.public(entry["git"])
    elif "file" in entry:
        remote = str(entry["file"]).startswith(("http:", "https:"))
        origin, location = (
            (Origin.URL, artefact.without_hash(entry["file"])) if remote else (Origin.PATH, entry["file"])
        )
        hashes += artefact.hash_in_fragment(entry["file"])
    version = str(entry.get("version", "")).lstrip("=")
    return Distribution(
        name=canonicalize_name(name),
        version=version or artefact.version_of(location) or "",
        hashes=artefact.hashes(hashes),
        sdist=not artefact.is_wheel(location) if origin is Origin.URL else None,
        files=artefact.file_names([location]) if origin is Origin.URL else (),
        origin=origin,
        location=location,
    )
