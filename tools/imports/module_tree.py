"""Module tree: which modules the files of a zip are, and where an import leads."""

from __future__ import annotations

import enum
import functools
from collections.abc import Collection, Iterable
from typing import Callable, NamedTuple

from tools.imports.standard_library import Standard, find_module, is_top_level


class Leads(enum.Enum):
    """Where an import leads."""

    FILE = "to a file of the zip"
    NAMESPACE = "to a folder of the zip, which is a namespace package"
    ELSEWHERE = "to the standard library, or to what the runtime brings"
    UNKNOWN = "below something that makes modules as it runs"
    NOWHERE = "nowhere"


class Found(NamedTuple):
    """Where a module is.

    Attributes:
        leads: Where its import leads.
        files: The files of the zip that the import runs, outermost package first.
        missing: For `NOWHERE`: the first part that is not there, as a dotted name.
    """

    leads: Leads
    files: tuple[str, ...] = ()
    missing: str = ""


# The order of importlib.machinery.FileFinder: a package before an extension module before a module.
_SOURCE, _BYTECODE, _EXTENSION = ".py", ".pyc", ".so"
MODULE_SUFFIXES = (_SOURCE, _BYTECODE, _EXTENSION)
_PACKAGE_RANK, _EXTENSION_RANK, _SOURCE_RANK, _BYTECODE_RANK = range(4)


class ModuleTree:
    """The modules of a zip.

    Args:
        names: The names of its files.
        minor: Which Python 3.x the runtime has.
        provided: Top-level modules that the runtime brings.
        is_dynamic: Whether a file of the zip makes modules as it runs, so that nothing can be said of what is
            below it.
    """

    def __init__(
        self,
        names: Iterable[str],
        minor: int,
        provided: Collection[str],
        is_dynamic: Callable[[str], bool] = lambda name: False,
    ) -> None:
        self._minor = minor
        self._provided = frozenset(provided)
        self._is_dynamic = is_dynamic
        # Path of a module without its ending -> its file and how it ranks among others of that path.
        self._files: dict[str, tuple[int, str]] = {}
        self._folders: set[str] = set()
        for name in names:
            self._add(name)
        self.find = functools.lru_cache(maxsize=None)(self._find)

    def _add(self, name: str) -> None:
        folder, slash, base = name.rpartition("/")
        if base.endswith(_SOURCE):
            stem, rank = base[:-3], _SOURCE_RANK
        elif base.endswith(_EXTENSION):
            stem, rank = base.partition(".")[0], _EXTENSION_RANK
        elif base.endswith(_BYTECODE):
            stem, rank = base[:-4], _BYTECODE_RANK
        else:
            return
        if stem == "__init__":
            path, rank = folder, _PACKAGE_RANK
        else:
            path = f"{folder}{slash}{stem}"
        before = self._files.get(path)
        if before is None or (rank, name) < before:
            self._files[path] = (rank, name)
        while folder and folder not in self._folders:
            self._folders.add(folder)
            folder = folder.rpartition("/")[0]

    def file_of(self, module: str) -> str:
        """Return the file of a module, or an empty text where the zip has none.

        Args:
            module: Its dotted name.
        """
        found = self._files.get(module.replace(".", "/"))
        return found[1] if found else ""

    def children(self, package: str) -> list[str]:
        """Return the names of the modules right below a package of the zip; those at the top for an empty name.

        Args:
            package: Its dotted name.
        """
        start = package.replace(".", "/") + "/" if package else ""
        paths = [*self._files, *self._folders]
        names = {path[len(start) :] for path in paths if path.startswith(start)}
        return sorted(name for name in names if name and "/" not in name)

    def modules(self) -> list[str]:
        """Return the dotted names of all modules of the zip."""
        return [path.replace("/", ".") for path in self._files if path]

    def _find(self, module: str) -> Found:
        top = module.partition(".")[0]
        if top not in self._files:
            if top == "distutils" and "setuptools/_distutils" in self._folders:
                return Found(Leads.UNKNOWN)  # setuptools puts its own into sys.modules
            if is_top_level(top):
                standard = find_module(module, self._minor)
                if standard is Standard.UNKNOWN:
                    return Found(Leads.UNKNOWN)
                if standard is Standard.PRESENT:
                    return Found(Leads.ELSEWHERE)
                if find_module(top, self._minor) is Standard.PRESENT:
                    return Found(Leads.NOWHERE, (), _first_absent(module, self._minor))
            if top in self._provided:
                return Found(Leads.ELSEWHERE)
        return self._find_in_zip(module)

    def _find_in_zip(self, module: str) -> Found:
        files: list[str] = []
        path, package = "", True
        for part in module.split("."):
            path = f"{path}/{part}" if path else part
            entry = self._files.get(path)
            if entry is not None and package:
                files.append(entry[1])
                package = entry[0] == _PACKAGE_RANK
            elif path not in self._folders or not package:
                if any(name.endswith(_EXTENSION) or self._is_dynamic(name) for name in files):
                    return Found(Leads.UNKNOWN, tuple(files))
                return Found(Leads.NOWHERE, tuple(files), path.replace("/", "."))
        return Found(Leads.FILE if path in self._files else Leads.NAMESPACE, tuple(files))


def _first_absent(module: str, minor: int) -> str:
    parts = module.split(".")
    for count in range(1, len(parts)):
        name = ".".join(parts[:count])
        if find_module(name, minor) is not Standard.PRESENT:
            return name
    return module
