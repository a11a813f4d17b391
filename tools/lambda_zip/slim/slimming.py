"""Slimming: all that is left out of a zip besides what `exclude` takes, in the order in which it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tools.lambda_zip.check.runtime import choose_runtime
from tools.lambda_zip.options import Options
from tools.lambda_zip.place.layout import LeftOut, Placed, Reason
from tools.lambda_zip.read.distribution import Distribution
from tools.lambda_zip.read.pex import Pex
from tools.lambda_zip.read.python_version import python_of
from tools.lambda_zip.slim.files import slim_files
from tools.lambda_zip.warning import BuildWarning
from tools.slim.note import SlimNote, load_note
from tools.slim.rule import Level, rules_of
from tools.wheel_notes import IMPORT_INDEX_FILE, SLIM_NOTE_FILE


class Slimmed(NamedTuple):
    """What goes into the zip, and what was left out of it.

    Attributes:
        placed: What goes into the zip.
        left_out: What does not.
        stripped_files: How many native files were stripped.
        stripped_bytes: Bytes that this took off them, unpacked.
        warnings: What the user is told.
    """

    placed: list[Placed]
    left_out: list[LeftOut]
    stripped_files: int = 0
    stripped_bytes: int = 0
    warnings: Sequence[BuildWarning] = ()


def slim(placed: Sequence[Placed], left_out: Sequence[LeftOut], options: Options, pex: Pex) -> Slimmed:
    """Take out of the zip what the function's rule does without.

    Args:
        placed: What would go into the zip, sorted by name.
        left_out: What does not; lambda_wheel's notes are among it.
        options: What the run was told.
        pex: What it is all from.

    Raises:
        PleasingError: A distribution or a service that is to go or to stay is not there.
    """
    # A note is worth as much as who wrote it: where a PEX is verified, its sources are read.
    notes = [] if options.verify else [item for item in left_out if item.reason is Reason.WHEEL_NOTE]
    kept = list(placed)
    gone: list[LeftOut] = []
    if options.exclude_distributions or options.provided:
        kept, gone = _without_distributions(kept, notes, options, pex)
    slim_notes: dict[Distribution, SlimNote] = {}
    level = Level(options.slim)
    if level is not Level.NONE:
        for item in notes:
            if item.distribution is not None and item.member.name.endswith(SLIM_NOTE_FILE):
                note = load_note(item.member.read())
                if note is not None:
                    slim_notes[item.distribution] = note
    kept, files = slim_files(kept, slim_notes, rules_of(level, options.slim_licences))
    gone += files
    if options.botocore_services:
        from tools.lambda_zip.slim.botocore_calls import check_calls
        from tools.lambda_zip.slim.botocore_data import choose_services, trim

        services = choose_services(kept, options.botocore_services)
        check_calls(kept, services, options.botocore_services_checked)
        kept, data = trim(kept, services)
        gone += data
    if options.strip_binaries:
        from tools.lambda_zip.slim.binaries import strip_binaries

        stripped = strip_binaries(kept, options.strip_exclude)
        return Slimmed(stripped.placed, gone, stripped.files, stripped.saved, stripped.warnings)
    return Slimmed(kept, gone)


def _without_distributions(
    placed: list[Placed], notes: Sequence[LeftOut], options: Options, pex: Pex
) -> tuple[list[Placed], list[LeftOut]]:
    from tools.lambda_zip.slim.distributions import Graph, Target, exclude_distributions, leave_to_runtime
    from tools.wheel_notes.import_index import load_index

    chosen = choose_runtime(
        options.runtime,
        options.architecture,
        python_of(pex),
        today=options.today,
        accept_newer=options.accept_newer_runtimes,
    )
    target = Target(chosen.runtime.python, chosen.architecture.name)
    noted = {
        item.distribution: index.requires
        for item in notes
        if item.distribution is not None and item.member.name.endswith(IMPORT_INDEX_FILE)
        for index in [load_index(item.member.read())]
        if index.files or index.requires
    }
    gone: list[LeftOut] = []
    if options.exclude_distributions:
        graph = Graph(placed, noted, options.extras, target)
        placed, left_out = exclude_distributions(placed, options.exclude_distributions, graph)
        gone += left_out
    if options.provided:
        graph = Graph(placed, noted, options.extras, target)
        placed, left_out = leave_to_runtime(placed, options.provided, graph, target)
        gone += left_out
    return placed, gone
