"""Cost: the bytes that functions and layers of one platform upload in a week.

A function uploads its zip with each edit of its code, and with each update of a distribution that is in the zip. A
layer uploads its zip with each update of a distribution that is in it; its functions then change their configuration,
which uploads nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from tools.aws.facts import MAX_LAYERS, UNZIPPED_LIMITS

# The distributions of a layer, by their titles: name and version.
LayerSet = frozenset[str]


class Held(NamedTuple):
    """What a distribution takes in a function: bytes in the zip, and unpacked."""

    zip_bytes: int
    unzipped_bytes: int


class Load(NamedTuple):
    """A function, as it is uploaded.

    Attributes:
        target: Its label.
        edits: How often its code is edited, a week.
        own: What its zip takes without distributions.
        held: Title of each distribution, in the zip or in a layer of today -> what it takes.
    """

    target: str
    edits: float
    own: Held
    held: Mapping[str, Held]


class Week(NamedTuple):
    """What is uploaded in a week.

    Attributes:
        total: Bytes of everything.
        functions: Label -> bytes.
        layers: Bytes of each layer, in the order in which they were given.
        attached: Label -> places of the layers that the function has.
    """

    total: float
    functions: dict[str, float]
    layers: list[float]
    attached: dict[str, list[int]]


class Costs:
    """The cost of functions of one platform, with any layers.

    Args:
        loads: The functions.
        updates: Title of each distribution -> how often it is updated, a week.
    """

    def __init__(self, loads: Sequence[Load], updates: Mapping[str, float]) -> None:
        self.loads = loads
        self._updates = updates
        self._most: dict[str, Held] = {}
        for load in loads:
            for title, held in load.held.items():
                most = self._most.get(title, held)
                self._most[title] = Held(*map(max, zip(most, held)))
        self._layers: dict[LayerSet, tuple[float, Held]] = {}

    def size(self, layer: LayerSet) -> Held:
        """Return what a layer takes.

        Args:
            layer: Its distributions.
        """
        return self._layer(layer)[1]

    def total(self, layers: Sequence[LayerSet]) -> float:
        """Return the bytes of a week.

        Args:
            layers: The layers.
        """
        return sum(self._layer(layer)[0] for layer in layers) + sum(
            self._function(load, self.attach(load, layers), layers) for load in self.loads
        )

    def week(self, layers: Sequence[LayerSet]) -> Week:
        """Return what is uploaded in a week, by function and layer.

        Args:
            layers: The layers.
        """
        attached = {load.target: self.attach(load, layers) for load in self.loads}
        functions = {load.target: self._function(load, attached[load.target], layers) for load in self.loads}
        of_layers = [self._layer(layer)[0] for layer in layers]
        return Week(sum(of_layers) + sum(functions.values()), functions, of_layers, attached)

    def attach(self, load: Load, layers: Sequence[LayerSet]) -> list[int]:
        """Return the places of the layers that a function gets: those that hold nothing but what it has itself.

        Lambda takes five at most, and counts every unpacked file against 250 MiB, one that is in two layers twice. So
        the layer that takes most out of the zip comes first, and one that takes out nothing more is not taken.

        Args:
            load: The function.
            layers: The layers.
        """
        waiting = [place for place, layer in enumerate(layers) if layer <= load.held.keys()]
        attached: list[int] = []
        out: set[str] = set()
        room = UNZIPPED_LIMITS["lambda"].size - load.own.unzipped_bytes
        room -= sum(held.unzipped_bytes for held in load.held.values())
        while waiting and len(attached) < MAX_LAYERS:
            # Of two that take out the same, the one that is given first.
            gains = {place: self._bytes(load, layers[place] - out) for place in waiting}
            best = max(waiting, key=lambda place: (gains[place], -place))
            waiting.remove(best)
            twice = self.size(layers[best]).unzipped_bytes - sum(
                load.held[title].unzipped_bytes for title in layers[best] - out
            )
            if gains[best] > 0 and twice <= room:
                attached.append(best)
                out |= layers[best]
                room -= twice
        return sorted(attached)

    def _bytes(self, load: Load, titles: Collection[str]) -> int:
        return sum(load.held[title].zip_bytes for title in titles)

    def _layer(self, layer: LayerSet) -> tuple[float, Held]:
        known = self._layers.get(layer)
        if known is None:
            held = [self._most[title] for title in layer]
            size = Held(sum(one.zip_bytes for one in held), sum(one.unzipped_bytes for one in held))
            updates = sum(self._updates.get(title, 0.0) for title in sorted(layer))
            known = self._layers[layer] = (updates * size.zip_bytes, size)
        return known

    def _function(self, load: Load, attached: Sequence[int], layers: Sequence[LayerSet]) -> float:
        out = frozenset[str]().union(*(layers[place] for place in attached))
        inside = [title for title in load.held if title not in out]
        uploads = load.edits + sum(self._updates.get(title, 0.0) for title in inside)
        return uploads * (load.own.zip_bytes + self._bytes(load, inside))
