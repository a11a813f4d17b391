"""A plan: what is written for a lock, after all that keeps it from being written has been told at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Optional

from tools.errors import PleasingError
from tools.lambda_lock.closure import Closure, closure
from tools.lambda_lock.lock import MAIN, Distribution, Edge, Lock
from tools.lambda_lock.marker_environments import MarkerEnvironments
from tools.lambda_lock.refusal import refusal
from tools.lambda_lock.requirement_rules import Rules
from tools.lambda_lock.rule_call import RuleCall
from tools.lambda_lock.wheel_fit import glibc_problem


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
        notes: Warnings for the user.
    """

    targets: tuple[RuleCall, ...]
    notes: tuple[str, ...]


def plan(lock: Lock, environments: MarkerEnvironments, options: Options) -> Plan:
    """Return the targets of a lock.

    Args:
        lock: The lock.
        environments: Where its markers are evaluated.
        options: What the user decides.

    Raises:
        PleasingError: Something that is needed cannot be written. All of it is named.
    """
    runtime = {MAIN, *options.runtime_groups}
    taken = [
        group for group in lock.roots if group in runtime or options.groups is None or group in options.groups
    ]
    found = closure(lock, environments, (edge for group in taken for edge in lock.roots[group]))
    problems = [*lock.problems, *_unknown_groups(lock, options)]
    notes = []
    for name, versions in sorted(found.versions.items()):
        if name in options.mapped:
            continue
        for item in found.needed(name):
            problem = refusal(item)
            if problem:
                problems.append(problem)
            elif item.yanked is not None:
                notes.append(
                    f"{item.title} was yanked from its index ({item.yanked}); it is kept, as the lock has it"
                )
            for platform in environments.platforms:
                if platform.arch in environments.keys(found.reach[item.name, item.version]):
                    notes += filter(None, [glibc_problem(item, platform)])
        problems += _overlap(name, versions, found, environments)
    unused = sorted(set(options.mapped) - set(found.versions))
    if unused:
        problems.append(f"--map names {', '.join(unused)}, which {lock.title} has not")
    (problems if options.strict else notes).extend(_missing(lock, found, environments))
    if problems:
        raise PleasingError(problems)
    for_functions = _names_for_functions(
        found, environments, (edge for group in runtime for edge in lock.roots.get(group, ()))
    )
    rules = Rules(found, environments, options.mapped, for_functions)
    targets = rules.calls()
    return Plan(tuple(sorted(targets, key=lambda target: target.name)), (*notes, *rules.notes))


def _unknown_groups(lock: Lock, options: Options) -> list[str]:
    unknown = sorted(((options.groups or frozenset()) | options.runtime_groups) - set(lock.roots))
    if not unknown:
        return []
    return [f"{lock.title} has no group {', '.join(unknown)}; its groups are {', '.join(sorted(lock.roots))}"]


def _names_for_functions(
    found: Closure, environments: MarkerEnvironments, roots: Iterable[Edge]
) -> frozenset[str]:
    """Return the names of what is not for tests only: the direct ones, and all that their targets name.

    By the edges that are written, and not by the environments they hold in: Please refuses a dependency on a
    test_only target on every platform.
    """
    names: set[str] = set()
    pending = [
        edge.name
        for edge in roots
        if environments.holds(edge.marker, edge.of_extra, edge.of_group) and edge.name in found.versions
    ]
    while pending:
        name = pending.pop()
        if name not in names:
            names.add(name)
            for item in found.versions[name]:
                pending.extend(found.needs.get((name, item.version), ()))
    return frozenset(names)


def _missing(lock: Lock, found: Closure, environments: MarkerEnvironments) -> list[str]:
    """Name what a function's platform needs and the lock has not: it was made for other platforms."""
    messages = []
    for (name, parent), mask in sorted(found.missing.items()):
        keys = environments.keys(mask)
        platforms = [platform.name for platform in environments.platforms if platform.arch in keys]
        if platforms:
            messages.append(
                f"{parent or 'the project'} needs {name} on {', '.join(platforms)}, and {lock.title} has no "
                f"{name}; it is older than the project's file, or was made for other platforms: lock again"
            )
    return messages


def _overlap(
    name: str, versions: list[Distribution], found: Closure, environments: MarkerEnvironments
) -> list[str]:
    """Tell of two versions that one environment needs: they cannot both be imported there."""
    seen = 0
    for item in versions:
        mask = found.reach.get((name, item.version), 0) & environments.latest
        if mask & seen:
            both = ", ".join(item.version for item in versions)
            point = min(environments.points(mask & seen))
            return [
                f"{name} is locked in several versions ({both}) that Python "
                f"{point.python[0]}.{point.python[1]} on {point.system} {point.machine} needs at once; leave "
                "out the group that conflicts (--group names the ones to take)"
            ]
        seen |= mask
    return []
