"""A project: its direct dependencies, read from its pyproject.toml or Pipfile."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Optional

from packaging.utils import canonicalize_name

from tools.errors import PleasingError
from tools.lambda_lock import dependency_specifier, toml
from tools.lambda_lock.lock import MAIN, Edge

_COMPARISON = re.compile(r"^(===|==|!=|<=|>=|~=|<|>|\^|~)?\s*v?(\d+(?:\.\d+)*)(\.\*)?$")


class Project(NamedTuple):
    """What a project asks for, before a resolver chose versions.

    Attributes:
        path: The file.
        name: Normalised; empty where it has none.
        roots: Direct dependencies by group; `main` has the optional ones too.
    """

    path: Path
    name: str
    roots: Mapping[str, tuple[Edge, ...]]


def find(lock: Path, named: Optional[Path], beside: str) -> Optional[Project]:
    """Return the project that a lock file belongs to, or None.

    Args:
        lock: The lock file.
        named: The project's file that the user named; None takes the one beside the lock file.
        beside: The file name to look for there.
    """
    path = named or lock.parent / beside
    if named is None and not path.is_file():
        return None
    try:
        document = toml.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, toml.TOMLDecodeError) as error:
        raise PleasingError(f"{path} cannot be read as a project's file ({error})") from None
    except RecursionError:
        raise PleasingError(f"{path} is nested too deeply to be a project's file; mend it") from None
    try:
        if path.name == "Pipfile" or "packages" in document:
            return Project(path, "", _pipfile(document))
        return _pyproject(path, document)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise PleasingError(
            f"{path} does not have the form of a project's file ({type(error).__name__}: {error}); mend it"
        ) from None


def _pyproject(path: Path, document: Mapping[str, Any]) -> Project:
    project = document.get("project", {})
    poetry = document.get("tool", {}).get("poetry", {})
    pdm = document.get("tool", {}).get("pdm", {})
    roots: dict[str, list[Edge]] = {MAIN: []}
    problems: list[str] = []

    def add(group: str, lines: Iterable[object]) -> None:
        for line in lines:
            if isinstance(line, dict):
                included = canonicalize_name(str(line.get("include-group", "")))
                add(group, _dependency_groups(document).get(included, ()))
                continue
            if not isinstance(line, str) or line.startswith("-e "):
                continue  # PDM's editable development dependencies: the project's own packages.
            parsed = dependency_specifier.parse(line)
            if parsed is None:
                problems.append(f"{path}: {line!r} is not a requirement as PEP 508 has them")
            else:
                roots.setdefault(group, []).append(dependency_specifier.edge(parsed))

    add(MAIN, project.get("dependencies", ()))
    for lines in project.get("optional-dependencies", {}).values():
        add(MAIN, lines)
    for group, lines in _dependency_groups(document).items():
        add(group, lines)
    for group, lines in pdm.get("dev-dependencies", {}).items():
        add(canonicalize_name(group), lines)

    roots[MAIN] += _poetry_edges(poetry.get("dependencies", {}))
    for group, table in (
        ("dev", poetry.get("dev-dependencies", {})),
        *(
            (canonicalize_name(name), table.get("dependencies", {}))
            for name, table in poetry.get("group", {}).items()
        ),
    ):
        roots.setdefault(group, []).extend(_poetry_edges(table))
    if problems:
        raise PleasingError(problems)
    name = canonicalize_name(str(project.get("name") or poetry.get("name") or ""))
    return Project(
        path, name, {group: tuple(edges) for group, edges in roots.items() if edges or group == MAIN}
    )


def _dependency_groups(document: Mapping[str, Any]) -> dict[str, list[object]]:
    """PEP 735's groups by normalised name."""
    return {
        canonicalize_name(name): list(lines) for name, lines in document.get("dependency-groups", {}).items()
    }


