"""Cycle: names that need one another, directly or through others."""

from __future__ import annotations

from collections.abc import Collection, Mapping


def components(edges: Mapping[str, Collection[str]]) -> list[tuple[str, ...]]:
    """Return the groups of names that need one another, each sorted; a name in no cycle is its own group.

    A group comes after those that it needs. This is Tarjan's algorithm (1972) with a stack of its own, as a chain of
    dependencies may be longer than Python's.

    Args:
        edges: For each name the names that it needs; those that are no keys are passed over.
    """
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    on_path: set[str] = set()
    found: list[tuple[str, ...]] = []
    for start in edges:
        if start in index:
            continue
        waiting = [(start, iter(edges[start]))]
        index[start] = low[start] = len(index)
        path.append(start)
        on_path.add(start)
        while waiting:
            name, rest = waiting[-1]
            following = next((other for other in rest if other in edges), None)
            if following is None:
                waiting.pop()
                if waiting:
                    above = waiting[-1][0]
                    low[above] = min(low[above], low[name])
                if low[name] == index[name]:
                    group: list[str] = []
                    while not group or group[-1] != name:
                        group.append(path.pop())
                    on_path.difference_update(group)
                    found.append(tuple(sorted(group)))
            elif following not in index:
                index[following] = low[following] = len(index)
                path.append(following)
                on_path.add(following)
                waiting.append((following, iter(edges[following])))
            elif following in on_path:
                low[name] = min(low[name], index[following])
    return found


def cycles(edges: Mapping[str, Collection[str]]) -> list[list[str]]:
    """Return the groups of several names that need one another, each sorted.

    Args:
        edges: As `components` takes them.
    """
    return [list(group) for group in components(edges) if len(group) > 1]
