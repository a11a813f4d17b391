"""pylock.toml, PEP 751, checked by `packaging.pylock`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Optional

from packaging.utils import canonicalize_name

from tools.errors import PleasingError
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
    try:
        from packaging.pylock import Package, Pylock, PylockValidationError
    except ImportError:
        raise PleasingError(
            f"{path} is a pylock.toml, which this Python's `packaging` is too old to read; it has to be 26.0 "
            "or newer"
        ) from None

    try:
        lock = Pylock.from_dict(document)
    except PylockValidationError as error:
        raise PleasingError(f"{path} is not as PEP 751 has it ({error}); make the lock file anew") from None

    problems: list[str] = []
    # PDM writes what a distribution needs into its own table, with markers; PEP 751's own has none and is
    # optional.
    recorded = any(package.dependencies is not None or _pdm(package) is not None for package in lock.packages)

    def edges(package: Package) -> tuple[Edge, ...]:
        own = _pdm(package)
        if own is not None:
            found, unread = dependency_specifier.edges(own, ())
            problems.extend(
                f"{package.name}: {line!r} in {path.name} is not a requirement" for line in unread
            )
            return tuple(found)
        return tuple(
            Edge(
                canonicalize_name(str(needed["name"])),
                version=str(needed["version"]) if "version" in needed else None,
            )
            for needed in package.dependencies or ()
        )

    distributions = [_distribution(package, edges(package)) for package in lock.packages]
    project = projects.find(path, named, "pyproject.toml")
    names = {distribution.name for distribution in distributions}
    roots = _roots(lock, project, names)
    incomplete = names if not recorded else _asked_extras(distributions, roots)
    return Lock(
        title=f"pylock.toml {lock.lock_version} by {lock.created_by}",
        distributions=tuple(distributions),
        roots=roots,
        requires_python=str(lock.requires_python or ""),
        incomplete=frozenset(incomplete),
        indexes=tuple(sorted({artefact.public(package.index) for package in lock.packages if package.index})),
        notes=()
        if project
        else (
            f"no pyproject.toml beside {path.name} and no --project: every distribution of the lock gets a "
            "target, and the extras that the project asks for are not known",
        ),
        problems=tuple(problems),
    )


def _pdm(package: Any) -> Optional[list[str]]:
    """What PDM has recorded that a package needs, or None."""
    return ((package.tool or {}).get("pdm") or {}).get("dependencies")


def _distribution(package: Any, edges: tuple[Edge, ...]) -> Distribution:
    origin, location = Origin.INDEX, ""
    files = [*([package.sdist] if package.sdist else []), *(package.wheels or ())]
    if package.directory:
        origin, location = Origin.PATH, package.directory.path
        if location == ".":
            origin = Origin.PROJECT
    elif package.vcs:
        origin, location = Origin.GIT, artefact.public(package.vcs.url or package.vcs.path or "")
    elif package.archive:
        files = [package.archive]
        origin = Origin.URL if package.archive.url else Origin.PATH
        location = artefact.without_hash(package.archive.url) if package.archive.url else package.archive.path
        if package.archive.subdirectory:
            location += f"#subdirectory={package.archive.subdirectory}"
    names = [getattr(file, "name", None) or file.url or file.path or "" for file in files]
    version = str(package.version) if package.version else artefact.version_of(location) or ""
    return Distribution(
        name=canonicalize_name(package.name),
        version=version,
        hashes=artefact.hashes(value for file in files for value in artefact.of_table(file.hashes)),
        edges=edges,
        marker=str(package.marker) if package.marker else None,
        sdist=artefact.only_sdist(names),
        files=artefact.file_names(names),
        origin=origin,
        location=location,
    )


def _roots(lock: Any, project: Optional[projects.Project], names: set[str]) -> dict[str, tuple[Edge, ...]]:
    """The direct dependencies: the project's, as far as they are in this lock, else every package of a group.

    A pylock.toml may be of some groups only (PEP 751 has pylock.<name>.toml for that), so a direct dependency
    that is not in it is none of it.
    """
    if project:
        return {
            group: tuple(edge for edge in edges if edge.name in names)
            for group, edges in project.roots.items()
        }
    defaults = set(lock.default_groups or ())
    groups = set(lock.dependency_groups or ())
    roots: dict[str, list[Edge]] = {MAIN: []}
    for package in lock.packages:
        marker = str(package.marker) if package.marker else None
        version = str(package.version) if package.version else None
        edge = Edge(canonicalize_name(package.name), marker=marker, version=version)
        if not marker or "dependency_groups" not in marker:
            roots[MAIN].append(edge)
            continue
        for group in sorted(groups | defaults):
            in_group = MAIN if group in defaults else canonicalize_name(group)
            roots.setdefault(in_group, []).append(edge._replace(of_group=group))
    return {group: tuple(edges) for group, edges in roots.items()}


def _asked_extras(distributions: list[Distribution], roots: Mapping[str, tuple[Edge, ...]]) -> set[str]:
    """Names of which an extra is asked for: no writer of PEP 751 records what an extra needs."""
    asked = {edge.name for edges in roots.values() for edge in edges if edge.extras}
    return asked | {edge.name for distribution in distributions for edge in distribution.edges if edge.extras}
