"""uv.lock. It holds the project itself, so nothing else needs to be read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Optional

from packaging.utils import canonicalize_name

from tools.lambda_lock.formats import artefact
from tools.lambda_lock.lock import MAIN, Distribution, Edge, Lock, Origin


def read(path: Path, document: Mapping[str, Any]) -> Lock:
    """Return the lock.

    Args:
        path: The lock file.
        document: Its content.
    """
    packages = document.get("package", [])
    members: set[str] = {canonicalize_name(name) for name in document.get("manifest", {}).get("members", [])}
    roots: dict[str, list[Edge]] = {MAIN: []}
    manifest = document.get("manifest", {})
    for requirement in manifest.get("requirements", []):  # A script's: it has no package of its own.
        roots[MAIN].append(_requirement_edge(requirement))
    for group, requirements in manifest.get("dependency-groups", {}).items():
        roots.setdefault(canonicalize_name(group), []).extend(map(_requirement_edge, requirements))
    distributions = []
    indexes = set()
    for package in packages:
        source = package["source"]
        if str(source.get("registry", "")).startswith(("http:", "https:")):
            indexes.add(artefact.public(source["registry"]))
        distribution = _distribution(package, source, members)
        distributions.append(distribution)
        if distribution.origin is Origin.PROJECT:
            for edge in distribution.edges:
                roots[MAIN].append(edge._replace(of_extra=None))
            for group, requirements in package.get("dev-dependencies", {}).items():
                roots.setdefault(canonicalize_name(group), []).extend(map(_edge, requirements))
    return Lock(
        title=f"uv.lock {document['version']}.{document.get('revision', 0)}",
        distributions=tuple(distributions),
        roots={group: tuple(edges) for group, edges in roots.items()},
        requires_python=document.get("requires-python", ""),
        indexes=tuple(sorted(indexes)),
    )


def _distribution(package: Mapping[str, Any], source: Mapping[str, Any], members: set[str]) -> Distribution:
    name = canonicalize_name(package["name"])
    files = [*([package["sdist"]] if "sdist" in package else []), *package.get("wheels", [])]
    origin, location = _origin(source, name, members)
    names = [file.get("url") or file.get("path") or location for file in files]
    edges = [_edge(requirement) for requirement in package.get("dependencies", [])]
    for extra, requirements in package.get("optional-dependencies", {}).items():
        edges += [
            _edge(requirement)._replace(of_extra=canonicalize_name(extra)) for requirement in requirements
        ]
    return Distribution(
        name=name,
        version=package.get("version", ""),
        hashes=artefact.hashes(file.get("hash", "") for file in files),
        edges=tuple(edges),
        marker=_resolution(package.get("resolution-markers")),
        sdist=artefact.only_sdist(names),
        files=artefact.file_names(names),
        origin=origin,
        location=location,
    )


def _origin(source: Mapping[str, Any], name: str, members: set[str]) -> tuple[Origin, str]:
    if "git" in source:
        # The commit and what it was chosen by stand behind the address.
        return Origin.GIT, artefact.public(re.split("[?#]", source["git"])[0])
    if "url" in source:
        url = artefact.without_hash(source["url"])
        return Origin.URL, f"{url}#subdirectory={source['subdirectory']}" if "subdirectory" in source else url
    for key in ("virtual", "editable", "directory", "path"):
        if key in source:
            project = source[key] == "." or name in members
            return (Origin.PROJECT if project else Origin.PATH), source[key]
    return Origin.INDEX, ""


def _edge(requirement: Mapping[str, Any]) -> Edge:
    return Edge(
        name=canonicalize_name(requirement["name"]),
        extras=frozenset(map(canonicalize_name, requirement.get("extra", ()))),
        marker=requirement.get("marker"),
        version=requirement.get("version"),
    )


def _requirement_edge(requirement: Mapping[str, Any]) -> Edge:
    """Return the edge of a requirement that the resolver was given, which names its extras another way."""
    edge = _edge(requirement)
    extras = frozenset(map(canonicalize_name, requirement.get("extras", ())))
    return edge._replace(extras=edge.extras | extras, specifier=requirement.get("specifier", ""))


def _resolution(markers: Optional[list[str]]) -> Optional[str]:
    """Return the marker of the forks of the resolution that a version belongs to."""
    return " or ".join(f"({marker})" for marker in markers) if markers else None
