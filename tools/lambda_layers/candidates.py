"""Candidates: what can be a layer. What a distribution requires is always with it, as a layer's rule brings it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Optional

from tools.lambda_layers.cost import LayerSet


def closures(requires: Mapping[str, Iterable[str]]) -> dict[str, LayerSet]:
    """Return of each distribution of a function what a layer with it holds: itself, and all that it requires.

    Args:
        requires: Title -> the titles of what it requires, in the same function.
    """
    found = {}
    for title in requires:
        reached = {title}
        waiting = [title]
        while waiting:
            for other in requires.get(waiting.pop(), ()):
                if other not in reached:
                    reached.add(other)
                    waiting.append(other)
        found[title] = frozenset(reached)
    return found


def closed_sets(functions: Iterable[Iterable[LayerSet]], most: int) -> Optional[list[LayerSet]]:
    """Return every set of distributions that can be a layer of some function; None where there are more than `most`.

    Args:
        functions: The closures of each function.
        most: How many are too many.
    """
    found: set[LayerSet] = set()
    for atoms in functions:
        # Its unions: each atom, alone and with every union of those before it.
        own: set[LayerSet] = set()
        for atom in atoms:
            own |= {atom, *(atom | other for other in own)}
            if len(own) > most:
                return None
        found |= own
    return None if len(found) > most else sorted(found, key=order)


def likely_sets(functions: list[frozenset[str]], atoms: Iterable[LayerSet]) -> list[LayerSet]:
    """Return sets to begin with: each closure, all that a function has, and all that functions of a closure share.

    Args:
        functions: The titles of each function.
        atoms: The closures of all functions.
    """
    found = set(functions)
    for atom in atoms:
        having = [titles for titles in functions if atom <= titles]
        found |= {atom, frozenset.intersection(*having)}
    return sorted(filter(None, found), key=order)


def grown_and_shrunk(layer: LayerSet, atoms: Iterable[LayerSet]) -> Iterator[LayerSet]:
    """Yield what a layer becomes with one closure more, and without one of its distributions.

    Args:
        layer: The layer.
        atoms: The closures of all functions.
    """
    atoms = list(atoms)
    for atom in atoms:
        if not atom <= layer:
            yield layer | atom
    inside = [atom for atom in atoms if atom <= layer]
    for title in sorted(layer):
        rest = frozenset[str]().union(*(atom for atom in inside if title not in atom))
        if rest:
            yield rest


def order(layer: LayerSet) -> tuple[int, list[str]]:
    """Return by what layers are sorted: the smaller ones first, then by name.

    Args:
        layer: A layer.
    """
    return len(layer), sorted(layer)
