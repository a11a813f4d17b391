"""New targets: the ones that a folder's Python files have none of."""

from __future__ import annotations

import ast
import keyword
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tools.errors import PleasingError
from tools.imports.module_source import find_name, parse_module
from tools.lambda_tidy.glob import matches
from tools.lambda_tidy.reading import Repository
from tools.lambda_tidy.rule_kind import Kind
from tools.lambda_tidy.settings import Settings
from tools.lambda_tidy.target import Target, claims, package_of, reaches
from tools.lambda_tidy.tree import join

_CONFTEST = "conftest.py"
_SETUP = "setup.py"


class NewTarget(NamedTuple):
    """A target that is to be.

    Attributes:
        package: The folder of its BUILD file.
        name: Its name.
        kind: `LIBRARY`, `TEST` or `FUNCTION`.
        files: Paths of its Python sources.
        handler: For a function, its handler.
        only_tests: Whether only tests can depend on it.
        grows: The target that takes the sources in, where there is one.
    """

    package: str
    name: str
    kind: Kind
    files: Sequence[str]
    handler: str = ""
    only_tests: bool = False
    grows: Sequence[Target] = ()

    @property
    def label(self) -> str:
        """Its label."""
        return f"//{self.package}:{self.name}"


def is_test(name: str) -> bool:
    """Return whether a file's name is a test's.

    Args:
        name: The name.
    """
    return name.startswith("test_") or name.endswith("_test.py")


def functions_of(
    root: Path, repository: Repository, settings: Settings, named: Sequence[str]
) -> dict[str, str]:
    """Return the files that are functions, each with the name of its handler.

    Args:
        root: The repository's root.
        repository: What was read of it.
        settings: Its settings, whose patterns count where the file has such a function.
        named: Functions that the command line names, such as `svc/echo.py:handler`.

    Raises:
        PleasingError: One that the command line names is not there; all of them are told.
    """
    found: dict[str, str] = {}
    for pattern in settings.functions:
        files, _, handler = pattern.rpartition(":")
        for path in repository.sources:
            if matches(files, path) and _defines(root / path, handler):
                found.setdefault(path, handler)
    problems = []
    for text in named:
        path, _, handler = text.rpartition(":")
        path = path.removeprefix("//").removeprefix("./")
        if path not in repository.sources:
            problems.append(
                f"--function {text}: there is no file {path or text}; write it as svc/echo.py:handler"
            )
        elif not _defines(root / path, handler):
            problems.append(f"--function {text}: {path} defines no {handler!r}; correct the name")
        else:
            found[path] = handler
    if problems:
        raise PleasingError(problems)
    return found


def _defines(path: Path, name: str) -> bool:
    try:
        tree = parse_module(path.read_bytes(), str(path))
    except OSError:
        return False
    return isinstance(tree, ast.Module) and find_name(tree, name).kind != "missing"


def new_targets(
    repository: Repository,
    targets: Sequence[Target],
    settings: Settings,
    functions: Mapping[str, str],
    chosen: Sequence[str],
) -> Iterator[NewTarget]:
    """Yield the targets that are to be, for files that no BUILD file speaks of.

    Args:
        repository: What was read of the repository.
        targets: The targets that there are.
        settings: The repository's settings.
        functions: The files that are functions, with the names of their handlers.
        chosen: Folders to look in and below; empty for all.
    """
    owned: dict[str, set[Kind]] = {}
    for target in targets:
        for file in target.files:
            owned.setdefault(file, set()).add(target.kind)
    by_package: dict[str, list[str]] = {}
    for path, folder in repository.folders.items():
        if not folder.sources or not is_below(path, chosen):
            continue
        package = _package_for(path, repository)
        facts = repository.builds.get(package)
        for name in sorted(folder.sources):
            file = join(path, name)
            below = file[len(package) + 1 :] if package else file
            is_function = file in functions and Kind.FUNCTION not in owned.get(file, set())
            if is_function or (file not in owned and not (facts and claims(facts, below))):
                by_package.setdefault(package, []).append(file)
    for package, files in by_package.items():
        yield from _Folder(package, files, repository, targets, settings, functions).targets()


def is_below(path: str, chosen: Sequence[str]) -> bool:
    """Return whether a folder is one of some, or below one.

    Args:
        path: The folder's path.
        chosen: The others; empty for all that there are.
    """
    return not chosen or any(
        not folder or path == folder or path.startswith(f"{folder}/") for folder in chosen
    )


