"""A package is a folder with a BUILD file, and the targets that the file declares."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Optional

from tools.embedded_please.labels import Label, join_arch, read, split_arch
from tools.embedded_please.language import LanguageError
from tools.embedded_please.repository import Repository, host
from tools.embedded_please.target import Target


class Config:
    """What `CONFIG` is in one BUILD file: settings, with what the file and its subincludes add.

    Args:
        base: Settings that all files of the repository share.
        overlay: What this file has in addition or instead.
    """

    type_name = "config"

    def __init__(self, base: dict[str, Any], overlay: Optional[dict[str, Any]] = None) -> None:
        self._base = base
        self.overlay = overlay or {}

    def __contains__(self, key: object) -> bool:
        return key in self.overlay or key in self._base

    def get(self, key: str, default: object = None) -> Any:
        """Returns a setting, or the default where there is none.

        Args:
            key: Its name.
            default: What to return instead.
        """
        return self.overlay[key] if key in self.overlay else self._base.get(key, default)

    def items(self) -> list[tuple[str, Any]]:
        """Returns names and values in the order of the names."""
        return sorted({**self._base, **self.overlay}.items())


class Package:
    """One package while and after its BUILD file is read.

    Args:
        repository: The repository that it is in.
        name: Its path there.
        config: What its files see as `CONFIG`.
        owner: The repository whose settings hold, which for a `.build_defs` is the one that includes it.
        declares: Whether rules may be called; not so at the top of a `.build_defs`.
    """

    def __init__(
        self,
        repository: Repository,
        name: str,
        config: Config,
        owner: Optional[Repository] = None,
        declares: bool = True,
    ) -> None:
        self.repository = repository
        self.name = name
        self.config = config
        self.owner = owner or repository
        self.declares = declares
        self.targets: dict[str, Target] = {}
        self.globals: dict[str, Any] = {}
        self._entries: Optional[list[tuple[str, bool]]] = None

    @property
    def folder(self) -> Path:
        """Its folder on disk."""
        return self.repository.root / self.name

    def add(self, target: Target) -> None:
        """Adds a target that its BUILD file declares.

        Args:
            target: The target.
        """
        self.targets[target.label.name] = target

    def label(self, text: str, tool: bool = False) -> Label:
        """Reads a label as Please does in a BUILD file of this package.

        A label without a repository is in this package's own. On another platform than the host everything
        follows to that platform, but for tools, which run here.

        Args:
            text: The label, without an annotation.
            tool: Whether it names a tool.
        """
        reference = read(text, self.name)
        here = self.repository
        here_name, here_arch = here.name, here.arch_name
        if tool and here.is_cross:
            here_name, here_arch = here.plugin, ""
        host_name = "_".join(host())
        name, arch = split_arch(reference.subrepo or "")
        name = "" if name == host_name else name
        arch = "" if arch == host_name else arch
        if name and not here.plugin and name.lower() == here.settings.plugin_name.lower():
            name = ""  # this is that plugin
        if reference.subrepo is None and here_name:
            name, arch = split_arch(here_name)
        if not arch and name not in ("", here_arch, here_name):
            arch = here_arch
        return Label(join_arch(name, arch), reference.package, reference.name)

    def glob(
        self, include: list[str], exclude: list[str], hidden: bool, symlinks: bool, allow_empty: bool
    ) -> list[str]:
        """Finds files of this package, not those of packages below.

        Args:
            include: Patterns; `**` stands for any folders.
            exclude: Patterns of what to leave out; one without a slash is for the name alone.
            hidden: Whether names may begin with a dot.
            symlinks: Whether links are found.
            allow_empty: Whether finding nothing is in order.

        Raises:
            LanguageError: If nothing is found.
        """
        if "" in include or "" in exclude:
            raise LanguageError("glob: an empty string is not a pattern")
        if self._entries is None:
            self._entries = list(_walk(self.folder, "", self.repository.build_files, not self.name))
        excluded = [*exclude, *self.repository.build_files]
        found = []
        for pattern in include:
            matches = _pattern(pattern).fullmatch
            for path, is_link in self._entries:
                base = path.rpartition("/")[2]
                if (is_link and not symlinks) or not matches(path) or _is_excluded(path, excluded):
                    continue
                if hidden or not (base.startswith(".") or (base.startswith("#") and base.endswith("#"))):
                    found.append(path)
        if not found and not allow_empty:
            raise LanguageError(
                f"glob({include}, exclude = {exclude}) found no files; if that is in order, "
                "set allow_empty = True"
            )
        return found


def _walk(folder: Path, prefix: str, build_files: list[str], is_root: bool) -> Iterator[tuple[str, bool]]:
    """Yields files and folders in the order of their names, and whether each is a link."""
    with os.scandir(folder) as scan:
        entries = sorted(scan, key=lambda entry: entry.name)
    for entry in entries:
        path = prefix + entry.name
        if entry.is_symlink():
            yield path, True
        elif not entry.is_dir():
            yield path, False
        else:
            is_package = any(os.path.isfile(os.path.join(entry.path, name)) for name in build_files)
            if not is_package and not (is_root and path == "plz-out"):
                yield path, False
                yield from _walk(Path(entry.path), path + "/", build_files, is_root)


def _is_excluded(path: str, excluded: list[str]) -> bool:
    for pattern in excluded:
        subject = path if "/" in pattern else path.rpartition("/")[2]
        if path == pattern or path.startswith(pattern + "/") or _pattern(pattern).fullmatch(subject):
            return True
    return False


def _pattern(glob: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*/|\*\*|\*|\?|\[[^\]]*\])", glob)
    replaced = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(replaced.get(p) or (p if p.startswith("[") else re.escape(p)) for p in parts))
