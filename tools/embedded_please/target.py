"""A target is one declared build action, and what other targets may take from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Callable, NamedTuple, Optional, Union

from tools.embedded_please.labels import Label

if TYPE_CHECKING:
    from tools.embedded_please.repository import Repository


class FileInput(NamedTuple):
    """A file or folder of the target's own package, by its path there."""

    path: str


class LabelInput(NamedTuple):
    """Outputs of another target: all, or the named ones or the entry point that the annotation names."""

    label: Label
    annotation: str = ""


class ProgramInput(NamedTuple):
    """A tool that is looked for on PATH."""

    name: str


class SystemInput(NamedTuple):
    """A tool outside the repository, by its absolute path."""

    path: str


Input = Union[FileInput, LabelInput, ProgramInput, SystemInput]


@dataclass
class Dependency:
    """Another target that must be built before, and why.

    Attributes:
        label: The other target as it was declared, before `provides` is looked at.
        exported: Whether targets that depend on this one see it too.
        source: Whether it is needed for nothing but its outputs as sources.
        runtime: Whether it is needed when the output runs.
        data: Whether it is needed as data when the output runs.
        internal: Whether it is hidden from what depends on this one.
    """

    label: Label
    exported: bool = False
    source: bool = False
    runtime: bool = False
    data: bool = False
    internal: bool = False

    @property
    def is_build(self) -> bool:
        """Whether an action that wants transitive dependencies gets this one."""
        return not (self.runtime or self.data or self.internal or self.source)


@dataclass(eq=False)
class Target:
    """One target; the attributes are the arguments of `build_rule`, read relative to the package.

    Attributes:
        kind: `rule` for a command; `filegroup`, `text_file`, `remote_file` and `subrepo` need no shell.
        commands: The command by build configuration; a single command is under the empty key.
        content: What a `text_file` holds.
        urls: Where a `remote_file` comes from.
        downloads: Whether its action fetches something and so runs in the user's own environment.
        declared_at: File and line of the rule that declared it.
    """

    label: Label
    repository: Repository
    kind: str = "rule"
    declared_at: str = ""
    commands: dict[str, str] = field(default_factory=dict)
    content: str = ""
    urls: list[str] = field(default_factory=list)
    srcs: list[Input] = field(default_factory=list)
    named_srcs: dict[str, list[Input]] = field(default_factory=dict)
    tools: list[Input] = field(default_factory=list)
    named_tools: dict[str, list[Input]] = field(default_factory=dict)
    data: list[Input] = field(default_factory=list)
    outs: list[str] = field(default_factory=list)
    named_outs: dict[str, list[str]] = field(default_factory=dict)
    optional_outs: list[str] = field(default_factory=list)
    output_dirs: list[str] = field(default_factory=list)
    dependencies: dict[Label, Dependency] = field(default_factory=dict)
    labels: list[str] = field(default_factory=list)
    visibility: list[Label] = field(default_factory=list)
    requires: list[str] = field(default_factory=list)
    provides: dict[str, list[Label]] = field(default_factory=dict)
    entry_points: dict[str, str] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)
    pass_env: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    named_secrets: dict[str, list[str]] = field(default_factory=dict)
    hashes: list[str] = field(default_factory=list)
    licences: list[str] = field(default_factory=list)
    description: str = "Building..."
    timeout: int = 0
    binary: bool = False
    test: bool = False
    test_only: bool = False
    needs_transitive_deps: bool = False
    output_is_complete: bool = False
    exit_on_error: bool = False
    stamp: bool = False
    wheels: bool = False
    downloads: bool = False
    pre_build: Optional[Callable[[str], object]] = None
    post_build: Optional[Callable[[str, list[str]], object]] = None

    def __str__(self) -> str:
        return str(self.label)

    @property
    def out_dir(self) -> Path:
        """Folder of its outputs, relative to the root of the repository."""
        return Path("plz-out", "bin" if self.binary else "gen", self.label.subrepo, self.label.package)

    def depend(self, label: Label, **flags: bool) -> None:
        """Adds a dependency, or adds to why there is one.

        Args:
            label: The other target.
            flags: Attributes of the `Dependency`.
        """
        known = self.dependencies.get(label)
        if known is None:
            self.dependencies[label] = Dependency(label, **flags)
            return
        known.exported |= flags.get("exported", False)
        known.source &= flags.get("source", False)
        known.internal &= flags.get("internal", False)
        known.runtime &= flags.get("runtime", False)
        known.data = flags.get("data", False)

    def add_label(self, label: str) -> None:
        """Adds a label of the free-text kind.

        Args:
            label: The label.
        """
        if label not in self.labels:
            self.labels.append(label)

    def add_out(self, out: str, name: str = "") -> None:
        """Adds an output.

        Args:
            out: Its path in the package.
            name: The group that it belongs to, if any.
        """
        group = self.named_outs.setdefault(name, []) if name else self.outs
        out = out[2:] if out.startswith("./") else out
        if out not in group:
            group.append(out)
            group.sort()

    def all_srcs(self) -> list[Input]:
        """Returns the sources of every group."""
        return _all(self.srcs, self.named_srcs)

    def all_tools(self) -> list[Input]:
        """Returns the tools of every group."""
        return _all(self.tools, self.named_tools)

    def is_tool(self, label: Label) -> bool:
        """Whether a target is one of the tools.

        Args:
            label: That target.
        """
        return any(isinstance(tool, LabelInput) and tool.label == label for tool in self.all_tools())

    def provided_for(self, other: Target) -> list[Label]:
        """Returns the targets that another gets when it depends on this one: this one, or what it provides.

        Args:
            other: The target with the `requires`.
        """
        if self.provides and other.requires and not other.is_tool(self.label):
            is_data = any(isinstance(d, LabelInput) and d.label == self.label for d in other.data)
            kinds = [] if is_data else [kind for kind in other.requires if kind in self.provides]
            if kinds:
                return [label for kind in kinds for label in self.provides[kind]]
        return [self.label]

    def command(self, config: str) -> str:
        """Returns the command for a build configuration such as `opt`.

        Args:
            config: Its name.
        """
        for key in (config, "", "opt"):
            if key in self.commands:
                return self.commands[key]
        return next(iter(self.commands.values()), "")


def _all(unnamed: list[Input], named: dict[str, list[Input]]) -> list[Input]:
    inputs: Iterator[Input] = (item for key in sorted(named) for item in named[key])
    return [*unnamed, *inputs]
