"""A package is a folder with a BUILD file, and the build targets that the file declares."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, NamedTuple, Optional

from tools.embedded_please.config import Values
from tools.embedded_please.label import Label, is_label, parse
from tools.embedded_please.subrepo import Subrepo
from tools.errors import PleasingError


class Input(NamedTuple):
    """A source or a tool: of a target all outputs, or those that the text names; else a file or program."""

    label: Optional[Label]
    text: str


@dataclass(eq=False)
class BuildTarget:
    """What one rule declares: arguments of `build_rule`, whose groups without a name are under "".

    Of the kinds only `rule` runs a command; `filegroup`, `text_file` and `subrepo` need none.
    """

    label: Label
    subrepo: Subrepo
    kind: str
    content: str = ""
    cmd: str = ""
    srcs: dict[str, list[Input]] = field(default_factory=dict)
    tools: dict[str, list[Input]] = field(default_factory=dict)
    outs: dict[str, list[str]] = field(default_factory=dict)
    deps: list[Label] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    requires: list[str] = field(default_factory=list)
    provides: dict[str, list[Label]] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)
    building_description: str = "Building..."
    binary: bool = False
    local: bool = False
    needs_transitive_deps: bool = False
    output_is_complete: bool = False
    pre_build: Optional[Callable[[str], Any]] = None
    post_build: Optional[Callable[[str, list[str]], Any]] = None

    def __str__(self) -> str:
        return str(self.label)

    @property
    def out_dir(self) -> Path:
        """Folder of its outputs, relative to the root of the user's repository."""
        return Path("plz-out", "bin" if self.binary else "gen", self.label.subrepo, self.label.package)

    def declared(self) -> list[Label]:
        """Returns the targets that it names as sources, tools or dependencies."""
        inputs = [item for groups in (self.srcs, self.tools) for group in groups.values() for item in group]
        return list(dict.fromkeys([item.label for item in inputs if item.label] + self.deps))

    def provided_to(self, other: BuildTarget) -> list[Label]:
        """Returns the targets that another gets when it names this one: this one, or what it provides."""
        is_tool = any(item.label == self.label for group in other.tools.values() for item in group)
        kinds = [] if is_tool else [kind for kind in other.requires if kind in self.provides]
        return [label for kind in kinds for label in self.provides[kind]] or [self.label]


@dataclass
class Package:
    """One package, or one `.build_defs`, which declares nothing itself and has the settings of who includes it."""

    subrepo: Subrepo
    name: str
    owner: Subrepo
    config: Values
    declares: bool = True
    targets: dict[str, BuildTarget] = field(default_factory=dict)
    globals: dict[str, Any] = field(default_factory=dict)

    def label(self, text: str, tool: bool = False) -> Label:
        """Reads a label of this package's BUILD file, without an annotation; a tool's is for the host."""
        label = parse(text, self.name, self.subrepo.plugin, "" if tool else self.subrepo.platform)
        plugin, _, platform = label.subrepo.partition("@")
        is_own = plugin and plugin == self.owner.settings.plugin_name and not self.owner.plugin
        return label._replace(subrepo=platform) if is_own else label

    def input(self, text: str, tool: bool = False) -> Input:
        """Reads a source or a tool: a label with or without an annotation, a file, or a program."""
        label, _, annotation = text.partition("|")
        return Input(self.label(label, tool), annotation) if is_label(text) else Input(None, text)

    def glob(self, include: list[str], exclude: list[str], allow_empty: bool) -> list[str]:
        """Finds files of this package, not those of packages below; a pattern to exclude may be for names alone."""
        wanted = [_pattern(each) for each in include]
        unwanted = [
            _pattern(each if "/" in each else f"**/{each}") for each in [*exclude, *self.subrepo.build_files]
        ]
        found = [path for path in self._files("") if any(each.fullmatch(path) for each in wanted)]
        found = [path for path in found if not any(each.fullmatch(path) for each in unwanted)]
        if not found and not allow_empty:
            raise PleasingError(
                f"glob({include}) found no files; if that is in order, set allow_empty = True"
            )
        return found

    def _files(self, prefix: str) -> Iterator[str]:
        """Yields the files of this package in the order of their names, but not hidden ones."""
        with os.scandir(self.subrepo.root / self.name / prefix) as scan:
            entries = sorted((each for each in scan if each.name[0] != "."), key=lambda entry: entry.name)
        for entry in entries:
            path = prefix + entry.name
            if not entry.is_dir(follow_symlinks=False):
                yield path
            elif path != "plz-out" and self.subrepo.build_file(f"{self.name}/{path}".lstrip("/")) is None:
                yield from self._files(path + "/")


def _pattern(glob: str) -> re.Pattern[str]:
    replaced = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", glob)
    return re.compile("".join(replaced.get(part) or re.escape(part) for part in parts))
