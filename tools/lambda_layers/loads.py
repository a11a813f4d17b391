"""Loads: the functions of a repository as they are uploaded, by platform."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tools.errors import PleasingError
from tools.lambda_layers.candidates import closures
from tools.lambda_layers.cost import Costs, Held, LayerSet, Load
from tools.manifests.function import Function, Share


class Rates(NamedTuple):
    """How often something changes, a week.

    Attributes:
        edits: The code of a function.
        edits_of: Label of a function -> the same for this one.
        updates: A distribution.
        updates_of: Name of a distribution -> the same for this one.
    """

    edits: float
    edits_of: Mapping[str, float]
    updates: float
    updates_of: Mapping[str, float]


class Platform(NamedTuple):
    """The functions of one runtime and architecture.

    Attributes:
        runtime: As AWS spells it.
        architecture: As AWS spells it.
        costs: What they cost.
        atoms: Label of each function -> the closures of its distributions.
        shares: Title -> one of the functions' distributions.
    """

    runtime: str
    architecture: str
    costs: Costs
    atoms: dict[str, list[LayerSet]]
    shares: dict[str, Share]


def platforms_of(functions: Sequence[Function], rates: Rates) -> list[Platform]:
    """Return the functions by platform. Those at the edge are left out, as they can have no layers.

    Args:
        functions: The functions.
        rates: How often they and their distributions change.

    Raises:
        PleasingError: A rate is for what is not there; all such rates at once.
    """
    _check(functions, rates)
    by_platform: dict[tuple[str, str], list[Function]] = {}
    for function in functions:
        if function.edge is None:
            by_platform.setdefault((function.runtime, function.architecture), []).append(function)
    return [_platform(*platform, own, rates) for platform, own in sorted(by_platform.items())]


def _check(functions: Sequence[Function], rates: Rates) -> None:
    targets = {function.target for function in functions}
    names = {share.name for function in functions for share in _distributions(function).values()}
    problems = [
        f"--edit: no function {target} is built; there are {', '.join(sorted(targets))}"
        for target in rates.edits_of
        if target not in targets
    ]
    problems += [
        f"--update: no function has a distribution {name}; there are {', '.join(sorted(names)) or 'none'}"
        for name in rates.updates_of
        if name not in names
    ]
    if problems:
        raise PleasingError(problems)


def _platform(runtime: str, architecture: str, functions: Sequence[Function], rates: Rates) -> Platform:
    shares: dict[str, Share] = {}
    loads: list[Load] = []
    atoms: dict[str, list[LayerSet]] = {}
    for function in functions:
        own = _distributions(function)
        shares.update(own)
        loads.append(
            Load(
                function.target,
                rates.edits_of.get(function.target, rates.edits),
                _without_distributions(function),
                {title: Held(share.zip_bytes, share.unzipped_bytes) for title, share in own.items()},
            )
        )
        by_name = {share.name: title for title, share in own.items()}
        requires = {
            title: [by_name[name] for name in share.requires if name in by_name]
            for title, share in own.items()
        }
        atoms[function.target] = sorted(set(closures(requires).values()), key=sorted)
    updates = {title: rates.updates_of.get(share.name, rates.updates) for title, share in shares.items()}
    return Platform(runtime, architecture, Costs(loads, updates), atoms, shares)


def _distributions(function: Function) -> dict[str, Share]:
    """Return all distributions of a function by title, those of the layers that it has today included."""
    every = [*function.distributions, *(share for layer in function.layers for share in layer.distributions)]
    return {share.title: share for share in every}


def _without_distributions(function: Function) -> Held:
    return Held(
        function.zip_bytes - sum(share.zip_bytes for share in function.distributions),
        function.unzipped_bytes - sum(share.unzipped_bytes for share in function.distributions),
    )
