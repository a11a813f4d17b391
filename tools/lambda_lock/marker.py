"""A marker, made from the environments that it shall hold in.

Lock files spell the same condition differently, or not at all. A marker that is made from where a
distribution is needed is short, and the same whichever tool locked.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Optional

from tools.lambda_lock.marker_environments import Point

_Version = tuple[int, int]


def marker(points: frozenset[Point], universe: frozenset[Point]) -> Optional[str]:
    """Return a PEP 508 marker that holds at those points and at no other of a universe.

    Args:
        points: Where it shall hold. At least one.
        universe: All the points there are.

    Returns:
        The marker; None where it holds everywhere.
    """
    if points >= universe:
        return None
    pythons = sorted({point.python for point in universe})
    platforms = {(point.system, point.machine) for point in universe}
    # Interpreters with the same platforms share one clause.
    clauses: dict[frozenset[tuple[str, str]], list[_Version]] = {}
    for python in pythons:
        present = {(point.system, point.machine) for point in universe if point.python == python}
        wanted = frozenset((p.system, p.machine) for p in points if p.python == python)
        if wanted:
            clauses.setdefault(frozenset(platforms) if wanted >= present else wanted, []).append(python)
    return _join(
        " or ",
        [
            _join(" and ", [*_python(versions, pythons), *_platform(wanted, platforms)])
            for wanted, versions in sorted(clauses.items(), key=lambda clause: clause[1])
        ],
    )


def _join(word: str, parts: Iterable[str]) -> str:
    """Join conditions, with brackets around those that hold an `or` themselves."""
    listed = list(parts)
    if len(listed) == 1:
        return listed[0]
    return word.join(f"({part})" if " or " in part else part for part in listed)


def _python(versions: list[_Version], known: list[_Version]) -> list[str]:
    """The condition on the interpreter; the newest known one stands for all that are newer still."""
    if len(versions) == len(known):
        return []
    runs: list[tuple[int, int]] = []
    for position, version in enumerate(known):
        if version in versions:
            if runs and runs[-1][1] == position - 1:
                runs[-1] = (runs[-1][0], position)
            else:
                runs.append((position, position))
    conditions = []
    for first, last in runs:
        bounds = []
        if first > 0:
            bounds.append(f"python_version >= '{_spell(known[first])}'")
        if last < len(known) - 1:
            bounds.append(f"python_version < '{_spell(known[last + 1])}'")
        conditions.append(_join(" and ", bounds))
    return [_join(" or ", conditions)]


def _platform(wanted: frozenset[tuple[str, str]], known: set[tuple[str, str]]) -> list[str]:
    """The condition on system and machine."""
    if wanted >= known:
        return []
    systems: dict[frozenset[str], list[str]] = {}
    for system in sorted({system for system, _ in wanted}):
        machines = frozenset(machine for name, machine in wanted if name == system)
        everything = frozenset(machine for name, machine in known if name == system)
        systems.setdefault(frozenset() if machines >= everything else machines, []).append(system)
    return [
        _join(
            " or ",
            [
                _join(
                    " and ",
                    [
                        _join(" or ", [f"sys_platform == '{system}'" for system in names]),
                        *(
                            [
                                _join(
                                    " or ",
                                    [f"platform_machine == '{machine}'" for machine in sorted(machines)],
                                )
                            ]
                            if machines
                            else []
                        ),
                    ],
                )
                for machines, names in sorted(systems.items(), key=lambda item: item[1])
            ],
        )
    ]


def _spell(version: _Version) -> str:
    return f"{version[0]}.{version[1]}"
