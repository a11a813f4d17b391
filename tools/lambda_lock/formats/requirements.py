"""requirements.txt with versions and hashes, as pip-compile and `uv export` write it.

Which distribution needs which is only in the comments: `# via requests`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Optional

from packaging.utils import canonicalize_name

from tools.errors import PleasingError
from tools.lambda_lock import dependency_specifier
from tools.lambda_lock.formats import artefact
from tools.lambda_lock.lock import MAIN, Distribution, Edge, Lock, Origin

_HASH = re.compile(r"\s--hash[= ](\S+)")
_OPTION = re.compile(r"^(?:-i|--index-url|--extra-index-url)[= ]\s*(\S+)")
_COMMENT = re.compile(r"(?:^|\s)#(.*)$")
_VIA = re.compile(r"^\s*via\b\s*(.*)$")
_PATH = re.compile(r"^(?:file:|\.{1,2}(?:/|$)|/)")
_NAME = re.compile(r"^[A-Za-z0-9][\w.-]*(?:\[[^]]*\])?$")


class _Entry(NamedTuple):
    line: int
    text: str
    via: Optional[list[str]]


def read(path: Path, text: str) -> Lock:
    """Return the lock.

    Args:
        path: The file.
        text: Its content.
    """
    problems: list[str] = []
    indexes: set[str] = set()
    entries: list[tuple[Distribution, frozenset[str], Optional[list[str]]]] = []
    for entry in _entries(text):
        option = _OPTION.match(entry.text)
        if option:
            indexes.add(artefact.public(option[1]))
            continue
        if entry.text.startswith("-") and not entry.text.startswith(("-e", "--editable")):
            if entry.text.startswith(("-r", "--requirement")):
                problems.append(
                    f"{path.name}:{entry.line}: {entry.text!r} takes in another file; compile both into "
                    f"one, or give "
                    "the other one with --test-lock"
                )
            continue
        read_entry = _distribution(path, entry, problems)
        if read_entry:
            entries.append((*read_entry, entry.via))
    if not entries and not problems:
        raise PleasingError(
            f"{path} holds no requirement; expected Pipfile.lock, poetry.lock, uv.lock, pdm.lock, "
            f"pylock.toml, or a "
            "requirements.txt with versions and hashes"
        )
    return _lock(entries, tuple(sorted(indexes)), tuple(problems))


def _lock(
    entries: list[tuple[Distribution, frozenset[str], Optional[list[str]]]],
    indexes: tuple[str, ...],
    problems: tuple[str, ...],
) -> Lock:
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
        indexes=indexes,
        problems=problems,
    )


def _entries(text: str) -> Iterator[_Entry]:
    """Yield the logical lines with the `# via` comment in, at the end of or below each."""
    lines = text.splitlines()
    pending: Optional[_Entry] = None
    position = 0
    while position < len(lines):
        start = position
        logical = ""
        comments = []
        while True:
            line = lines[position]
            comment = _COMMENT.search(line)
            if comment:
                comments.append(comment[1])
                line = line[: comment.start()]
            position += 1
            logical += " " + line.rstrip().rstrip("\\")
            if not line.rstrip().endswith("\\") or position == len(lines):
                break
        logical = logical.strip()
        if logical:
            if pending:
                yield pending
            pending = _Entry(start + 1, logical, None)
        if pending:
            for text_of_comment in comments:
                pending = _with_comment(pending, text_of_comment)
    if pending:
        yield pending


def _with_comment(entry: _Entry, comment: str) -> _Entry:
    """Adds what a comment says to the entry it belongs to."""
    via = _VIA.match(comment)
    if via:
        return entry._replace(via=[name.strip() for name in via[1].split(",") if name.strip()])
    if entry.via is not None and comment.strip():
        return entry._replace(via=[*entry.via, comment.strip()])
    return entry


def _distribution(
    path: Path, entry: _Entry, problems: list[str]
) -> Optional[tuple[Distribution, frozenset[str]]]:
    where = f"{path.name}:{entry.line}"
    hashes = _HASH.findall(entry.text)
    text = _HASH.sub("", entry.text).strip()
    editable = re.match(r"^(?:-e|--editable)[= ]\s*(.*)$", text)
    if editable:
        text = editable[1]
    line, _, marker = text.partition(" ; ")
    if editable or _PATH.match(line):
        location = line.strip().rstrip("/")
        if location in (".", "file:."):
            return None  # The project itself: its code is in the repository.
        name = re.sub(r"^.*[/#=]", "", location)
        return Distribution(
            canonicalize_name(name), "", marker=marker or None, origin=Origin.PATH, location=location
        ), frozenset()
    parsed = dependency_specifier.parse(text)
    if parsed is None:
        problems.append(f"{where}: {text!r} is not a requirement as PEP 508 has them")
        return None
    name = canonicalize_name(parsed.name)
    extras = frozenset(map(canonicalize_name, parsed.extras))
    condition = str(parsed.marker) if parsed.marker else None
    if parsed.url:
        git = re.match(r"^(?:git|hg|svn|bzr)\+", parsed.url)
        if parsed.url.startswith("file:"):
            return Distribution(name, "", marker=condition, origin=Origin.PATH, location=parsed.url), extras
        return (
            Distribution(
                name=name,
                version="" if git else artefact.version_of(parsed.url) or "",
                hashes=artefact.hashes([*hashes, *artefact.hash_in_fragment(parsed.url)]),
                marker=condition,
                sdist=not git and not artefact.is_wheel(parsed.url),
                origin=Origin.GIT if git else Origin.URL,
                location=artefact.public(parsed.url) if git else artefact.without_hash(parsed.url),
            ),
            extras,
        )
    pins = [
        item.version
        for item in parsed.specifier
        if item.operator in ("==", "===") and "*" not in item.version
    ]
    if len(pins) != 1:
        problems.append(
            f"{where}: {text!r} is not pinned; expected `{parsed.name}==VERSION` as `pip-compile "
            f"--generate-hashes` or "
            "`uv export` writes it"
        )
        return None
    return Distribution(name, pins[0], artefact.hashes(hashes), marker=condition), extras
