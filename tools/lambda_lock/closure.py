"""The closure of a lock: which distributions a project needs, where, and by which edges."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple, Optional

from tools.lambda_lock.lock import Distribution, Edge, Lock, Origin
from tools.lambda_lock.marker_environments import MarkerEnvironments

Key = tuple[str, str]  # A distribution's name and version.


class Closure(NamedTuple):
    """What follows from a project's direct dependencies.

    Attributes:
        versions: The lock's distributions by name, the newest version of each first.
        reach: The environments that need a distribution; one that none needs is not in it.
        needs: For each distribution, what it needs by name, and the environments in which it does.
        extras: The extras that are asked for.
        missing: What is needed and is not in the lock, with what needs it (empty for the project itself), and
            the environments in which it is needed.
    """

    versions: Mapping[str, list[Distribution]]
    reach: Mapping[Key, int]
    needs: Mapping[Key, Mapping[str, int]]
    extras: Mapping[Key, frozenset[str]]
    missing: Mapping[Key, int]

    def needed(self, name: str) -> list[Distribution]:
        """Return the versions of a distribution that some environment needs.

        Args:
            name: The distribution's normalised name.
        """
        return [item for item in self.versions[name] if self.reach.get((item.name, item.version))]


def closure(lock: Lock, environments: MarkerEnvironments, roots: Iterable[Edge]) -> Closure:
    """Return the closure of a project's direct dependencies.

    Args:
        lock: The lock.
        environments: Where its markers are evaluated.
        roots: The direct dependencies.

    Raises:
        PleasingError: A marker cannot be read.
    """
    return _Walk(lock, environments).run(roots)


class _Walk:
    """A walk along a lock's edges: each step goes on in the environments that have not been there yet."""

    def __init__(self, lock: Lock, environments: MarkerEnvironments) -> None:
        self._environments = environments
        self._versions: dict[str, list[Distribution]] = defaultdict(list)
        for item in lock.distributions:
            self._versions[item.name].append(item)
        for versions in self._versions.values():
            if len(versions) > 1:
                versions.sort(key=_age, reverse=True)
        self._reach: dict[Key, int] = defaultdict(int)
        self._needs: dict[Key, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self._extras: dict[Key, set[str]] = defaultdict(set)
        self._missing: dict[Key, int] = defaultdict(int)
        self._walked: dict[tuple[Key, Optional[str]], int] = defaultdict(int)
        self._pending: list[tuple[Distribution, Optional[str], int]] = []

    def run(self, roots: Iterable[Edge]) -> Closure:
        """Return the closure of direct dependencies."""
        for edge in roots:
            self._follow(edge, self._environments.everywhere, None)
        while self._pending:
            item, extra, mask = self._pending.pop()
            for edge in item.edges:
                if edge.of_extra == extra:
                    self._follow(edge, mask, item)
        return Closure(
            dict(self._versions),
            dict(self._reach),
            {key: dict(needs) for key, needs in self._needs.items()},
            {key: frozenset(extras) for key, extras in self._extras.items()},
            dict(self._missing),
        )

    def _follow(self, edge: Edge, mask: int, parent: Optional[Distribution]) -> None:
        mask &= self._environments.holds(edge.marker, edge.of_extra, edge.of_group)
        if not mask:
            return
        if edge.name not in self._versions:
            self._missing[edge.name, parent.title if parent else ""] |= mask
            return
        for item, holds in self._candidates(edge):
            here = mask & holds
            if not here:
                continue
            key = (item.name, item.version)
            if item.origin is not Origin.PROJECT:
                self._reach[key] |= here
                self._extras[key] |= edge.extras
                if parent and parent.name != edge.name:
                    self._needs[parent.name, parent.version][edge.name] |= here
            for extra in (None, *sorted(edge.extras)):
                new = here & ~self._walked[key, extra]
                if new:
                    self._walked[key, extra] |= new
                    self._pending.append((item, extra, new))

    def _candidates(self, edge: Edge) -> list[tuple[Distribution, int]]:
        """Return the versions that an edge may mean, each with the environments in which it does."""
        versions = self._versions[edge.name]
        if edge.version is not None:
            versions = [item for item in versions if item.version == edge.version] or versions
        elif len(versions) > 1 and edge.specifier:
            versions = [item for item in versions if _satisfies(item.version, edge.specifier)] or versions
        left = self._environments.everywhere
        found = []
        for item in versions:  # The newest first: where two fit, a resolver means that one.
            mask = self._environments.holds(item.marker) & left
            if len(versions) > 1:
                left &= ~mask
            found.append((item, mask))
        return found


def _age(item: Distribution) -> tuple[int, object]:
    """Return what sorts versions from old to new; what is no version is older than any."""
    from packaging.version import InvalidVersion, Version

    try:
        return 1, Version(item.version)
    except InvalidVersion:
        return 0, item.version


def _satisfies(version: str, specifier: str) -> bool:
    """Return whether a version is one that a specifier allows; one that cannot be read allows all."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion

    try:
        return SpecifierSet(specifier).contains(version, prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return True
