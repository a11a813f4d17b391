"""Cycle: targets that would depend on one another, which Please refuses."""

from __future__ import annotations

from collections.abc import Collection, Mapping


def cycles(edges: Mapping[str, Collection[str]]) -> list[list[str]]:
    """Return the groups of labels that reach one another, each sorted.

    Args:
        edges: Label -> the labels that it depends on.
    """
    # Tarjan's algorithm, without a function that calls itself: chains of libraries may be long.
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    on_path: set[str] = set()
    found: list[list[str]] = []
    for start in edges:
        if start in index:
            continue
        waiting = [(start, iter(edges[start]))]
        index[start] = low[start] = len(index)
        path.append(start)
        on_path.add(start)
        while waiting:
            label, rest = waiting[-1]
            following = next((other for other in rest if other in edges), None)
            if following is None:
                waiting.pop()
                if waiting:
                    above = waiting[-1][0]
                    low[above] = min(low[above], low[label])
                if low[label] == index[label]:
                    group = []
                    while True:
                        other = path.pop()
                        on_path.discard(other)
                        group.append(other)
                        if other == label:
                            break
                    if len(group) > 1:
                        found.append(sorted(group))
            elif following not in index:
                index[following] = low[following] = len(index)
                path.append(following)
                on_path.add(following)
                waiting.append((following, iter(edges[following])))
            elif following in on_path:
                low[label] = min(low[label], index[following])
    return found
