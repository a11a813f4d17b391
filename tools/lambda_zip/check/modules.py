"""Modules: the sources of a zip and what they import, each read once, by the cheapest way that tells."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from typing import Optional

from tools.aws.provided import provided_modules
from tools.imports.module_facts import ModuleFacts, read_module
from tools.imports.module_tree import MODULE_SUFFIXES, Leads, ModuleTree
from tools.imports.scan import changes_path, is_dynamic, scan_beginnings, scan_imports
from tools.imports.standard_library import versions_of
from tools.imports.statement import Import, When, package_of
from tools.imports.syntax import may_be_newer
from tools.lambda_zip.check.unmet import Unmet
from tools.lambda_zip.place.layout import Placed
from tools.lambda_zip.read.pex import Area
from tools.wheel_notes.import_index import LoadedFile, LoadedIndex, parse_needed

# Names that a source binds at the beginning of a line; one in a text of several lines is taken for one too.
_PLAIN_NAME = re.compile(rb"^(?:(?:async[ \t]+)?def|class)[ \t]+(\w+)|^(\w+)[ \t]*[:=]", re.MULTILINE)


class Modules:
    """The modules of a zip.

    Args:
        placed: What goes into the zip.
        minor: Which Python 3.x the runtime has.
        sources: Bytes of sources that were read already, by name in the zip.
        notes: What lambda_wheel noted of the modules of its wheels.
    """

    def __init__(
        self,
        placed: Sequence[Placed],
        minor: int,
        sources: dict[str, bytes],
        notes: Sequence[LoadedIndex] = (),
    ) -> None:
        self.minor = minor
        self.items = {item.name: item for item in placed if item.name.endswith(MODULE_SUFFIXES)}
        self.first_party = [
            item.name for item in placed if item.area is Area.FIRST_PARTY and item.name.endswith(".py")
        ]
        self._first_party = frozenset(self.first_party)
        self._sources = sources
        self._noted: dict[str, tuple[LoadedIndex, LoadedFile]] = {
            file.path: (note, file) for note in notes for file in note.files
        }
        self._facts: dict[str, ModuleFacts] = {}
        self._scanned: dict[str, Optional[list[Import]]] = {}
        self._plain: dict[str, frozenset[bytes]] = {}
        self.unread: dict[str, str] = {}
        self.tree = ModuleTree(self.items, minor, provided_modules(minor), self._is_dynamic)

    def source(self, name: str) -> bytes:
        """Return a file's bytes.

        Args:
            name: Its name in the zip.
        """
        found = self._sources.get(name)
        if found is None:
            found = self._sources[name] = self.items[name].member.read()
        return found

    def facts(self, name: str) -> ModuleFacts:
        """Return what the syntax tree of a file of the zip says.

        Args:
            name: Its name.
        """
        found = self._facts.get(name)
        if found is None:
            found = read_module(name, self.source(name), self.minor)
            if found.unparsed and sys.version_info[1] < self.minor:
                found = self._read_elsewhere(name, found)
            self._facts[name] = found
        return found

    def has_facts(self, name: str) -> bool:
        """Return whether the syntax tree of a file was asked for.

        Args:
            name: Its name in the zip.
        """
        return name in self._facts

    def _read_elsewhere(self, name: str, found: ModuleFacts) -> ModuleFacts:
        from tools.imports.interpreter import read_elsewhere

        elsewhere = read_elsewhere({name: self.source(name)}, self.minor)
        if elsewhere is None:
            self.unread[name] = found.unparsed
            return ModuleFacts((), None)
        return elsewhere[name]

    def imports(self, name: str, exact: bool) -> Sequence[Import]:
        """Return what a first-party file imports, less what never runs.

        Args:
            name: Its name in the zip.
            exact: Whether to ask the syntax tree even where the text shows nothing wrong.
        """
        if exact or name in self._facts:
            return self.facts(name).imports
        if name not in self._scanned:
            self._scanned[name] = self._scan(name)
        scanned = self._scanned[name]
        return self.facts(name).imports if scanned is None else scanned

    def _scan(self, name: str) -> Optional[list[Import]]:
        source = self.source(name)
        if may_be_newer(source, self.minor):
            return None
        scanned = scan_imports(source, package_of(name))
        if scanned is None or any(self.unmet(name, item) for item in scanned):
            return None
        return scanned

    def unmet(self, name: str, item: Import) -> Optional[Unmet]:
        """Return why an import leads nowhere, or None where it leads somewhere or cannot be judged.

        Args:
            name: The file that has it.
            item: The import.
        """
        if not item.module:
            return Unmet(name, item, item.text)
        found = self.tree.find(item.module)
        if found.leads is Leads.NOWHERE:
            return Unmet(name, item, found.missing)
        if not item.name or item.name == "*" or found.leads is Leads.UNKNOWN:
            return None
        full = f"{item.module}.{item.name}"
        if found.leads is Leads.ELSEWHERE:
            versions = versions_of(full)
            absent = versions is not None and not versions[0] <= self.minor <= versions[1]
            return Unmet(name, item, full) if absent else None
        if self.tree.find(full).leads is not Leads.NOWHERE:
            return None
        if found.leads is Leads.NAMESPACE:
            return Unmet(name, item, full)
        return None if self._has_name(found.files[-1], item.name) else Unmet(name, item, "")

    def runs(self, item: Import) -> bool:
        """Return whether an import runs: one in `except ImportError` does where what was tried leads nowhere.

        Args:
            item: The import.
        """
        return not item.unless or any(not self._leads(module, name) for module, name in item.unless)

    def _leads(self, module: str, name: str) -> bool:
        return self.unmet("", Import(module, name, 0, When.IMPORTED, "")) is None

    def _has_name(self, file: str, name: str) -> bool:
        if file not in self._first_party or (name.startswith("__") and name.endswith("__")):
            return True
        if file not in self._facts:
            plain = self._plain.get(file)
            if plain is None:
                found = _PLAIN_NAME.findall(self.source(file))
                plain = self._plain[file] = frozenset(one or other for one, other in found)
            if name.encode() in plain:
                return True
        bound = self.facts(file).bound
        return bound is None or name in bound

    def _is_dynamic(self, name: str) -> bool:
        noted = self._note(name)
        if noted is not None:
            return bool(noted[1].dynamic)
        return not name.endswith(".py") or is_dynamic(self.source(name))

    def changes_path(self, name: str) -> bool:
        """Return whether a file of the zip changes sys.path.

        Args:
            name: Its name.
        """
        noted = self._note(name)
        if noted is not None:
            return bool(noted[1].changes_path)
        return name.endswith(".py") and changes_path(self.source(name))

    def _note(self, name: str) -> Optional[tuple[LoadedIndex, LoadedFile]]:
        """Return what lambda_wheel noted of a file, if it is of these very bytes."""
        item = self.items.get(name)
        noted = self._noted.get(item.path) if item is not None and item.area is Area.THIRD_PARTY else None
        if item is None or noted is None:
            return None
        return noted if noted[1][1:3] == (item.member.crc, item.member.size) else None

    def walk(self, starts: Sequence[str], exact: bool) -> tuple[dict[str, None], list[Unmet]]:
        """Return the files that run when some do, and what third-party ones import that leads nowhere.

        Followed are imports that run when their module is imported and whose failure is not caught.

        Args:
            starts: The files to start from.
            exact: As for `imports`.
        """
        reached: dict[str, None] = dict.fromkeys(starts)
        waiting = list(starts)
        unmet: list[Unmet] = []
        while waiting:
            name = waiting.pop()
            if name in self._first_party:
                following = self._first_party_edges(name, exact)
            else:
                following = self.third_party_edges(name, unmet)
            for file in following:
                if file not in reached:
                    reached[file] = None
                    waiting.append(file)
        return reached, unmet

    def _first_party_edges(self, name: str, exact: bool) -> Iterator[str]:
        for item in self.imports(name, exact):
            if item.when is When.IMPORTED and item.module and self.runs(item):
                yield from self.files_of(item.module, item.name)

    def files_of(self, module: str, name: str) -> tuple[str, ...]:
        """Return the files that an import runs.

        Args:
            module: The module's dotted name.
            name: What is imported from it, a module perhaps; empty where nothing is.
        """
        found = self.tree.find(module)
        if name and found.leads in (Leads.FILE, Leads.NAMESPACE):
            below = self.tree.find(f"{module}.{name}")
            if below.leads is Leads.FILE:
                return below.files
        return found.files

    def third_party_edges(self, name: str, unmet: list[Unmet]) -> Iterator[str]:
        """Yield the files that a third-party file runs when it is imported.

        Args:
            name: Its name in the zip.
            unmet: What it imports that leads nowhere is added to this.
        """
        if not name.endswith(".py"):
            return
        noted = self._note(name)
        if noted is None:
            yield from self._scanned_edges(name, unmet)
            return
        index, file = noted
        for place in file.inside:
            path = index.files[place].path
            if path in self.items:
                yield path
            else:
                module = path[:-3].replace("/", ".").removesuffix(".__init__")
                unmet.append(Unmet(name, Import(module, "", 0, When.IMPORTED, f"import {module}"), module))
        for text in file.outside:
            needed = parse_needed(text)
            if needed.minors and self.minor not in needed.minors:
                continue
            leading = [choice for choice in needed.choices if self._leads(*choice)]
            if leading:
                yield from self.files_of(*leading[0])
            else:
                module, imported = needed.choices[-1]
                text = f"from {module} import {imported}" if imported else f"import {module}"
                item = Import(module, imported, 0, When.IMPORTED, text)
                found = self.unmet(name, item)
                unmet.extend([found] if found else [])

    def _scanned_edges(self, name: str, unmet: list[Unmet]) -> Iterator[str]:
        """Follow a third-party file without a note: by its text, and by its tree where the text leads nowhere."""
        scanned = scan_imports(self.source(name), package_of(name))
        top = [
            item
            for item in scanned or scan_beginnings(self.source(name), package_of(name))
            if item.when is When.IMPORTED
        ]
        if any(self.unmet(name, item) for item in top):
            top = [
                item for item in self.facts(name).imports if item.when is When.IMPORTED and self.runs(item)
            ]
            unmet.extend(filter(None, (self.unmet(name, item) for item in top)))
        for item in top:
            if item.module:
                yield from self.files_of(item.module, item.name)
