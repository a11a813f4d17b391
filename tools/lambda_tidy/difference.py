"""Difference: what a target's deps have too much and too little."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from tools.lambda_tidy.distributions import Distribution
from tools.lambda_tidy.first_party import module_names
from tools.lambda_tidy.rule_kind import Kind
from tools.lambda_tidy.settings import Settings
from tools.lambda_tidy.target import Target, canonical, shortest

# What a library of these arguments may be depended on for is not its modules alone.
_OTHER_USES = frozenset({"resources", "data"})


class Surroundings(NamedTuple):
    """What is known of the labels that deps have.

    Attributes:
        targets: All targets by label.
        bundles: Libraries without sources -> the labels that they stand for.
        distributions: The distributions by label.
        settings: The repository's settings.
    """

    targets: Mapping[str, Target]
    bundles: Mapping[str, frozenset[str]]
    distributions: Mapping[str, Distribution]
    settings: Settings


class Difference(NamedTuple):
    """What becomes of a target's deps.

    Attributes:
        add: Labels as the BUILD file is to have them.
        remove: Labels as the BUILD file has them.
        result: All whole labels afterwards.
    """

    add: list[str]
    remove: list[str]
    result: frozenset[str]


def compare(
    target: Target, needed: Collection[str], reads: Collection[str], around: Surroundings
) -> Difference:
    """Return what becomes of a target's deps.

    Args:
        target: The target.
        needed: The whole labels that its imports need.
        reads: Dotted packages that its sources read files of.
        around: What is known of labels.
    """
    deps = target.call.listed("deps")
    given = {canonical(value, target.package): value for value in deps.values}
    wanted: set[str] = set()
    for label in needed:
        if label not in given:
            # A library that stands for others, and that somebody has chosen, is as good.
            standing = next((other for other in given if label in around.bundles.get(other, ())), None)
            if standing is not None:
                label = standing
        wanted.add(label)
    kept = {canonical(value, target.package) for value in deps.kept}
    surplus = {
        label
        for label in given
        if target.whole and label not in wanted and label not in kept and _can_go(label, reads, around)
    }
    add = sorted(shortest(label, target.package) for label in wanted if label not in given)
    remove = [value for value in deps.values if canonical(value, target.package) in surplus]
    return Difference(add, remove, frozenset((set(given) | wanted) - surplus))


def _can_go(label: str, reads: Collection[str], around: Surroundings) -> bool:
    """Return whether a label that nothing imports is there for imports alone."""
    if around.settings.keeps(label):
        return False
    distribution = around.distributions.get(label)
    if distribution is not None:
        return not distribution.plugin
    target = around.targets.get(label)
    if target is None:
        return False
    if target.kind not in (Kind.LIBRARY, Kind.FUNCTION):
        return False
    given = set(target.call.arguments)
    if given & _OTHER_USES and not (target.files or target.generated):
        return False
    if not target.files and not target.generated and "deps" not in given:
        return False
    packages = {
        module.rpartition(".")[0]
        for file in target.files
        for module in module_names(file, around.settings.source_roots)
    }
    return not packages & set(reads)
