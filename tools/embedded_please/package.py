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
    """What one rule declares: arguments of `build_rule`, whose groups without a name are under ""."""

    label: Label
    subrepo: Subrepo
    kind: str  # `rule`, which runs a command, `filegroup`, `text_file` or `subrepo`
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
        """Return the targets that it names as sources, tools or dependencies."""
        inputs = [item for groups in (self.srcs, self.tools) for group in groups.values() for item in group]
        return list(dict.fromkeys([item.label for item in inputs if item.label] + self.deps))

    def provided_to(self, other: BuildTarget) -> list[Label]:
        """Return the targets that another gets when it names this one: this one, or what it provides."""
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
        """Read a label of this package's BUILD file, without an annotation; a tool's is for the host."""
        label = parse(text, self.name, self.subrepo.plugin, "" if tool else self.subrepo.platform)
        plugin, _, platform = label.subrepo.partition("@")
        is_own = plugin and plugin == self.owner.settings.plugin_name and not self.owner.plugin
        return label._replace(subrepo=platform) if is_own else label

    def input(self, text: str, tool: bool = False) -> Input:
        """Read a source or a tool: a label with or without an annotation, a file, or a program."""
        label, _, annotation = text.partition("|")
        return Input(self.label(label, tool), annotation) if is_label(text) else Input(None, text)

    def glob(self, include: list[str], exclude: list[str], allow_empty: bool) -> list[str]:
        """Find files of this package, not those of packages below; a pattern to exclude may be for names alone."""
        unwanted = [each if "/" in each else f"**/{each}" for each in [*exclude, *self.subrepo.build_files]]
        wanted, unwanted_pattern = _pattern(include), _pattern(unwanted)
        found = sorted(f for f in self._files() if wanted.fullmatch(f) and not unwanted_pattern.fullmatch(f))
        if not found and not allow_empty:
            raise PleasingError(f"glob({include}) found no files; set allow_empty = True if that is in order")
        return found

    def _files(self) -> Iterator[str]:
        """Yield the files of this package, but not hidden ones."""
        for folder, folders, files in os.walk(top := self.subrepo.root / self.name):
            below = [each for each in folders if each[0] != "." and each != "plz-out"]
            folders[:] = [each for each in below if not self.subrepo.build_file(os.path.join(folder, each))]
            yield from (Path(folder, file).relative_to(top).as_posix() for file in files if file[0] != ".")


def _pattern(globs: list[str]) -> re.Pattern[str]:
    """Return what matches the paths that any of the globs does."""
    replaced = {"|": "|", "**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    parts = re.split(r"(\*\*/|\*\*|\*|\?|\|)", "|".join(globs))
    return re.compile("".join(replaced.get(part) or re.escape(part) for part in parts))
