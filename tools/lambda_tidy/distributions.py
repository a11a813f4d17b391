"""Third party: which targets are which distributions, and which modules these have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from tools.imports.known_distributions import distributions_of
from tools.lambda_tidy.rule_kind import Kind
from tools.lambda_tidy.target import Target, canonical
from tools.lambda_tidy.wheel_modules import WheelModules
from tools.text import normalise

_EVERYTHING = "all_requirements"


class Distribution(NamedTuple):
    """A target that is a distribution.

    Attributes:
        label: The label that stands for it, which is a library's where there are several versions.
        name: Its name, normalised as PEP 503 has it.
        target: The target.
        plugin: Whether others find it by its entry points.
    """

    label: str
    name: str
    target: Target
    plugin: bool


class Distributions:
    """The distributions of a repository's targets.

    Args:
        targets: All targets.
        wheels: The modules of each distribution that was built, by its target's label.
        bundles: Labels of libraries without sources -> the labels that they stand for.
    """

    def __init__(
        self,
        targets: Iterable[Target],
        wheels: Mapping[str, WheelModules],
        bundles: Mapping[str, frozenset[str]],
    ) -> None:
        self.all: list[Distribution] = []
        self._by_module: dict[str, set[str]] = {}
        self._by_name: dict[str, set[str]] = {}
        for target in targets:
            if target.kind is not Kind.DISTRIBUTION or not target.label:
                continue
            name = normalise(target.call.text("package_name") or target.call.name)
            if target.call.rule == "python_wheel" and not target.call.text("package_name"):
                name = normalise(target.call.name)
            label = _standing_for(target, name, bundles)
            wheel = wheels.get(target.label)
            plugin = wheel.plugin if wheel else name.startswith("pytest-")
            self.all.append(Distribution(label, name, target, plugin))
            if wheel is not None:
                for module in wheel.modules:
                    self._by_module.setdefault(module, set()).add(label)
            else:
                self._by_name.setdefault(name, set()).add(label)

    def find(self, module: str, name: str) -> Sequence[str]:
        """Return the labels of the distributions that have a module; more than one where it is not clear which.

        Args:
            module: Its dotted name.
            name: What is imported from it; empty for the module alone.
        """
        parts = f"{module}.{name}".split(".") if name and name != "*" else module.split(".")
        for count in range(len(parts), 0, -1):
            found = self._by_module.get(".".join(parts[:count]))
            if found:
                return sorted(found)
        for distribution in distributions_of(".".join(parts)):
            found = self._by_name.get(distribution)
            if found:
                return sorted(found)
        return ()

    def of_label(self) -> dict[str, Distribution]:
        """Return the distributions by the label that stands for each, and by their own."""
        return {label: item for item in self.all for label in (item.target.label, item.label)}


def _standing_for(target: Target, name: str, bundles: Mapping[str, frozenset[str]]) -> str:
    """Return the label of the library that stands for a distribution, or the distribution's own.

    lambda_lock writes one under the distribution's name where there are several versions or a cycle, and one for all
    distributions where a lock file does not say what needs what.
    """
    for bundle in (_EVERYTHING, name.replace("-", "_")):
        label = canonical(f":{bundle}", target.package)
        if target.label in bundles.get(label, ()):
            return label
    return target.label


def read_bundles(targets: Iterable[Target]) -> dict[str, frozenset[str]]:
    """Return the libraries that have no sources and only stand for others, with all that each stands for.

    Args:
        targets: All targets.
    """
    direct: dict[str, list[str]] = {}
    for target in targets:
        given = set(target.call.arguments)
        if target.kind is Kind.LIBRARY and target.label and not given & {"srcs", "resources", "data"}:
            labels = target.call.listed("deps").values
            direct[target.label] = [canonical(label, target.package) for label in labels]
    found: dict[str, frozenset[str]] = {}
    for label in direct:
        reached: set[str] = set()
        waiting = [label]
        while waiting:
            for other in direct.get(waiting.pop(), ()):
                if other not in reached:
                    reached.add(other)
                    waiting.append(other)
        found[label] = frozenset(reached)
    return found
