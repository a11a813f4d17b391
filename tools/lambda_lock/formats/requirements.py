"""requirements.txt with versions and hashes, as pip-compile and `uv export` write it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple, Optional

from packaging.utils import canonicalize_name

from tools.lambda_lock import dependency_specifier
from tools.lambda_lock.formats import artefact
from tools.lambda_lock.formats.requirements_file import (
    Entry,
    RequirementsFile,
    option_of_line,
    without_options,
)
from tools.lambda_lock.lock import MAIN, Distribution, Edge, Lock, Origin

_PATH = re.compile(r"^(?:file:|\.{1,2}(?:/|$)|/)")
_NAME = re.compile(r"^[A-Za-z0-9][\w.-]*(?:\[[^]]*\])?$")
_VERSION_CONTROL = re.compile(r"^(?:git|hg|svn|bzr)\+")


class _Locked(NamedTuple):
    """A line that locks a distribution, and what it says besides."""

    distribution: Distribution
    extras: frozenset[str]
    via: Optional[list[str]]


def read(path: Path, text: str) -> Lock:
    """Return the lock.

    Args:
        path: The file.
        text: Its content.
    """
    file = RequirementsFile(path, text)
    constraints = _constraints(file)
    locked = []
    for entry in file.entries:
        if not entry.constraint:
            found = _distribution(entry, constraints, file)
            if found:
                locked.append(found)
    return _lock(locked, file)


def _constraints(file: RequirementsFile) -> dict[str, Distribution]:
    """Return what files of constraints pin, by name; hashes may stand there too."""
    found: dict[str, Distribution] = {}
    for entry in file.entries:
        parsed = dependency_specifier.parse(without_options(entry.text)) if entry.constraint else None
        pins = dependency_specifier.pins(parsed) if parsed else []
        if parsed and len(pins) == 1:
            name = canonicalize_name(parsed.name)
            found[name] = Distribution(name, pins[0], artefact.hashes(_hashes(entry)))
    return found


def _hashes(entry: Entry) -> list[str]:
    return [value for option, value in option_of_line(entry.text) if option == "--hash"]


def _lock(entries: list[_Locked], file: RequirementsFile) -> Lock:
    names = {distribution.name for distribution, _, _ in entries}
    annotated = any(via for _, _, via in entries)
    needs: dict[str, list[Edge]] = {}
    roots = []
    for distribution, extras, via in entries:
        edge = Edge(distribution.name, extras, distribution.marker, distribution.version)
        parents = {
            canonicalize_name(name.partition("[")[0]) for name in via or () if _NAME.match(name)
        } & names
        # Whatever else is named there is a file (-r requirements.in) or the project itself.
        others = [
            name for name in via or () if not name.startswith("-c ") and canonicalize_name(name) not in names
        ]
        if others or not parents:
            roots.append(edge)
        for parent in parents - {distribution.name}:
            # The comment does not say for which extra; a line has an extra's distributions only if it was
            # asked for.
            needs.setdefault(parent, []).append(edge._replace(extras=frozenset()))
    return Lock(
        title="requirements.txt",
        distributions=tuple(
            distribution._replace(edges=tuple(needs.get(distribution.name, ())))
            for distribution, _, _ in entries
        ),
        roots={MAIN: tuple(roots)},
        incomplete=frozenset() if annotated else frozenset(names),
        indexes=tuple(sorted(file.indexes)),
        notes=tuple(file.notes),
        problems=tuple(file.problems),
    )


def _distribution(
    entry: Entry, constraints: dict[str, Distribution], file: RequirementsFile
) -> Optional[_Locked]:
    """Return what a line locks; None where it is the project itself, or no requirement."""
    text = without_options(entry.text)
    editable = re.match(r"^(?:-e|--editable)[= ]\s*(.*)$", text)
    if editable:
        text = editable[1]
        if _VERSION_CONTROL.match(text):
            egg = re.search(r"[#&]egg=([A-Za-z0-9._-]+)", text)
            text = f"{egg[1] if egg else _last_part(text)} @ {text}"
            editable = None
    line, _, marker = text.partition(" ; ")
    if editable or _PATH.match(line):
        location = line.strip().rstrip("/")
        if location in (".", "file:."):
            return None  # The project itself: its code is in the repository.
        name = canonicalize_name(_last_part(location))
        path = Distribution(name, "", marker=marker or None, origin=Origin.PATH, location=location)
        return _Locked(path, frozenset(), entry.via)
    parsed = dependency_specifier.parse(text)
    if parsed is None:
        file.problems.append(f"{entry.where}: {text!r} is not a requirement as PEP 508 has them")
        return None
    name = canonicalize_name(parsed.name)
    item = Distribution(
        name,
        "",
        artefact.hashes(_hashes(entry)),
        marker=str(parsed.marker) if parsed.marker else None,
    )
    for option in sorted({option for option, _ in option_of_line(entry.text)} - {"--hash"}):
        file.notes.append(f"{entry.where}: {option} is not honoured: no rule has options of pip")
    if parsed.url:
        item = _of_url(item, parsed.url)
    else:
        pins = dependency_specifier.pins(parsed)
        constraint = constraints.get(name)
        if not pins and constraint:
            pins = [constraint.version]
        if len(pins) != 1:
            file.problems.append(
                f"{entry.where}: {text!r} is not pinned; expected `{parsed.name}==VERSION` as `pip-compile "
                "--generate-hashes` or `uv export` writes it"
            )
            return None
        hashes = item.hashes
        if constraint and constraint.version == pins[0]:
            hashes = hashes or constraint.hashes
        elif constraint:
            file.problems.append(
                f"{entry.where}: {text!r} and a constraint, {parsed.name}=={constraint.version}, exclude each "
                "other; lock again"
            )
        from_source = bool(file.from_source & {":all:", name, parsed.name})
        item = item._replace(version=pins[0], hashes=hashes, sdist=True if from_source else None)
    return _Locked(item, frozenset(map(canonicalize_name, parsed.extras)), entry.via)


def _of_url(item: Distribution, url: str) -> Distribution:
    """Return a distribution that a URL names."""
    if url.startswith("file:"):
        return item._replace(origin=Origin.PATH, location=url)
    if _VERSION_CONTROL.match(url):
        return item._replace(origin=Origin.GIT, location=artefact.public(url), sdist=False)
    return item._replace(
        version=artefact.version_of(url) or "",
        hashes=artefact.hashes([*item.hashes, *artefact.hash_in_fragment(url)]),
        sdist=not artefact.is_wheel(url),
        files=artefact.file_names([url]),
        origin=Origin.URL,
        location=artefact.without_hash(url),
    )


def _last_part(location: str) -> str:
    """Return the last part of a path or a repository's URL, which mostly is the distribution's name."""
    path = re.split(r"[#?]", location)[0].rstrip("/")
    return re.sub(r"(?<=[^/])@[^/]*$", "", re.sub(r"^.*[/=]", "", path)).removesuffix(".git") or "unnamed"
