"""First party: which targets have which modules of the repository's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from tools.lambda_tidy.rule_kind import Kind
from tools.lambda_tidy.target import Target

# A library before a function with the same file, and both before what merely puts the file out.
_RANKS = {Kind.LIBRARY: 0, Kind.FUNCTION: 1, Kind.OTHER: 2}


class Provider(NamedTuple):
    """A target that has a module.

    Attributes:
        rank: The lower, the rather it is depended on.
        label: Its label.
        file: The module's file.
    """

    rank: int
    label: str
    file: str


def module_names(file: str, source_roots: Sequence[str]) -> Iterator[str]:
    """Yield the dotted names that a file is imported by: below its source root first, then from the repository's root.

    Args:
        file: Its path in the repository.
        source_roots: Folders whose contents are imported from the zip's root.
    """
    path = file[: -len(".py")]
    if path == "__init__":
        return
    if path.endswith("/__init__"):
        path = path[: -len("/__init__")]
    fitting = [root for root in source_roots if path.startswith(f"{root}/")]
    if fitting:
        yield path[len(max(fitting, key=len)) + 1 :].replace("/", ".")
    yield path.replace("/", ".")


class FirstParty:
    """The modules of a repository's targets.

    Args:
        targets: The targets.
        source_roots: Folders whose contents are imported from the zip's root.
    """

    def __init__(self, targets: Iterable[Target], source_roots: Sequence[str]) -> None:
        self._roots = source_roots
        self._providers: dict[str, dict[str, Provider]] = {}
        self._packages: set[str] = set()
        targets = list(targets)
        wrapped: dict[str, list[str]] = {
            target.label: list(target.outputs) for target in targets if target.label and target.outputs
        }
        for target in targets:
            rank = _RANKS.get(target.kind)
            if rank is None or not target.label:
                continue
            inner = [file for label in target.generated for file in wrapped.get(label, ())]
            # What any other rule takes, a genrule's sources among them, does not come out of it.
            own = target.files if target.kind is not Kind.OTHER or _passes_on(target) else ()
            for file in (*own, *target.outputs, *inner):
                self._add(rank, target.label, file)

    def _add(self, rank: int, label: str, file: str) -> None:
        for module in module_names(file, self._roots):
            self._providers.setdefault(module, {}).setdefault(label, Provider(rank, label, file))
            self._add_packages(module)

    def _add_packages(self, module: str) -> None:
        while "." in module:
            module = module.rpartition(".")[0]
            if module in self._packages:
                break
            self._packages.add(module)

    def add_sources(self, files: Iterable[str]) -> None:
        """Have the packages of files known, though no target has the files yet.

        Args:
            files: Their paths.
        """
        for file in files:
            for module in module_names(file, self._roots):
                self._add_packages(module)

    def providers(self, module: str) -> list[Provider]:
        """Return the targets that have a module, of the best rank that there is.

        Args:
            module: Its dotted name.
        """
        found = self._providers.get(module)
        if not found:
            return []
        best = min(provider.rank for provider in found.values())
        return [provider for provider in found.values() if provider.rank == best]

    def owners(self, module: str) -> frozenset[str]:
        """Return the labels of all targets that have a module.

        Args:
            module: Its dotted name.
        """
        return frozenset(self._providers.get(module, ()))

    def is_package(self, module: str) -> bool:
        """Return whether a module is a folder with modules of the repository.

        Args:
            module: Its dotted name.
        """
        return module in self._packages


def _passes_on(target: Target) -> bool:
    return target.call.rule == "filegroup" or not (
        {"cmd", "outs", "out", "test_cmd", "function"} & set(target.call.arguments)
    )
