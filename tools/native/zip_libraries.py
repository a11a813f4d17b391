"""The libraries of a zip: where each is, and which the loader finds."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable

from tools.native.elf import Elf
from tools.native.native_file import NativeFile
from tools.native.runtime_libraries import LIBRARY_FOLDERS

_ORIGIN = re.compile(r"^(?:\$ORIGIN|\$\{ORIGIN\})")


class ZipLibraries:
    """What the files of a zip offer each other.

    Args:
        files: The native files.
        names: The names of all files in the zip, native or not.

    Attributes:
        places: Where a library is, by each name that a file can need it by.
        found: Libraries that the loader's own path, or the path of at least one file that needs them, leads to.
    """

    def __init__(self, files: Iterable[NativeFile], names: Collection[str]) -> None:
        self.places: dict[str, str] = {}
        self.found: set[str] = set()
        for name in sorted(names):
            folder, base = posixpath.split(name)
            if ".so" in base:
                self.places.setdefault(base, name)
                if folder in LIBRARY_FOLDERS:
                    self.found.add(base)
        for file in files:
            if file.elf is None:
                continue
            if file.elf.soname is not None:
                self.places.setdefault(file.elf.soname, file.path)
            for folder in _search_path(file.path, file.elf):
                self.found.update(
                    soname for soname in file.elf.needed if posixpath.join(folder, soname) in names
                )

    def leads_to(self, path: str, soname: str) -> bool:
        """Return whether the loader finds a library of the zip for a file.

        Args:
            path: The file that needs it.
            soname: The library's name, which is one of `places`.
        """
        # Libraries beside each other are what auditwheel and delocate leave: whoever needs the first leads the
        # loader to all of them (ld.so(8): DT_RPATH holds for what is loaded on its behalf too).
        beside = self.places[soname] == posixpath.join(posixpath.dirname(path), soname)
        return soname in self.found or beside


def _search_path(path: str, elf: Elf) -> list[str]:
    """Return the folders of the zip that a file's own search path leads to."""
    origin = posixpath.dirname(path)
    return [
        posixpath.normpath(_ORIGIN.sub(lambda _: origin or ".", folder))
        for folder in (*elf.rpath, *elf.runpath)
        if _ORIGIN.match(folder)
    ]
