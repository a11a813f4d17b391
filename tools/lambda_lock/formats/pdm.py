"""pdm.lock, format 4."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Optional

from packaging.utils import canonicalize_name

from tools.lambda_lock import dependency_specifier
from tools.lambda_lock import project as projects
from tools.lambda_lock.formats import artefact
from tools.lambda_lock.lock import MAIN, Distribution, Edge, Lock, Origin


def read(path: Path, document: Mapping[str, Any], named: Optional[Path]) -> Lock:
    """Return the lock.

    Args:
        path: The lock file.
        document: Its content.
        named: The project's file, where the user named one.
    """
    metadata = document["metadata"]
    packages = document.get("package", [])
    found: dict[tuple[str, str], Distribution] = {}
    problems: list[str] = []
    # `requests` and `requests[socks]` are two entries of one distribution.
    for package in packages:
        distribution = _distribution(path, package, problems)
        key = (distribution.name, distribution.version)
        if key in found:
            first = found[key]
            distribution = first._replace(edges=first.edges + distribution.edges)
        found[key] = distribution
    project = projects.find(path, named, "pyproject.toml")
    notes = []
    if project:
        roots = dict(project.roots)
    else:
        roots = _roots_of_packages(packages)
        notes.append(
            f"no pyproject.toml beside {path.name} and no --project: every distribution of the lock gets a "
            "target"
        )
    return Lock(
        title=f"pdm.lock {metadata['lock_version']}",
        distributions=tuple(found.values()),
        roots=roots,
        requires_python=_requires_python(metadata),
        notes=tuple(notes),
        problems=tuple(problems),
    )


def _requires_python(metadata: Mapping[str, Any]) -> str:
    """Return the Pythons of the lock's targets; one that names none is for all."""
    pythons = [str(target.get("requires_python", "")) for target in metadata.get("targets", [])]
    return " || ".join(pythons) if all(pythons) else ""


def _distribution(path: Path, package: Mapping[str, Any], problems: list[str]) -> Distribution:
    files = package.get("files", [])
    name = canonicalize_name(package["name"])
    edges, unread = dependency_specifier.edges(package.get("dependencies", ()), ())
    problems += [
        f"{name}: {line!r} in {path.name} is not a requirement as PEP 508 has them" for line in unread
    ]
    extras = [canonicalize_name(extra) for extra in package.get("extras", ())]
    if extras:
        edges = [edge._replace(of_extra=extra) for edge in edges if edge.name != name for extra in extras]
    names = [file.get("file") or file.get("url", "") for file in files]
    origin, location = Origin.INDEX, ""
    if "path" in package:
        origin, location = Origin.PATH, package["path"]
    elif "url" in package:
        origin, location = Origin.URL, artefact.without_hash(package["url"])
        if package.get("subdirectory"):
            location += f"#subdirectory={package['subdirectory']}"
    elif any(key in package for key in ("git", "hg", "svn", "bzr")):
        vcs = next(key for key in ("git", "hg", "svn", "bzr") if key in package)
        origin, location = Origin.GIT, artefact.public(package[vcs])
    return Distribution(
        name=name,
        version=package.get("version", ""),
        hashes=artefact.hashes(file["hash"] for file in files),
        edges=tuple(edges),
        marker=package.get("marker"),
        sdist=artefact.only_sdist(names),
        files=artefact.file_names(names),
        origin=origin,
        location=location,
    )


def _roots_of_packages(packages: list[Any]) -> dict[str, tuple[Edge, ...]]:
    """Treat every package of a group as a direct dependency, with the extras that the lock has of it."""
    roots: dict[str, list[Edge]] = {MAIN: []}
    for package in packages:
        edge = Edge(
            canonicalize_name(package["name"]),
            frozenset(map(canonicalize_name, package.get("extras", ()))),
            package.get("marker"),
            package.get("version"),
        )
        for group in package.get("groups", ["default"]):
            roots.setdefault(MAIN if group == "default" else canonicalize_name(group), []).append(edge)
    return {group: tuple(edges) for group, edges in roots.items()}
