"""A graph says which targets another one needs, and which of their outputs are its inputs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from tools.embedded_please.labels import Label
from tools.embedded_please.target import FileInput, Input, LabelInput, Target
from tools.errors import PleasingError

if TYPE_CHECKING:
    from tools.embedded_please.loader import Loader


class File(NamedTuple):
    """One input of an action.

    Attributes:
        path: Where the action finds it, relative to its folder.
        full_path: Where it is now: absolute, or relative to the root of the user's repository.
    """

    path: str
    full_path: str


class Graph:
    """Resolves dependencies as Please does, `requires` and `provides` included.

    Args:
        loader: Knows the targets.
    """

    def __init__(self, loader: Loader) -> None:
        self._loader = loader
        # For a target that unpacks a wheel: the one that fetched it (see `inputs`).
        self._wheels: dict[Label, list[Label]] = {}

    def target(self, label: Label, wanted_by: Target) -> Target:
        """Returns a dependency, after checking that it may be one.

        Args:
            label: The dependency.
            wanted_by: The target that declares it.

        Raises:
            PleasingError: If it does not exist, is not visible, or is for tests only.
        """
        found = self._loader.target(label, str(wanted_by))
        if "py_whl" in found.provides:
            for provided in found.provides.get("py", [label]):
                self._wheels[provided] = found.provides["py_whl"]
        return found

    def check(self, target: Target) -> None:
        """Checks that a target may depend on what it declares.

        Args:
            target: The target.

        Raises:
            PleasingError: If a dependency is not visible to it, or is for tests only; all such are named.
        """
        problems = []
        for label in target.dependencies:
            found = self.target(label, target)
            if not _visible(found, target.label):
                problems.append(
                    f"{target}: {label} is not visible to it; see its visibility at {found.declared_at}"
                )
            elif found.test_only and not target.test_only:
                problems.append(
                    f"{target}: {label} is test_only, at {found.declared_at}, and this target is not"
                )
        if problems:
            raise PleasingError(problems)

    def dependencies(self, target: Target) -> list[Target]:
        """Returns the direct dependencies of every kind, with what they provide in their place.

        Args:
            target: The target.
        """
        found = {
            label: self.target(label, target)
            for declared in target.dependencies
            for label in self.target(declared, target).provided_for(target)
        }
        return [found[label] for label in sorted(found)]

    def prerequisites(self, target: Target) -> list[Target]:
        """Returns what must be built before a target is.

        A target that only copies or fetches needs none of its dependencies for that; whoever takes them
        through it does.

        Args:
            target: The target.
        """
        found: dict[Label, Target] = {}
        if target.kind == "rule":
            direct = (d for d in self.dependencies(target) if not (target.wheels and d.label in self._wheels))
            found = {dependency.label: dependency for dependency in direct}
        for item in self.inputs(target) if target.kind == "rule" else target.all_srcs():
            for provider in self.providers(item, target) if isinstance(item, LabelInput) else ():
                found.setdefault(provider.label, provider)
        return list(found.values())

    def outputs(self, target: Target) -> list[str]:
        """Returns the outputs of a target by their paths in its package.

        Args:
            target: The target.
        """
        outs = (
            self._filegroup_outputs(target, target.all_srcs())
            if target.kind == "filegroup"
            else list(target.outs)
        )
        for named in target.named_outs.values():
            outs.extend(named)
        return sorted(outs)

    def annotated(self, target: Target, annotation: str) -> list[str]:
        """Returns the outputs that `//target|annotation` stands for.

        Args:
            target: The target.
            annotation: A named output or an entry point; all outputs if it is empty.

        Raises:
            PleasingError: If the target has none of that name.
        """
        if not annotation:
            return self.outputs(target)
        if annotation in target.named_outs:
            return target.named_outs[annotation]
        if annotation in target.entry_points:
            return [target.entry_points[annotation]]
        if target.kind == "filegroup" and annotation in target.named_srcs:
            return self._filegroup_outputs(target, target.named_srcs[annotation])
        names = sorted([*target.named_outs, *target.entry_points])
        raise PleasingError(
            f"{target} has no output named {annotation}; it has: {', '.join(names) or 'none with a name'}"
        )

    def _filegroup_outputs(self, target: Target, sources: list[Input]) -> list[str]:
        outs: list[str] = []
        for source in sources:
            if isinstance(source, FileInput):
                outs.append(source.path)
            elif isinstance(source, LabelInput):
                for provider in self.providers(source, target):
                    outs.extend(self.annotated(provider, source.annotation))
        return list(dict.fromkeys(outs))

    def providers(self, item: LabelInput, target: Target) -> list[Target]:
        """Returns the targets whose outputs a source or tool is.

        Args:
            item: The source or tool.
            target: The target that has it.
        """
        found = self.target(item.label, target)
        if item.annotation:
            return [found]
        return [self.target(label, target) for label in found.provided_for(target)]

    def files(self, target: Target, item: Input) -> list[File]:
        """Returns the files of an input of a target.

        Args:
            target: The target.
            item: The input.
        """
        if isinstance(item, FileInput):
            package = target.label.package
            path = f"{package}/{item.path}" if package else item.path
            return [File(path, str(target.repository.root / path))]
        if not isinstance(item, LabelInput):
            return []
        found = []
        for provider in self.providers(item, target):
            package = provider.label.package
            for out in self.annotated(provider, item.annotation):
                path = f"{package}/{out}" if package else out
                found.append(File(path, str(provider.out_dir / out)))
        return found

    def source_paths(self, target: Target, sources: list[Input]) -> list[str]:
        """Returns where an action finds its sources.

        Args:
            target: Its target.
            sources: The sources.
        """
        return [file.path for source in sources for file in self.files(target, source)]

    def inputs(self, target: Target) -> list[Input]:
        """Returns everything that is put into an action's folder.

        For a target that collects wheels, one that unpacks a wheel is replaced by the one that fetched it: a
        PEX of the `pex` package holds distributions and not their files.

        Args:
            target: Its target.
        """
        found: list[Input] = []
        for item in self._inputs(target):
            wheels = (
                self._wheels.get(item.label, []) if isinstance(item, LabelInput) and target.wheels else []
            )
            found.extend([LabelInput(label) for label in wheels] or [item])
        return list(dict.fromkeys(found))

    def _inputs(self, target: Target) -> Iterator[Input]:
        for source in target.all_srcs():
            if isinstance(source, LabelInput) and not source.annotation:
                for label in self._provided(source.label, target, target):
                    yield from self._with_runtime(label, target)
            else:
                yield source
        done = {target.label}

        def walk(dependency: Target) -> Iterator[Input]:
            everything = dependency is target or (
                target.needs_transitive_deps and not dependency.output_is_complete
            )
            if everything:
                wanted = list(self._build_dependencies(dependency))
            else:
                wanted = [d.label for d in dependency.dependencies.values() if d.exported]
            for label in wanted:
                for provided in self._provided(label, dependency, target):
                    if provided not in done and not (everything and dependency.is_tool(provided)):
                        done.add(provided)
                        yield from self._with_runtime(provided, target)
                        yield from walk(self.target(provided, target))

        yield from walk(target)

    def _build_dependencies(self, target: Target) -> list[Label]:
        declared = [d.label for d in target.dependencies.values() if d.is_build]
        provided = {label for each in declared for label in self.target(each, target).provided_for(target)}
        return sorted(provided)

    def _with_runtime(self, label: Label, target: Target) -> Iterator[Input]:
        yield LabelInput(label)
        for dependency in self.target(label, target).dependencies.values():
            if dependency.runtime:
                yield from self._with_runtime(dependency.label, target)

    def _provided(self, label: Label, dependency: Target, target: Target) -> Iterator[Label]:
        """Yields what a dependency provides to the target that declared it, else to the one being built."""
        found = self.target(label, target)
        provided = found.provided_for(dependency)
        if provided == [label]:
            provided = found.provided_for(target)
        for each in provided:
            if each == label:
                yield each
            else:
                yield from self._provided(each, dependency, target)


def _visible(target: Target, to: Label) -> bool:
    parent = to.parent()
    return target.label.package in (to.package, parent.package) or any(
        v.includes(parent) for v in target.visibility
    )
