"""A lock, as every format is read: distributions, the edges between them, and where a project begins."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from typing import NamedTuple, Optional

MAIN = "main"  # The group that functions are built from; every format's own word for it is read as this.

TEST = "test"  # The group that --test-lock makes.


class Origin(enum.Enum):
    """Where a lock says that a distribution comes from."""

    INDEX = "index"
    URL = "URL"
    PATH = "local path"
    GIT = "version control"
    PROJECT = "the project itself"


class Edge(NamedTuple):
    """One distribution needs another, or a project needs its direct dependency.

    Attributes:
        name: Normalised name of what is needed.
        extras: Its extras that are asked for, normalised.
        marker: PEP 508 marker under which the edge holds; None holds everywhere.
        version: The version that the lock has chosen for this edge, where it says so.
        specifier: PEP 440 specifier; only read where the lock holds several versions and chose none.
        of_extra: The extra of the needing distribution that brings the edge; None always has it.
        of_group: The group whose name a lock file's marker is evaluated with (PEP 751).
    """

    name: str
    extras: frozenset[str] = frozenset()
    marker: Optional[str] = None
    version: Optional[str] = None
    specifier: str = ""
    of_extra: Optional[str] = None
    of_group: Optional[str] = None


class Distribution(NamedTuple):
    """One version of one distribution.

    Attributes:
        name: Normalised name.
        version: As the lock spells it; empty where it has none (a local path may not).
        hashes: `sha256:<hex>` of each of its files that the lock lists, sorted.
        edges: What it needs.
        marker: PEP 508 marker of the environments that the lock holds it for; None is all.
        sdist: Whether there is no wheel of it; None where the format names no files.
        files: Names of its files, wheels and sdists, where the format has them; sorted.
        origin: Where it comes from.
        location: The URL, path or repository, where it is not from an index.
        yanked: Why its version was withdrawn, where the index was asked and said so.
    """

    name: str
    version: str
    hashes: tuple[str, ...] = ()
    edges: tuple[Edge, ...] = ()
    marker: Optional[str] = None
    sdist: Optional[bool] = None
    files: tuple[str, ...] = ()
    origin: Origin = Origin.INDEX
    location: str = ""
    yanked: Optional[str] = None

    @property
    def title(self) -> str:
        """The distribution as a person names it, such as `six 1.17.0`."""
        return f"{self.name} {self.version}".rstrip()


class Lock(NamedTuple):
    """All that one lock file says, whatever its format.

    Attributes:
        title: The format, as messages name it, such as `poetry.lock 2.1`.
        distributions: In any order.
        roots: The project's direct dependencies by group.
        requires_python: PEP 440 specifier of the Pythons that it was made for, or several with `||` between
            them; empty is all.
        incomplete: Names of distributions of which the format does not record all that they need.
        indexes: URLs of the indexes it names, without credentials.
        notes: Warnings about how it was read.
        problems: What cannot be read as it stands.
    """

    title: str
    distributions: tuple[Distribution, ...]
    roots: Mapping[str, tuple[Edge, ...]]
    requires_python: str = ""
    incomplete: frozenset[str] = frozenset()
    indexes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    def with_tests(self, tests: Lock) -> Lock:
        """Return this lock together with one that is for tests only.

        Args:
            tests: The other lock, of which every group becomes the group `test`.
        """
        return Lock(
            title=f"{self.title} with {tests.title}",
            distributions=unite((*self.distributions, *tests.distributions)),
            roots={
                **self.roots,
                TEST: (
                    *self.roots.get(TEST, ()),
                    *(edge for edges in tests.roots.values() for edge in edges),
                ),
            },
            requires_python=",".join(filter(None, (self.requires_python, tests.requires_python))),
            incomplete=self.incomplete | tests.incomplete,
            indexes=tuple(sorted({*self.indexes, *tests.indexes})),
            notes=self.notes + tests.notes,
            problems=self.problems + tests.problems,
        )


def unite(distributions: Iterable[Distribution]) -> tuple[Distribution, ...]:
    """Return distributions with each version once: its hashes and edges together, and the markers joined.

    A lock may have a version several times, under a marker each. Where the entries come from different places
    they stay apart.

    Args:
        distributions: As a lock lists them.
    """
    found: dict[tuple[str, str, Origin, str], Distribution] = {}
    for item in distributions:
        key = (item.name, item.version, item.origin, item.location)
        first = found.get(key)
        found[key] = item if first is None else _united(first, item)
    return tuple(found.values())


def _united(first: Distribution, second: Distribution) -> Distribution:
    marker = first.marker
    if first.marker != second.marker:
        both = (first.marker, second.marker)
        marker = " or ".join(f"({one})" for one in both if one) if all(both) else None
    return first._replace(
        hashes=tuple(sorted({*first.hashes, *second.hashes})),
        edges=first.edges + tuple(edge for edge in second.edges if edge not in first.edges),
        marker=marker,
        sdist=first.sdist and second.sdist,
        files=tuple(sorted({*first.files, *second.files})),
    )
