"""Imports: whether every import that runs before the first invocation leads somewhere in Lambda."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from tools.errors import PleasingError
from tools.imports.statement import When
from tools.lambda_zip.check.import_hint import Repository, hint_of
from tools.lambda_zip.check.modules import Modules
from tools.lambda_zip.check.unmet import Unmet
from tools.lambda_zip.warning import BuildWarning, WarningKind

_SHOWN = 10


class ImportFindings(NamedTuple):
    """What the imports of a zip showed.

    Attributes:
        problems: Imports that fail when Lambda imports the handler.
        warnings: Imports that may fail.
        reached: The files that run when the handler is imported.
    """

    problems: list[str]
    warnings: list[str]
    reached: Mapping[str, None] = {}


class Allowed:
    """The globs of `imports_ok`: modules, and distributions, that need not be in the zip.

    Args:
        globs: The globs. One that names a package covers what is below it.

    Raises:
        PleasingError: One cannot be the name of a module.
    """

    def __init__(self, globs: Sequence[str]) -> None:
        problems = [
            f"imports_ok: {glob!r} is not a glob of modules; write a dotted name, such as 'orjson' or 'acme.*'"
            for glob in globs
            if not re.fullmatch(r"[\w*?\[\]!.-]+", glob)
        ]
        if problems:
            raise PleasingError(problems)
        self._globs = list(globs)
        self._used: set[str] = set()

    def covers(self, *names: str) -> bool:
        """Return whether any of the names is one that need not be there.

        Args:
            names: Spellings of one module or distribution.
        """
        covering = {
            glob
            for glob in self._globs
            for name in names
            if fnmatchcase(name, glob) or fnmatchcase(name, f"{glob}.*")
        }
        self._used |= covering
        return bool(covering)

    def unused(self) -> list[BuildWarning]:
        """Return a warning for each glob that covered nothing."""
        return [
            BuildWarning(
                WarningKind.UNUSED_PATTERN,
                f"imports_ok: {glob!r} covers nothing that is missing; take it out",
            )
            for glob in self._globs
            if glob not in self._used
        ]


def check_imports(
    modules: Modules, start_modules: Sequence[str], allowed: Allowed, repository: Repository
) -> ImportFindings:
    """Check what a zip's modules import.

    Args:
        modules: The modules of the zip.
        start_modules: Dotted names of the modules that are imported: the handler's.
        allowed: What need not be there.
        repository: Where the zip's files come from, for hints.
    """
    starts = [file for module in start_modules for file in modules.tree.find(module).files]
    exact = _has_something_to_tell(modules, allowed)
    reached, third_party = modules.walk(starts, exact)
    third_party = [unmet for unmet in third_party if not _is_allowed(unmet, allowed)]
    if third_party and not exact:
        exact = True
        reached, third_party = modules.walk(starts, exact)
        third_party = [unmet for unmet in third_party if not _is_allowed(unmet, allowed)]
    third_party = _without_vendored(third_party, reached, modules)
    problems: list[str] = []
    warnings: list[str] = []
    if exact:
        paths = [name for name in modules.first_party if name in reached and modules.changes_path(name)]
        for name in modules.first_party:
            _judge(name, name in reached, modules, allowed, repository, problems, warnings, paths)
    warnings = _first_of(warnings, "and {} more imports that may fail")
    warnings += _collected(third_party, modules)
    warnings += [
        f"{modules.items[name].path} was not checked, as this Python cannot parse it ({why}) and there is no "
        f"python3.{modules.minor} on PATH"
        for name, why in sorted(modules.unread.items())
    ]
    return ImportFindings(problems, warnings, reached)


def _has_something_to_tell(modules: Modules, allowed: Allowed) -> bool:
    """Return whether any first-party file may be worth a message; then all are asked for their syntax trees."""
    told = False
    for name in modules.first_party:
        # All of them, also where one has told already: `imports_ok` is to know all that it covers.
        imports = modules.imports(name, exact=False)
        if name in modules.unread:
            told = True
        if not modules.has_facts(name):
            continue  # its text shows that all of it leads somewhere
        facts = modules.facts(name)
        told = told or bool(facts.newer or facts.unparsed)
        told = told or any(
            item.when is not When.GUARDED
            and modules.runs(item)
            and (unmet := modules.unmet(name, item)) is not None
            and not _is_allowed(unmet, allowed)
            for item in imports
        )
    return told


def _is_allowed(unmet: Unmet, allowed: Allowed) -> bool:
    found = unmet.found
    return allowed.covers(found.module, *([f"{found.module}.{found.name}"] if found.name else []))


def _judge(
    name: str,
    is_reached: bool,
    modules: Modules,
    allowed: Allowed,
    repository: Repository,
    problems: list[str],
    warnings: list[str],
    paths: Sequence[str],
) -> None:
    facts = modules.facts(name)
    path = modules.items[name].path
    python = f"python3.{modules.minor}"
    to = problems if is_reached else warnings
    if facts.unparsed:
        where = f"{path}:{facts.unparsed_line}" if facts.unparsed_line else path
        to.append(f"{where}: cannot be parsed: {facts.unparsed}; correct the file")
    to.extend(
        f"{path}:{newer.line}: {newer.what} is syntax of Python 3.{newer.minor}, and the function runs on {python}; "
        f"write it otherwise, or set runtime = 'python3.{newer.minor}' or newer"
        for newer in facts.newer
    )
    for item in facts.imports:
        if item.when is When.GUARDED or not modules.runs(item):
            continue
        unmet = modules.unmet(name, item)
        if unmet is None or _is_allowed(unmet, allowed):
            continue
        hint = hint_of(unmet, modules.minor, modules.tree, modules.items, repository)
        what = f"{path}:{item.line}: {item.text!r}"
        if item.when is When.IMPORTED and paths and unmet.missing and "." not in unmet.missing:
            why = f"unless it is found on sys.path, which {modules.items[paths[0]].path} changes"
            warnings.append(f"{what} fails in Lambda {why}: {_absence(unmet, python)}. {hint}")
        elif item.when is When.IMPORTED and is_reached:
            problems.append(f"{what} fails in Lambda: {_absence(unmet, python)}. {hint}")
        elif item.when is When.IMPORTED:
            warnings.append(f"{what} fails if anything imports this file: {_absence(unmet, python)}. {hint}")
        else:
            warnings.append(f"{what} fails if it runs: {_absence(unmet, python)}. {hint}")


def _absence(unmet: Unmet, python: str) -> str:
    if not unmet.found.module:
        return "there is no such package"
    if not unmet.missing:
        return f"{unmet.found.module} has no {unmet.found.name!r}"
    return f"{unmet.missing} is neither in the zip nor in {python}"


def _without_vendored(third_party: Sequence[Unmet], reached: Iterable[str], modules: Modules) -> list[Unmet]:
    """Return what is not of a distribution that changes sys.path, as setuptools does to bring others with it."""
    if not third_party:
        return []
    owners = {modules.items[unmet.file].distribution for unmet in third_party}
    vendoring = {
        modules.items[name].distribution
        for name in reached
        if modules.items[name].distribution in owners and modules.changes_path(name)
    }
    return [unmet for unmet in third_party if modules.items[unmet.file].distribution not in vendoring]


def _collected(third_party: Iterable[Unmet], modules: Modules) -> list[str]:
    """Return one warning a distribution."""
    by_owner: dict[str, list[Unmet]] = {}
    for unmet in third_party:
        owner = modules.items[unmet.file].distribution
        by_owner.setdefault(f"{owner.name} {owner.version}" if owner else "third-party code", []).append(
            unmet
        )
    warnings = []
    for title, found in sorted(by_owner.items()):
        texts = sorted({f"{unmet.found.text!r} in {unmet.file}" for unmet in found})
        missing = sorted({unmet.missing or unmet.found.module for unmet in found})
        more = f" and {len(texts) - 3} more" if len(texts) > 3 else ""
        warnings.append(
            f"{title}: imported on the way from the handler, and leading nowhere: {', '.join(texts[:3])}{more}; add "
            f"what has {', '.join(missing[:3])} to deps, or name it in imports_ok"
        )
    return warnings


def _first_of(texts: list[str], more: str) -> list[str]:
    return texts if len(texts) <= _SHOWN else [*texts[:_SHOWN], more.format(len(texts) - _SHOWN)]
