"""Inputs: which targets another one needs, and which of their files an action finds in its folder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tools.embedded_please.label import Label
from tools.embedded_please.loader import Loader
from tools.embedded_please.package import BuildTarget, Input
from tools.errors import PleasingError


class File(NamedTuple):
    """Where an action finds a file in its folder; where it is: in plz-out/, or else by its absolute path."""

    path: str
    source: str


class Inputs:
    """Resolves dependencies as Please does, `requires` and `provides` included."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def _target(self, label: Label, wanted_by: BuildTarget) -> BuildTarget:
        try:
            return self._loader.target(label)
        except PleasingError as error:
            raise PleasingError([f"{wanted_by}: {problem}" for problem in error.problems]) from None

    def _provided(self, label: Label, target: BuildTarget) -> list[BuildTarget]:
        return [self._target(each, target) for each in self._target(label, target).provided_to(target)]

    def dependencies(self, target: BuildTarget) -> list[BuildTarget]:
        """Return what a target names, with what that provides in its place."""
        return [each for label in target.declared() for each in self._provided(label, target)]

    def needed(self, target: BuildTarget) -> list[BuildTarget]:
        """Return what must be built before a target is."""
        targets = [*self.dependencies(target), *self._collected(target)]
        return list({each.label: each for each in targets}.values())

    def outputs(self, target: BuildTarget, annotation: str = "") -> list[str]:
        """Return the outputs that `//target|annotation` stands for, by their paths in its package."""
        groups = target.outs
        if target.kind == "filegroup":
            groups = {name: self._listed(target, group)[1] for name, group in target.srcs.items()}
        if annotation and annotation not in groups:
            known = ", ".join(filter(None, groups)) or "none with a name"
            raise PleasingError(f"{target} has no output named {annotation}; it has {known}")
        return list(dict.fromkeys(out for name in groups if annotation in ("", name) for out in groups[name]))

    def _meant(self, target: BuildTarget, item: Input) -> list[BuildTarget]:
        """Return the targets whose files an input is; for a file of the package the target itself."""
        if not item.label:
            return [target]
        return [self._target(item.label, target)] if item.text else self._provided(item.label, target)

    def files(self, target: BuildTarget, items: list[Input]) -> list[File]:
        """Return the files of sources or tools of a target."""
        return self._listed(target, items)[0]

    def _listed(self, target: BuildTarget, items: list[Input]) -> tuple[list[File], list[str]]:
        files, names = [], []
        for item, each in [(one, each) for one in items for each in self._meant(target, one)]:
            folder = each.out_dir if item.label else each.subrepo.root / each.label.package
            for name in self.outputs(each, item.text) if item.label else [item.text]:
                files.append(File(f"{each.label.package}/{name}".lstrip("/"), f"{folder}/{name}"))
                names.append(name)
        return files, names

    def all_files(self, target: BuildTarget) -> list[File]:
        """Return everything that an action finds in its folder: sources, and the outputs of dependencies."""
        sources = [file for group in target.srcs.values() for file in self.files(target, group)]
        collected = [Input(each.label, "") for each in self._collected(target)]
        return sources + self.files(BuildTarget(target.label, target.subrepo, "rule"), collected)

    def _collected(self, target: BuildTarget) -> Iterator[BuildTarget]:
        """Yield the dependencies whose outputs an action gets: the direct ones, or on request all."""
        seen = {target.label}
        for each in (queue := [target] if target.kind == "rule" else []):
            if each is target or (target.needs_transitive_deps and not each.output_is_complete):
                for found in (found for label in each.deps for found in self._provided(label, each)):
                    # What provides nothing to the one that names it may do so to the one that is built.
                    for last in self._provided(found.label, target):
                        if last.label not in seen:
                            seen.add(last.label)
                            queue.append(last)
                            yield last
