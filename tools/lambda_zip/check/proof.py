"""Proof: what the files of a zip tell of whether the function runs, before anything has run it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tools.errors import PleasingError
from tools.lambda_zip.check.runtime import RuntimeChoice
from tools.lambda_zip.options import Options
from tools.lambda_zip.place.layout import Reason
from tools.lambda_zip.place.selection import Selection
from tools.lambda_zip.warning import BuildWarning, WarningKind
from tools.wheel_notes import IMPORT_INDEX_FILE


class Proof(NamedTuple):
    """What imports and requirements showed, where nothing was wrong.

    Attributes:
        warnings: What may fail.
        reached: The names of the distributions that imports from the handler lead to.
        requires: Distribution -> the names of what it requires.
    """

    warnings: list[BuildWarning]
    reached: frozenset[str]
    requires: Mapping[str, Sequence[str]]


def check_proof(
    selection: Selection,
    chosen: RuntimeChoice,
    start_modules: Sequence[str],
    options: Options,
    sources: dict[str, bytes],
) -> Proof:
    """Check that imports lead somewhere, and that what distributions require is there.

    Args:
        selection: What goes into the zip.
        chosen: The function's runtime.
        start_modules: Dotted names of the modules that are imported: the handler's.
        options: What the run was told.
        sources: Bytes of sources that were read already, by name in the zip.

    Raises:
        PleasingError: The function would fail when Lambda imports it; all reasons at once.
    """
    from tools.lambda_zip.check.import_hint import Repository
    from tools.lambda_zip.check.imports import Allowed, check_imports
    from tools.lambda_zip.check.modules import Modules
    from tools.lambda_zip.check.reach import reached_distributions
    from tools.lambda_zip.check.requires import check_requires
    from tools.wheel_notes.import_index import load_index

    allowed = Allowed(options.imports_ok)
    noted = {}
    if not options.verify:
        # A note is worth as much as who wrote it: where a PEX is verified, its sources are read.
        noted = {
            item.distribution: load_index(item.member.read())
            for item in selection.left_out_for(Reason.WHEEL_NOTE)
            if item.distribution is not None and item.member.name.endswith(IMPORT_INDEX_FILE)
        }
    excluded = selection.left_out_for(Reason.EXCLUDED)
    names = frozenset(item.placed.name for item in excluded if item.placed is not None)
    taken = selection.left_out_for(Reason.DISTRIBUTION)
    taken_names = {
        item.placed.name: item.distribution.name for item in taken if item.placed and item.distribution
    }
    python = chosen.runtime.python
    importable = selection.importable
    modules = Modules(importable, python[1], sources, list(noted.values()))
    found = check_imports(
        modules,
        start_modules,
        allowed,
        Repository(options.source_roots, options.module_dir, names, taken_names),
    )
    required = check_requires(
        importable,
        excluded,
        {distribution: note.requires for distribution, note in noted.items() if note.files or note.requires},
        python,
        chosen.architecture.name,
        options.extras,
        allowed,
        options.module_dir,
        frozenset(item.distribution.name for item in taken if item.distribution is not None),
    )
    problems = found.problems + required.problems
    if problems:
        raise PleasingError(problems)
    warnings = [BuildWarning(WarningKind.IMPORT, text) for text in found.warnings]
    reached = reached_distributions(modules, found.reached)
    return Proof([*warnings, *allowed.unused()], reached, required.requires)