def _poetry_edges(table: Mapping[str, Any]) -> list[Edge]:
    """Return the edges of one of Poetry's own tables of dependencies."""
    edges = []
    for name, value in table.items():
        if canonicalize_name(name) == "python":
            continue
        for constraint in value if isinstance(value, list) else [value]:
            edges.append(table_edge(name, constraint))
    return edges


def table_edge(name: str, constraint: object) -> Edge:
    """Return the edge that Poetry writes as `name = "<3"` or `name = {version = "<3", ...}`.

    Args:
        name: The key.
        constraint: The value, one of several where it is a list.
    """
    if not isinstance(constraint, dict):
        return Edge(canonicalize_name(name), specifier=_specifier(str(constraint)))
    conditions = [str(constraint["markers"])] if constraint.get("markers") else []
    if constraint.get("python"):
        conditions += filter(None, [_python_marker(str(constraint["python"]))])
    if constraint.get("platform"):
        conditions.append(f"sys_platform == '{constraint['platform']}'")
    return Edge(
        canonicalize_name(name),
        extras=frozenset(map(canonicalize_name, constraint.get("extras", ()))),
        marker=" and ".join(f"({condition})" for condition in conditions) or None,
        specifier=_specifier(str(constraint.get("version", ""))),
    )


def _specifier(text: str) -> str:
    """Return a constraint as PEP 440 has it; empty where it is none (Poetry's `||`)."""
    bounds = _bounds(text)
    return "" if bounds is None else ",".join(f"{operator}{version}" for operator, version in bounds)


def _python_marker(text: str) -> str:
    """Return the marker for Poetry's `python = "^3.9"`; empty where it has no such form."""
    bounds = _bounds(text)
    return " and ".join(f"python_version {op} '{version}'" for op, version in bounds or ())


def _bounds(text: str) -> Optional[list[tuple[str, str]]]:
    """Return operators and versions of a constraint, or None where it has another form."""
    bounds: list[tuple[str, str]] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        if part == "*":
            continue
        match = _COMPARISON.match(part)
        if not match:
            return None
        operator, version, star = match[1] or "==", match[2], match[3] or ""
        numbers = [int(number) for number in version.split(".")]
        if operator == "^":
            # Up to the next change of the first number that is not zero.
            place = next((at for at, number in enumerate(numbers) if number), len(numbers) - 1)
            bounds += [(">=", version), ("<", _next(numbers, place))]
        elif operator == "~":
            bounds += [(">=", version), ("<", _next(numbers, min(1, len(numbers) - 1)))]
        else:
            bounds.append((operator, version + star))
    return bounds


def _next(numbers: list[int], place: int) -> str:
    return ".".join(map(str, [*numbers[:place], numbers[place] + 1]))


def _pipfile(document: Mapping[str, Any]) -> dict[str, tuple[Edge, ...]]:
    """Return the categories of a Pipfile; `packages` is the main group."""
    roots = {}
    for category, table in document.items():
        if category in ("source", "requires", "scripts", "pipenv", "pipfile") or not isinstance(table, dict):
            continue
        edges = []
        for name, value in table.items():
            constraint = dict(value) if isinstance(value, dict) else {"version": value}
            conditions = [
                f"({constraint['markers']})" if constraint.get("markers") else "",
                *(f"({key} {constraint[key]})" for key in _PIPFILE_MARKERS if constraint.get(key)),
            ]
            constraint["markers"] = " and ".join(filter(None, conditions))
            edges.append(table_edge(name, constraint))
        roots[{"packages": MAIN, "dev-packages": "dev"}.get(category, canonicalize_name(category))] = tuple(
            edges
        )
    roots.setdefault(MAIN, ())
    return roots


# Pipenv takes each PEP 508 variable as a key of its own: sys_platform = "== 'win32'".
_PIPFILE_MARKERS = (
    "os_name",
    "sys_platform",
    "platform_machine",
    "platform_python_implementation",
    "platform_release",
    "platform_system",
    "platform_version",
    "python_version",
    "python_full_version",
    "implementation_name",
    "implementation_version",
)
