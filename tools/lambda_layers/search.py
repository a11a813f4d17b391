"""Search: the layers that upload the fewest bytes, all tried where they are few, improved step by step where not."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from tools.lambda_layers.candidates import closed_sets, grown_and_shrunk, likely_sets, order
from tools.lambda_layers.cost import Costs, LayerSet

# So many choices of layers are all tried, for about a second.
_EXACT = 20_000
# With so many sets to begin with, pairs of them are tried as well.
_PAIRED = 30
# A layer that saves less than a byte a week saves nothing.
_LEAST = 1.0


class Found(NamedTuple):
    """Layers, and whether no other ones are better by the cost model."""

    layers: list[LayerSet]
    exact: bool


def find_layers(
    costs: Costs, atoms: Mapping[str, Sequence[LayerSet]], most: int, exact: int = _EXACT
) -> Found:
    """Return the layers that upload the fewest bytes; none that nobody would use.

    Args:
        costs: The cost of the functions.
        atoms: Label of each function -> the closures of its distributions.
        most: How many layers there may be.
        exact: How many choices are tried at most.
    """
    pool = closed_sets(atoms.values(), exact)
    if pool is not None and sum(math.comb(len(pool), count) for count in range(most + 1)) <= exact:
        return Found(_used(costs, _best_of_all(costs, pool, most)), True)
    return Found(_used(costs, _improved(costs, atoms, most)), False)


def _best_of_all(costs: Costs, pool: Sequence[LayerSet], most: int) -> list[LayerSet]:
    best: tuple[float, tuple[LayerSet, ...]] = (costs.total(()), ())
    for count in range(1, most + 1):
        for layers in itertools.combinations(pool, count):
            total = costs.total(layers)
            if total < best[0] - _LEAST:
                best = (total, layers)
    return list(best[1])


def _improved(costs: Costs, atoms: Mapping[str, Sequence[LayerSet]], most: int) -> list[LayerSet]:
    """Return layers that no single step makes better, and where pairs are few, no pair of new layers either."""
    every = sorted({atom for own in atoms.values() for atom in own}, key=order)
    begin = likely_sets([frozenset(load.held) for load in costs.loads], every)
    pairs = list(itertools.combinations(begin, 2)) if len(begin) <= _PAIRED else []
    layers: list[LayerSet] = []
    total = costs.total(layers)
    while True:
        for steps in (_single(layers, begin, every, most), _double(layers, pairs, most)):
            best = min(steps, key=costs.total, default=layers)
            if costs.total(best) < total - _LEAST:
                layers, total = best, costs.total(best)
                break
        else:
            return layers


def _single(
    layers: list[LayerSet], begin: Sequence[LayerSet], every: Sequence[LayerSet], most: int
) -> Iterator[list[LayerSet]]:
    """Yield the layers with one more, one less, and one changed."""
    if len(layers) < most:
        yield from ([*layers, layer] for layer in begin if layer not in layers)
    for place, layer in enumerate(layers):
        others = layers[:place] + layers[place + 1 :]
        yield others
        changed = [*grown_and_shrunk(layer, every), *begin]
        yield from ([*others, other] for other in changed if other not in layers)


def _double(
    layers: list[LayerSet], pairs: Sequence[tuple[LayerSet, LayerSet]], most: int
) -> Iterator[list[LayerSet]]:
    """Yield the layers with two more, and with two in the place of one or two."""
    for count in range(3):
        for kept in itertools.combinations(layers, max(len(layers) - count, 0)):
            if len(kept) + 2 <= most:
                yield from ([*kept, *pair] for pair in pairs if not set(pair) & set(kept))


def _used(costs: Costs, layers: Sequence[LayerSet]) -> list[LayerSet]:
    """Return the layers that a function has, the largest first."""
    week = costs.week(layers)
    places = sorted({place for attached in week.attached.values() for place in attached})
    used = [layers[place] for place in places]
    return sorted(used, key=lambda layer: (-costs.size(layer).zip_bytes, sorted(layer)))
