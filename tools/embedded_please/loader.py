"""A loader reads BUILD files and `.build_defs` and knows every target that they declare."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Callable, Optional

from tools.embedded_please.builtins import Builtins
from tools.embedded_please.graph import Graph
from tools.embedded_please.labels import Label, split_annotation
from tools.embedded_please.language import LanguageError, compile_file
from tools.embedded_please.package import Config, Package
from tools.embedded_please.repository import Repositories, Repository, base_config
from tools.embedded_please.target import FileInput, Target
from tools.errors import PleasingError


class Loader:
    """Reads packages when a target of theirs is wanted, each once for every platform.

    Args:
        repositories: Where packages are.
        log: Shows a message of a BUILD file, given its level and its text.
    """

    def __init__(self, repositories: Repositories, log: Callable[[str, str], None]) -> None:
        self.repositories = repositories
        self.log = log
        self.graph = Graph(self)
        # Builds a target that a subinclude needs before reading can go on.
        self.build: Callable[[Target], None] = lambda target: None
        self._packages: dict[tuple[str, str], Optional[Package]] = {}
        self._modules: dict[tuple[str, str, str], tuple[dict[str, Any], Config]] = {}
        self._codes: dict[Path, types.CodeType] = {}
        self._bases: dict[str, dict[str, Any]] = {}
        self._stack: list[tuple[Package, str]] = []
        self._builtins = Builtins(self).table()
        repositories.load_package = lambda label: self.package(label, ".plzconfig")

    @property
    def current(self) -> Package:
        """The package whose BUILD file is being read, or whose target is being prepared."""
        return self._stack[-1][0]

    def target(self, label: Label, wanted_by: str) -> Target:
        """Returns a target, after reading its package.

        Args:
            label: The target.
            wanted_by: What refers to it, for the error.

        Raises:
            PleasingError: If there is no such target.
        """
        package = self.package(label, wanted_by)
        found = package.targets.get(label.name)
        if found is None:
            names = [name for name in sorted(package.targets) if not name.startswith("_")]
            file = self._shown(package.repository.build_file(package.name) or package.folder)
            raise PleasingError(
                f"{wanted_by}: there is no target {label}; {file} declares: {', '.join(names) or 'nothing'}"
            )
        return found

    def package(self, label: Label, wanted_by: str) -> Package:
        """Returns a package, after reading its BUILD file.

        Args:
            label: A target in it.
            wanted_by: What refers to it, for the error.

        Raises:
            PleasingError: If there is no such package, or its BUILD file is wrong.
        """
        key = (label.subrepo, label.package)
        if key not in self._packages:
            repository = self.repositories.get(label.subrepo, wanted_by)
            path = repository.build_file(label.package)
            if path is None:
                where = self._shown(repository.root / label.package)
                names = " or ".join(repository.build_files)
                what = (
                    f"{where} has no {names}"
                    if (repository.root / label.package).is_dir()
                    else f"{where} is no folder"
                )
                raise PleasingError(f"{wanted_by}: there is no package for {label}: {what}")
            self._packages[key] = None
            package = Package(repository, label.package, Config(self._base(repository)))
            try:
                self._read(package, path)
            except BaseException:
                del self._packages[key]
                raise
            self._packages[key] = package
        found = self._packages[key]
        if found is None:
            raise PleasingError(f"{wanted_by}: {label} is wanted while its own BUILD file is being read")
        return found

    def packages_below(self, label: Label) -> list[Label]:
        """Returns the packages that `//folder/...` stands for, each as its label `:all`.

        Args:
            label: That label.
        """
        repository = self.repositories.get(label.subrepo, "command line")
        skipped = set(self.repositories.root.settings.values("Parse", "BlacklistDirs"))
        found = []

        def walk(folder: Path, name: str) -> None:
            if repository.build_file(name):
                found.append(Label(label.subrepo, name, "all"))
            for entry in sorted(folder.iterdir()):
                path = f"{name}/{entry.name}" if name else entry.name
                hidden = entry.name.startswith(".") or entry.name == "plz-out"
                if hidden or entry.name in skipped or path in skipped:
                    continue
                if entry.is_dir() and not entry.is_symlink():
                    walk(entry, path)

        if (repository.root / label.package).is_dir():
            walk(repository.root / label.package, label.package)
        return found

    def subinclude(self, text: str) -> dict[str, Any]:
        """Returns the names that a `.build_defs` defines.

        Args:
            text: Label of the target whose outputs they are, as written in the current file.
        """
        current, wanted_by = self.current, self.position()
        text, annotation = split_annotation(text)
        label = current.label(text)
        if (label.subrepo, label.package) == (current.repository.name, current.name) and current.declares:
            target = current.targets.get(label.name)
            if target is None:
                raise LanguageError(f"{label} must be declared before it is subincluded")
        else:
            target = self.target(label, wanted_by)
        self._load_plugin(current, target.repository)
        names: dict[str, Any] = {}
        for path in self._included(target, annotation):
            defined, config = self._module(path, target)
            for key, value in config.overlay.items():
                current.config.overlay.setdefault(key, value)
            names.update(defined)
        return names

    def _included(self, target: Target, annotation: str) -> list[Path]:
        """Returns the files of a subinclude; those of the tree itself need no build."""
        if target.kind == "filegroup" and all(isinstance(src, FileInput) for src in target.srcs):
            folder = target.repository.root / target.label.package
            return [folder / src.path for src in target.srcs if isinstance(src, FileInput)]
        self.build(target)
        outs = self.graph.annotated(target, annotation)
        return [self.repositories.root.root / target.out_dir / out for out in outs]

    def _module(self, path: Path, target: Target) -> tuple[dict[str, Any], Config]:
        owner = self.current.owner
        key = (str(path), target.repository.name, owner.name)
        if key not in self._modules:
            package = Package(
                target.repository, target.label.package, Config(self._base(owner)), owner, declares=False
            )
            package.globals["<module>"] = package
            before = set(package.globals)
            self._read(package, path)
            names = {
                name: value
                for name, value in package.globals.items()
                if name not in before and name[0] != "<"
            }
            del names["__builtins__"]
            self._modules[key] = (names, package.config)
        return self._modules[key]

    def _load_plugin(self, package: Package, plugin: Repository) -> None:
        name = plugin.settings.plugin_name.upper()
        if name and name not in package.config.overlay:
            package.config.overlay[name] = package.owner.plugin_values(plugin)

    def _base(self, repository: Repository) -> dict[str, Any]:
        if repository.name not in self._bases:
            self._bases[repository.name] = base_config(repository, self.repositories.root.settings)
        return self._bases[repository.name]

    def _read(self, package: Package, path: Path) -> None:
        shown = self._shown(path)
        if path not in self._codes:
            try:
                source = path.read_text(encoding="utf-8")
            except OSError as error:
                raise PleasingError(f"{shown}: {error.strerror}") from None
            self._codes[path] = compile_file(source, shown)
        package.globals["__builtins__"] = self._builtins
        with self.scope(package, shown):
            if package.declares:
                for label in self._preloaded(package):
                    package.globals.update(self.subinclude(label))
            exec(self._codes[path], package.globals)  # noqa: S102 - compile_file has left nothing of Python in it

    def _preloaded(self, package: Package) -> list[str]:
        """Returns what `[Parse] PreloadSubincludes` has each BUILD file subinclude."""
        labels = package.repository.settings.values("Parse", "PreloadSubincludes")
        here = Label(package.repository.name, package.name, "")
        return [text for text in labels if package.label(split_annotation(text)[0])._replace(name="") != here]

    @contextmanager
    def scope(self, package: Package, where: str) -> Iterator[None]:
        """Makes a package the current one, and says where an error of its code happened.

        Args:
            package: The package.
            where: What to name if the code has no line to name.

        Raises:
            PleasingError: For any error of the code.
        """
        self._stack.append((package, where))
        try:
            yield
        except PleasingError:
            raise
        except Exception as error:
            frames = [
                (tb.tb_frame.f_code.co_filename, tb.tb_lineno, tb.tb_frame.f_code.co_name)
                for tb in _tracebacks(error.__traceback__)
                if tb.tb_frame.f_globals.get("__builtins__") is self._builtins
            ]
            raise PleasingError(_message(error, frames, where)) from None
        finally:
            self._stack.pop()

    def position(self) -> str:
        """Returns file and line of the statement that is being run in the current BUILD file."""
        found = ""
        depth = 1
        while self._stack:
            try:
                frame = sys._getframe(depth)
            except ValueError:
                break
            if frame.f_globals is self.current.globals:
                found = f"{frame.f_code.co_filename}:{frame.f_lineno}"
            depth += 1
        return found or (self._stack[-1][1] if self._stack else "command line")

    def _shown(self, path: Path) -> str:
        """Returns a path as messages show it: relative to the user's repository where it is in there."""
        try:
            return str(path.relative_to(self.repositories.root.root))
        except ValueError:
            return str(path)


def _tracebacks(traceback: Optional[types.TracebackType]) -> Iterator[types.TracebackType]:
    while traceback:
        yield traceback
        traceback = traceback.tb_next


def _message(error: Exception, frames: list[tuple[str, int, str]], where: str) -> str:
    """Describes an error: first the line of the user's file, then the functions that it went through."""
    text = str(error)
    if isinstance(error, NameError):
        text += " (the embedded engine knows no such rule or function; real Please may)"
    elif isinstance(error, KeyError):
        text = f"no such key in the dict: {text}"
    elif isinstance(error, RecursionError):
        text = "functions call each other without end"
    if not frames:
        return f"{where}: {text}"
    file, line, _ = frames[0]
    inner = "".join(
        f"\n  in {name}, {path}:{number}" for path, number, name in frames[1:] if not name.startswith("<")
    )
    return f"{file}:{line}: {text}{inner}"
