"""poetry.lock, formats 1.0 to 2.1."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Optional

from packaging.utils import canonicalize_name

from tools.lambda_lock import project as projects
from tools.lambda_lock.formats import artefact
from tools.lambda_lock.lock import MAIN, Distribution, Edge, Lock, Origin

_ORIGINS = {"directory": Origin.PATH, "git": Origin.GIT, "file": Origin.PATH, "url": Origin.URL}


def read(path: Path, document: Mapping[str, Any], named: Optional[Path]) -> Lock:
    """Return the lock.

    Args:
        path: The lock file.
        document: Its content.
        named: The project's file, where the user named one.
    """
    metadata = document["metadata"]
    title = f"poetry.lock {metadata['lock-version']}"
    files = metadata.get("files", {})  # Formats 1.0 and 1.1 list all files at the end.
    packages = document.get("package", [])
    distributions = []
    indexes = set()
    for package in packages:
        source = package.get("source", {})
        if source.get("type") == "legacy":
            indexes.add(artefact.public(source["url"]))
        distributions.append(
            _distribution(package, source, package.get("files") or files.get(package["name"], []))
        )
    project = projects.find(path, named, "pyproject.toml")
    notes = []
    if project:
        roots = {group: tuple(edges) for group, edges in project.roots.items()}
    else:
        roots = _roots_of_packages(packages)
        notes.append(
            f"no pyproject.toml beside {path.name} and no --project: every distribution of the lock gets a "
            "target"
            + (
                ""
                if any("groups" in package or "category" in package for package in packages)
                else ", none of them is known to be for tests only"
            )
            + ", and the extras that the project asks for are not known"
        )
    return Lock(
        title=title,
        distributions=tuple(distributions),
        roots=roots,
        requires_python="" if metadata.get("python-versions") == "*" else metadata.get("python-versions", ""),
        indexes=tuple(sorted(indexes)),
        notes=tuple(notes),
    )


def _distribution(package: Mapping[str, Any], source: Mapping[str, Any], files: list[Any]) -> Distribution:
    names = [file["file"] for file in files]
    origin = _ORIGINS.get(source.get("type", ""), Origin.INDEX)
    location = str(source.get("url", "")) if origin is not Origin.INDEX else ""
    return Distribution(
        name=canonicalize_name(package["name"]),
        version=package["version"],
        hashes=artefact.hashes(file["hash"] for file in files),
        edges=tuple(_edges(package)),
        marker=_marker(package.get("markers")),
        sdist=artefact.only_sdist(names),
        files=artefact.file_names(names),
        origin=origin,
        location=artefact.without_hash(location) if origin is Origin.URL else location,
    )


def _edges(package: Mapping[str, Any]) -> list[Edge]:
    extras = {canonicalize_name(name): lines for name, lines in package.get("extras", {}).items()}
    edges = []
    for name, value in package.get("dependencies", {}).items():
        for constraint in value if isinstance(value, list) else [value]:
            edge = projects.table_edge(name, constraint)
            if not isinstance(constraint, dict) or not constraint.get("optional"):
                edges.append(edge)
                continue
            # An optional dependency belongs to the extras that list it, whether or not its marker says so.
            edges += [
                edge._replace(of_extra=extra)
                for extra, lines in extras.items()
                if any(
                    canonicalize_name(line.split()[0].partition("[")[0]) == edge.name
                    for line in lines
                    if line.split()
                )
            ]
    return edges


def _marker(markers: object) -> Optional[str]:
    """Return the marker of a locked package; format 2.1 may have one for each group."""
    if isinstance(markers, dict):
        return " or ".join(f"({marker})" for _, marker in sorted(markers.items()))
    return str(markers) if markers else None


def _roots_of_packages(packages: list[Any]) -> dict[str, tuple[Edge, ...]]:
    """Treat every package of a group as a direct dependency, where the real ones are not known."""
    roots: dict[str, list[Edge]] = {MAIN: []}
    for package in packages:
        old = "dev" if package.get("category") == "dev" else MAIN
        markers = package.get("markers")
        for group in package.get("groups", [old]):
            marker = markers.get(group) if isinstance(markers, dict) else markers
            edge = Edge(canonicalize_name(package["name"]), version=package["version"], marker=marker)
            roots.setdefault(canonicalize_name(group), []).append(edge)
    return {group: tuple(edges) for group, edges in roots.items()}
