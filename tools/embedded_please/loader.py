"""A loader reads BUILD files and `.build_defs`, each once for every platform, and knows their targets."""

from __future__ import annotations

import traceback
import types
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from tools.embedded_please.config import base_values, plugin_values
from tools.embedded_please.label import Label
from tools.embedded_please.language import compile_file
from tools.embedded_please.package import BuildTarget, Package
from tools.embedded_please.subrepo import Subrepos
from tools.errors import PleasingError


class BuildFileError(PleasingError):
    """An error in the code of a BUILD file, with its line."""


class Loader:
    """Reads packages of subrepos when a target of theirs is wanted; builtins are what their files can call."""

    def __init__(self, subrepos: Subrepos) -> None:
        self.subrepos = subrepos
        self.builtins: dict[str, Any] = {}
        self._packages: dict[tuple[str, str], Package] = {}
        self._modules: dict[tuple[Path, str, str], Package] = {}
        self._codes: dict[Path, types.CodeType] = {}
        self._stack: list[Package] = []
        subrepos.read_package = self.package

    @property
    def current(self) -> Package:
        """The package whose BUILD file is being read, or whose target is being prepared."""
        return self._stack[-1]

    def target(self, label: Label) -> BuildTarget:
        """Return a target, after reading its package."""
        package = self.package(label)
        if label.name not in package.targets:
            names = sorted(name for name in package.targets if not name.startswith("_"))
            file = self._shown(package.subrepo.build_file(package.name) or package.subrepo.root)
            near = get_close_matches(label.name, names, 1)
            hint = f"; did you mean {label._replace(name=near[0])}?" if near else ""
            every = ", ".join(names) or "nothing"
            raise PleasingError(f"there is no target {label}: {file} declares {every}{hint}")
        return package.targets[label.name]

    def package(self, label: Label) -> Package:
        """Return the package of a label, after reading its BUILD file."""
        key = (label.subrepo, label.package)
        if key not in self._packages:
            if any(each.declares and (each.subrepo.name, each.name) == key for each in self._stack):
                raise PleasingError(f"{label} is wanted while its own BUILD file is being read")
            subrepo = self.subrepos.get(label.subrepo)
            path = subrepo.build_file(label.package)
            if path is None:
                near = get_close_matches(label.package, list(subrepo.packages()), 1)
                hint = "".join(f"; the nearest package is //{name}" for name in near)
                where = f"{self._shown(subrepo.root / label.package)} has no {subrepo.build_files[0]}"
                raise PleasingError(f"there is no package for {label}: {where}{hint}")
            package = Package(subrepo, label.package, subrepo, base_values(subrepo))
            self._read(package, path)
            self._packages[key] = package
        return self._packages[key]

    def subinclude(self, text: str) -> dict[str, Any]:
        """Return the names that the `.build_defs` of a filegroup define, which the current file names."""
        current = self.current
        target = self.target(current.label(text))
        sources = [source for group in target.srcs.values() for source in group]
        if target.kind != "filegroup" or any(source.label for source in sources):
            raise PleasingError(f"subinclude({text!r}): the embedded engine takes filegroups of files only")
        subrepo = self.subrepos.get(target.label.subrepo)
        plugin = subrepo.settings.plugin_name.upper()
        if plugin and plugin not in current.config:
            current.config[plugin] = plugin_values(current.owner, subrepo)
        names: dict[str, Any] = {}
        for source in sources:
            path = target.subrepo.root / target.label.package / source.text
            key = (path, subrepo.name, current.owner.name)
            if key not in self._modules:
                settings = (current.owner, base_values(current.owner))
                self._modules[key] = Package(subrepo, target.label.package, *settings, declares=False)
                self._read(self._modules[key], path)
            for name, value in self._modules[key].config.items():
                current.config.setdefault(name, value)
            names.update(self._modules[key].globals)
        return {name: value for name, value in names.items() if name not in {*self.builtins, "__builtins__"}}

    def _read(self, package: Package, path: Path) -> None:
        shown = self._shown(path)
        if path not in self._codes:
            self._codes[path] = compile_file(path.read_text(encoding="utf-8"), shown)
        package.globals.update(self.builtins)
        with self.scope(package, shown):
            for text in package.subrepo.settings.values("Parse", "PreloadSubincludes"):
                if package.declares and package.label(text)[:2] != (package.subrepo.name, package.name):
                    package.globals.update(self.subinclude(text))
            exec(self._codes[path], package.globals)  # noqa: S102 - BUILD files are the user's own code

    @contextmanager
    def scope(self, package: Package, where: str) -> Iterator[None]:
        """Make a package the current one, and say in which line an error of its code was, or where else."""
        self._stack.append(package)
        try:
            yield
        except BuildFileError:
            raise
        except Exception as error:
            files = {code.co_filename for code in self._codes.values()}
            frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename in files]
            hint = " (real Please may know it)" if isinstance(error, NameError) else ""
            where = f"{frames[0].filename}:{frames[0].lineno}" if frames else where
            through = "".join(f"\n  in {f.name}, {f.filename}:{f.lineno}" for f in frames[1:])
            kind = "" if isinstance(error, (PleasingError, NameError)) else f"{type(error).__name__}: "
            raise BuildFileError(f"{where}: {kind}{error}{hint}{through}") from None
        finally:
            self._stack.pop()

    def _shown(self, path: Path) -> str:
        """Return a path as messages show it: relative to the user's repository where it is in there."""
        return str(path).replace(f"{self.subrepos.root.root}/", "", 1)
