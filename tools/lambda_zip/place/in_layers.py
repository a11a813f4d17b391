"""What a function's layers hold stays out of its zip, a whole distribution at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tools.errors import PleasingError
from tools.lambda_zip.place.layout import LeftOut, Placed, Reason
from tools.lambda_zip.read.distribution import Owners
from tools.lambda_zip.read.layer_zip import LayerZip


class Divided(NamedTuple):
    """How files are divided between a function and its layers.

    Attributes:
        placed: What goes into the function's zip.
        left_out: What does not, as a layer holds it.
        in_layers: All files of the layers, named as they are found on sys.path.
    """

    placed: list[Placed]
    left_out: list[LeftOut]
    in_layers: list[Placed]


def divide(placed: list[Placed], layers: Sequence[LayerZip]) -> Divided:
    """Take out of a function what its layers hold.

    Args:
        placed: What would go into the function's zip.
        layers: The function's layers.

    Raises:
        PleasingError: There are two versions of one distribution; all such distributions at once.
    """
    if not layers:
        return Divided(placed, [], [])
    held = _held(placed, layers)
    kept: list[Placed] = []
    left_out: list[LeftOut] = []
    for item in placed:
        if item.distribution is not None and item.distribution.name in held:
            left_out.append(LeftOut(item.member, Reason.IN_LAYER, item.distribution, item))
        else:
            kept.append(item)
    # A file of the PEX is the layer's where it is the same, and lambda_wheel may have left a note about it.
    twins = {item.placed.name: item.placed for item in left_out if item.placed is not None}
    own = {item.name for item in kept}
    found: dict[str, Placed] = {}
    for layer in layers:
        # Lambda unpacks the layers over each other, so that the last one wins.
        for item in _files(layer):
            if item.name not in own:
                found[item.name] = _twin(item, twins)
    return Divided(kept, left_out, list(found.values()))


def _held(placed: Sequence[Placed], layers: Sequence[LayerZip]) -> dict[str, str]:
    """Return the names of the distributions that layers hold -> their versions."""
    held: dict[str, tuple[str, str]] = {}
    problems = []
    for layer in layers:
        for name, version in layer.versions.items():
            first, other = held.setdefault(name, (version, layer.label))
            if first != version:
                problems.append(
                    f"{name} is in the layer {other} as {first} and in the layer {layer.label} as {version}. "
                    "Build both from one version"
                )
    wanted = sorted(
        {(item.distribution.name, item.distribution.version) for item in placed if item.distribution}
    )
    for name, version in wanted:
        if name in held and held[name][0] != version:
            problems.append(
                f"{name} is in the function as {version} and in its layer {held[name][1]} as {held[name][0]}. "
                "Build both from one version, or take the layer out"
            )
    if problems:
        raise PleasingError(problems)
    return {name: version for name, (version, _) in held.items()}


def _files(layer: LayerZip) -> list[Placed]:
    owners = Owners(layer.parts, {})
    return [
        Placed(part.path, part.member, part.path, part.area, owners.of("", part.path)) for part in layer.parts
    ]


def _twin(item: Placed, twins: dict[str, Placed]) -> Placed:
    twin = twins.get(item.name)
    if twin is None or (twin.member.crc, twin.member.size) != (item.member.crc, item.member.size):
        return item
    return twin