def _package_for(path: str, repository: Repository) -> str:
    """Return the folder whose BUILD file is to have a folder's targets.

    It is the folder itself, unless the BUILD file of one above takes files from it, which a BUILD file would break.
    """
    above = package_of(path, repository.builds)
    if above == path or above not in repository.builds:
        return path
    below = path[len(above) + 1 :] if above else path
    return above if reaches(repository.builds[above], below) else path


class _Folder:
    def __init__(
        self,
        package: str,
        files: Sequence[str],
        repository: Repository,
        targets: Sequence[Target],
        settings: Settings,
        functions: Mapping[str, str],
    ) -> None:
        self._package = package
        self._files = files
        self._repository = repository
        self._own = [target for target in targets if target.package == package]
        facts = repository.builds.get(package)
        self._taken = set(facts.names) if facts else set()
        self._settings = settings
        self._functions = functions

    def targets(self) -> Iterator[NewTarget]:
        """Yield the package's new targets."""
        handlers = [file for file in self._files if file in self._functions]
        for file in handlers:
            yield self._function(file, alone=len(handlers) == 1)
        rest = [file for file in self._files if file not in self._functions]
        names = {file: file.rpartition("/")[2] for file in rest}
        for file in [file for file in rest if names[file] == _CONFTEST]:
            yield NewTarget(self._package, self._free("conftest"), Kind.LIBRARY, [file], only_tests=True)
        tests = [file for file in rest if is_test(names[file])]
        plain = [
            file
            for file in rest
            if file not in tests and names[file] not in (_CONFTEST, _SETUP) and _is_module(names[file])
        ]
        if all(self._is_empty(file) for file in plain):
            plain = []  # Please puts an empty __init__.py wherever one is missing
        yield from self._grouped(plain, Kind.LIBRARY, self._library_name(plain))
        yield from self._grouped(tests, Kind.TEST, "test")

    def _is_empty(self, file: str) -> bool:
        facts = self._repository.sources[file]
        return file.endswith("__init__.py") and facts.empty

    def _folder_name(self) -> str:
        return self._package.rpartition("/")[2] or "lib"

    def _library_name(self, files: Sequence[str]) -> str:
        # The root has no name of its own.
        return self._folder_name() if self._package or len(files) != 1 else files[0][: -len(".py")]

    def _function(self, file: str, *, alone: bool) -> NewTarget:
        stem = file.rpartition("/")[2][: -len(".py")]
        name = "lambda" if alone and not any(item.kind is Kind.FUNCTION for item in self._own) else stem
        below = file[len(self._package) + 1 :] if self._package else file
        handler = f"{below}:{self._functions[file]}"
        return NewTarget(self._package, self._free(name), Kind.FUNCTION, [file], handler)

    def _grouped(self, files: Sequence[str], kind: Kind, name: str) -> Iterator[NewTarget]:
        if not files:
            return
        if self._settings.file_by_file:
            for file in files:
                stem = file.rpartition("/")[2][: -len(".py")]
                named = self._folder_name() if stem == "__init__" else stem
                yield NewTarget(self._package, self._free(named), kind, [file])
            return
        growing = [
            target
            for target in self._own
            if target.kind is kind
            and target.call.name == name
            and target.call.listed("srcs").listed
            and not target.call.listed("srcs").globs
        ]
        if growing:
            yield NewTarget(self._package, name, kind, files, grows=growing[:1])
        else:
            yield NewTarget(self._package, self._free(name), kind, files)

    def _free(self, name: str) -> str:
        """Return a name that no target of the package has, and take it."""
        found, number = name, 2
        for other in (name, f"{name}_lib" if name != "test" else "tests"):
            if other not in self._taken:
                found = other
                break
        else:
            while f"{name}_{number}" in self._taken:
                number += 1
            found = f"{name}_{number}"
        self._taken.add(found)
        return found


def _is_module(name: str) -> bool:
    stem = name[: -len(".py")]
    return stem.isidentifier() and not keyword.iskeyword(stem)


def names_of(files: Sequence[str], package: str) -> list[str]:
    """Return files as a BUILD file names them.

    Args:
        files: Their paths in the repository.
        package: The BUILD file's folder.
    """
    start = len(package) + 1 if package else 0
    return sorted(file[start:] for file in files)
