"""A cycle: distributions that need one another, directly or through others."""

from __future__ import annotations

from collections.abc import Mapping


def components(edges: Mapping[str, list[str]]) -> list[tuple[str, ...]]:
    """Return the groups of names that need one another, each sorted; a name in no cycle is its own group.

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
