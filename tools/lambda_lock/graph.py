"""The graph of a lock: what is needed where, and the targets that follow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple, Optional

from tools.errors import PleasingError
from tools.lambda_lock.environment import Environments
from tools.lambda_lock.model import MAIN, Distribution, Edge, Lock, Origin
from tools.lambda_lock.target import LIBRARY, REQUIREMENT, Target, Value, target_name

_Key = tuple[str, str]  # A distribution's name and version.

# A cycle's members keep their names for what users depend on; the files themselves stand in a target of this
# suffix.
_ALONE = "alone"
BUNDLE = "all_requirements"


class Options(NamedTuple):
    """What the user decides.

    Attributes:
        mapped: Labels of the repository's own targets by normalised distribution name.
        groups: The groups to take beside the main one; None takes all.
        runtime_groups: Groups that functions are built from, beside the main one.
        strict: Whether a distribution that a function's platform lacks is an error: it is a note where the
            platforms are only a guess.
    """

    mapped: Mapping[str, str] = {}
    groups: Optional[frozenset[str]] = None
    runtime_groups: frozenset[str] = frozenset()
    strict: bool = True


class Plan(NamedTuple):
    """What to write.

    Attributes:
        targets: Sorted by name.
        notes: What a person should know.
    """

    targets: tuple[Target, ...]
    notes: tuple[str, ...]


def plan(lock: Lock, environments: Environments, options: Options) -> Plan:
    """Returns the targets of a lock.

    Args:
        lock: The lock.
        environments: Where its markers are evaluated.
        options: What the user decides.

    Raises:
        PleasingError: Something that is needed cannot be kept. All of it is named.
    """
    return _Graph(lock, environments, options).plan()


class _Graph:
    """One lock's distributions, where each is needed, and by which edges."""

    def __init__(self, lock: Lock, environments: Environments, options: Options) -> None:
        self._lock = lock
        self._environments = environments
        self._options = options
        self._problems = list(lock.problems)
        self._notes: list[str] = []
        self._versions: dict[str, list[Distribution]] = defaultdict(list)
        for item in lock.distributions:
            self._versions[item.name].append(item)
        for versions in self._versions.values():
            if len(versions) > 1:
                versions.sort(key=_age, reverse=True)
        self._missing: dict[tuple[str, str], int] = {}
        self._extras: dict[_Key, set[str]] = defaultdict(set)
        self._needs: dict[_Key, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        unknown = sorted(((options.groups or frozenset()) | options.runtime_groups) - set(lock.roots))
        if unknown:
            self._problems.append(
                f"{lock.title} has no group {', '.join(unknown)}; its groups are "
                f"{', '.join(sorted(lock.roots))}"
            )

    def plan(self) -> Plan:
        """Returns the targets, or raises with all problems."""
        runtime = {MAIN, *self._options.runtime_groups}
        taken = [
            group
            for group in self._lock.roots
            if group in runtime or self._options.groups is None or group in self._options.groups
        ]
        reach = self._closure(edge for group in taken for edge in self._lock.roots[group])
        self._check(reach)
        main = self._names_for_functions(
            edge for group in runtime for edge in self._lock.roots.get(group, ())
        )
        self._report_missing()
        if self._problems:
            raise PleasingError(self._problems)
        targets = self._targets(reach, main)
        return Plan(tuple(sorted(targets, key=lambda target: target.name)), tuple(self._notes))

    def _candidates(self, edge: Edge) -> list[tuple[Distribution, int]]:
        """The versions that an edge may mean, each with the environments in which it does."""
        versions = self._versions.get(edge.name, [])
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

    def _closure(self, roots: Iterable[Edge]) -> dict[_Key, int]:
        """Returns where each distribution is needed, and records extras and edges on the way."""
        reach: dict[_Key, int] = defaultdict(int)
        with_extra: dict[tuple[_Key, Optional[str]], int] = defaultdict(int)
        pending: list[tuple[Distribution, Optional[str], int]] = []

        def follow(edge: Edge, mask: int, parent: Optional[Distribution]) -> None:
            mask &= self._environments.holds(edge.marker, edge.of_extra, edge.of_group)
            if not mask:
                return
            if edge.name not in self._versions:
                key = (edge.name, parent.title if parent else "")
                self._missing[key] = self._missing.get(key, 0) | mask
                return
            for item, holds in self._candidates(edge):
                here = mask & holds
                if not here:
                    continue
                key = (item.name, item.version)
                if item.origin is not Origin.PROJECT:
                    reach[key] |= here
                    self._extras[key] |= edge.extras
                    if parent and parent.name != edge.name:
                        self._needs[parent.name, parent.version][edge.name] |= here
                for extra in (None, *sorted(edge.extras)):
                    new = here & ~with_extra[key, extra]
                    if new:
                        with_extra[key, extra] |= new
                        pending.append((item, extra, new))

        for edge in roots:
            follow(edge, self._environments.everywhere, None)
        while pending:
            item, extra, mask = pending.pop()
            for edge in item.edges:
                if edge.of_extra == extra:
                    follow(edge, mask, item)
        return dict(reach)

    def _names_for_functions(self, roots: Iterable[Edge]) -> set[str]:
        """Names of what is not for tests only: the main groups' direct ones, and all that their targets name.

        By the edges that are written, and not by the environments they hold in: Please refuses a dependency
        on a test_only target on every platform.
        """
        names: set[str] = set()
        pending = [
            edge.name
            for edge in roots
            if self._environments.holds(edge.marker, edge.of_extra, edge.of_group)
            and edge.name in self._versions
        ]
        while pending:
            name = pending.pop()
            if name not in names:
                names.add(name)
                for item in self._versions[name]:
                    pending.extend(self._needs.get((name, item.version), ()))
        return names

    def _report_missing(self) -> None:
        """Names what a function's platform needs and the lock has not: it was made for other platforms."""
        for (name, parent), mask in sorted(self._missing.items()):
            platforms = [
                platform.title
                for platform in self._environments.platforms
                if platform.arch in self._environments.keys(mask)
            ]
            if not platforms:
                continue
            message = (
                f"{parent or 'the project'} needs {name} on {', '.join(platforms)}, and {self._lock.title} "
                f"has no {name}; "
                "it is older than the project's file, or was made for other platforms: lock again"
            )
            if self._options.strict:
                self._problems.append(message)
            else:
                self._notes.append(message)

    def _check(self, reach: Mapping[_Key, int]) -> None:
        """Collects what cannot be kept."""
        for name, versions in sorted(self._versions.items()):
            for item in versions:
                if not reach.get((name, item.version)) or name in self._options.mapped:
                    continue
                problem = _problem(item)
                if problem:
                    self._problems.append(problem)
                elif item.yanked is not None:
                    self._notes.append(
                        f"{item.title} was yanked from its index ({item.yanked}); it is kept, as the lock "
                        f"has it"
                    )
            self._check_overlap(name, versions, reach)
        unused = sorted(set(self._options.mapped) - set(self._versions))
        if unused:
            self._problems.append(f"--map names {', '.join(unused)}, which {self._lock.title} has not")

    def _check_overlap(self, name: str, versions: list[Distribution], reach: Mapping[_Key, int]) -> None:
        """Two versions that one environment needs cannot both be imported there."""
        seen = 0
        latest = self._environments.latest
        for item in versions:
            mask = reach.get((name, item.version), 0) & latest
            if mask & seen:
                both = ", ".join(item.version for item in versions)
                point = min(self._environments.points(mask & seen))
                self._problems.append(
                    f"{name} is locked in several versions ({both}) that Python "
                    f"{point.python[0]}.{point.python[1]} on "
                    f"{point.system} {point.machine} needs at once; leave out the group that conflicts "
                    f"(--group names "
                    "the ones to take)"
                )
                return
            seen |= mask

    def _targets(self, reach: Mapping[_Key, int], main: set[str]) -> list[Target]:
        present = {
            name: [item for item in versions if reach.get((name, item.version))]
            for name, versions in self._versions.items()
            if name not in self._options.mapped
        }
        present = {name: versions for name, versions in present.items() if versions}
        edges = {
            name: sorted(
                {
                    needed
                    for item in versions
                    for needed in self._needs[name, item.version]
                    if needed in present
                }
            )
            for name, versions in present.items()
        }
        targets = []
        for group in components(edges):
            # Files stand in a target of their own wherever a name means more than those.
            own = {
                item: target_name(name, item.version)
                if len(present[name]) > 1
                else target_name(name, _ALONE if len(group) > 1 else "")
                for name in group
                for item in present[name]
            }
            tests = not main.intersection(group)
            for item, name in own.items():
                targets.append(self._requirement(item, name, reach, frozenset(group), test_only=tests))
            for name in group:
                if len(group) > 1 or len(present[name]) > 1:
                    deps = tuple(sorted(f":{target}" for target in own.values()))
                    targets.append(Target(LIBRARY, target_name(name), _common(deps, test_only=tests)))
            if len(group) > 1:
                self._notes.append(
                    f"{', '.join(group)} need one another; each of these targets has all of them, as Please "
                    f"takes no cycle"
                )
        self._check_names(targets)
        return targets

    def _check_names(self, targets: list[Target]) -> None:
        seen: dict[str, int] = defaultdict(int)
        for target in targets:
            seen[target.name] += 1
        twice = sorted(name for name, count in seen.items() if count > 1)
        if twice:
            raise PleasingError(
                f"two distributions want the target {', '.join(twice)}; give one of them a target by hand "
                f"and --map to it"
            )

    def _requirement(
        self,
        item: Distribution,
        name: str,
        reach: Mapping[_Key, int],
        cycle: frozenset[str],
        *,
        test_only: bool,
    ) -> Target:
        from tools.lambda_lock.marker import marker

        key = (item.name, item.version)
        environments = self._environments
        mask = reach[key]
        here = environments.keys(mask)
        everywhere: list[str] = []
        somewhere: dict[str, list[str]] = defaultdict(list)
        for needed, holds in self._needs[key].items():
            if needed in cycle:
                continue
            label = self._options.mapped.get(needed, f":{target_name(needed)}")
            keys = environments.keys(holds & mask)
            if keys == here:
                everywhere.append(label)
            else:
                for platform in keys:
                    somewhere[platform].append(label)
        several = (
            len([version for version in self._versions[item.name] if reach.get((item.name, version.version))])
            > 1
        )
        wanted = mask & environments.latest if several else mask
        points = environments.points(wanted or mask)
        arguments: dict[str, Value] = {
            "package_name": item.name if name.replace("_", "-") != item.name else "",
            "version": item.version,
            "url": item.location if item.origin is Origin.URL else "",
            "hashes": item.hashes,
            "extras": tuple(sorted(self._extras[key])),
            "marker": marker(points, environments.points(environments.everywhere)) or "",
            "platform_deps": {platform: tuple(sorted(somewhere[platform])) for platform in sorted(somewhere)},
            "sdist": bool(item.sdist),
            **_common(tuple(sorted(set(everywhere))), test_only=test_only),
        }
        return Target(REQUIREMENT, name, arguments)


def _common(deps: tuple[str, ...], *, test_only: bool) -> dict[str, Value]:
    return {"test_only": test_only, "visibility": ("PUBLIC",), "deps": deps}


def bundle(targets: Iterable[Target]) -> Target:
    """Returns one target that stands for all others, where a lock does not say what needs what.

    Args:
        targets: The others. Those for tests only are not in it.
    """
    names = tuple(sorted(f":{target.name}" for target in targets if not target.arguments.get("test_only")))
    return Target(LIBRARY, BUNDLE, _common(names, test_only=False))


def _problem(item: Distribution) -> Optional[str]:
    """What keeps a distribution from being written as a target, and the way out; None where nothing does."""
    way_out = f"--map {item.name}=//path/to:target"
    if item.origin is Origin.PATH:
        return (
            f"{item.title} is a local path ({item.location}), which is a target of the repository's own; "
            f"say which with "
            f"{way_out}"
        )
    if item.origin is Origin.GIT:
        return (
            f"{item.title} comes from version control ({item.location}), for which lock files have no hash; "
            f"depend on an "
            f"archive by URL, which has one, or publish a wheel, or write a target by hand and say so with "
            f"{way_out}"
        )
    if "#" in item.location and item.origin is Origin.URL:
        return (
            f"{item.title} is a part of an archive ({item.location}), which python_requirement cannot "
            f"build; publish a "
            f"wheel of it, or write a target by hand and say so with {way_out}"
        )
    if not item.version:
        return (
            f"{item.title} ({item.location}) has no version in the lock nor in its file's name; write a "
            f"target by hand "
            f"and say so with {way_out}"
        )
    if not item.hashes:
        return (
            f"{item.title} has no SHA-256 hash in the lock; lock with hashes (`pip-compile "
            f"--generate-hashes`, `uv export`"
            " without --no-hashes), or take what the index says now with --fetch-hashes"
        )
    return None


def _age(item: Distribution) -> tuple[int, object]:
    """Sorts versions from old to new; what is no version is older than any."""
    from packaging.version import InvalidVersion, Version

    try:
        return 1, Version(item.version)
    except InvalidVersion:
        return 0, item.version


def _satisfies(version: str, specifier: str) -> bool:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion

    try:
        return SpecifierSet(specifier).contains(version, prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return True


def components(edges: Mapping[str, list[str]]) -> list[tuple[str, ...]]:
    """Returns the groups of names that need one another, each sorted; a name in no cycle is its own group.

    Tarjan's algorithm (1972), with a stack of its own: a chain of dependencies may be longer than Python's.

    Args:
        edges: For each name the names that it needs, all of them keys.
    """
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    open_names: list[str] = []
    is_open: set[str] = set()
    found: list[tuple[str, ...]] = []
    for start in sorted(edges):
        if start in index:
            continue
        work = [(start, iter(edges[start]))]
        index[start] = low[start] = len(index)
        open_names.append(start)
        is_open.add(start)
        while work:
            name, rest = work[-1]
            following = next(rest, None)
            if following is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
                if low[name] == index[name]:
                    cut = open_names.index(name)
                    is_open.difference_update(open_names[cut:])
                    found.append(tuple(sorted(open_names[cut:])))
                    del open_names[cut:]
            elif following not in index:
                index[following] = low[following] = len(index)
                open_names.append(following)
                is_open.add(following)
                work.append((following, iter(edges[following])))
            elif following in is_open:
                low[name] = min(low[name], index[following])
    return found
