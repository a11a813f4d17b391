"""Pack: from a PEX to the zip of a function. Each step is a module; data flows in the order below."""

from __future__ import annotations

import contextlib
import heapq
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple, Optional

from tools.archive.memory import Memory
from tools.archive.output import Outputs, write_all
from tools.archive.writer import Entry, write_sorted
from tools.errors import PleasingError
from tools.lambda_zip.check.handler import ENTRY_MODULE, Handler, find_handler
from tools.lambda_zip.check.handler_name import HandlerName, parse_handler
from tools.lambda_zip.check.module_imports import check_module_imports
from tools.lambda_zip.check.platform_gate import check_platform
from tools.lambda_zip.check.proof import check_proof
from tools.lambda_zip.check.provenance import check_provenance
from tools.lambda_zip.check.runtime import RuntimeChoice, choose_runtime
from tools.lambda_zip.options import Options
from tools.lambda_zip.place.layout import Placed, Reason
from tools.lambda_zip.place.selection import Selection
from tools.lambda_zip.read.distribution import Distribution, record_line, record_of
from tools.lambda_zip.read.python_version import python_of
from tools.lambda_zip.report.caps import check_caps
from tools.lambda_zip.report.contents import contents_of
from tools.lambda_zip.report.manifest import manifest_of
from tools.lambda_zip.select_files import select_files
from tools.lambda_zip.warning import BuildWarning
from tools.wheel_notes import NATIVE_FACTS_FILE


class _Checked(NamedTuple):
    """What the checks found, where none of them failed."""

    chosen: RuntimeChoice
    handler: Handler
    warnings: list[BuildWarning]


def pack(options: Options) -> list[BuildWarning]:
    """Pack a PEX into a zip, and return the warnings for its user.

    Args:
        options: What to pack, and where to write it.

    Raises:
        PleasingError: It cannot be packed. Nothing is left under the outputs' names.
    """
    assert options.output is not None
    for place in (options.output, options.manifest):
        if place is not None and _is_part_of(options.pex, place):
            # Before anything is opened, as a run that fails removes what has the outputs' names.
            raise PleasingError(f"{place} is the PEX itself, or in it; name another output")
    with Outputs() as outputs:
        zip_file = outputs.open(options.output)
        manifest_file = outputs.open(options.manifest) if options.manifest else None
        handler_name = parse_handler(options.handler, options.package)
        with select_files(options) as selection:
            checked = _check(selection, handler_name, options)
            _write(selection, checked, options, zip_file, manifest_file)
        outputs.commit()
    return checked.warnings


def _check(selection: Selection, handler_name: HandlerName, options: Options) -> _Checked:
    """Run all checks, so that all problems are shown at once."""
    placed = selection.placed
    chosen = choose_runtime(
        options.runtime,
        options.architecture,
        python_of(selection.pex),
        today=options.today,
        accept_newer=options.accept_newer_runtimes,
    )
    problems: list[str] = []
    warnings = [*selection.warnings, *chosen.warnings]
    handler = None
    with _collecting(problems):
        excluded = {
            item.placed.path: item.placed.name
            for item in selection.left_out_for(Reason.EXCLUDED)
            if item.placed is not None
        }
        handler = find_handler(handler_name, placed, excluded, chosen.runtime.python)
        warnings.extend(handler.warnings)
    # What is inflated once is not inflated again.
    sources: dict[str, bytes] = {}
    with _collecting(problems):
        check_module_imports(placed, options.module_dir, sources)
    with _collecting(problems):
        if options.check_imports and handler is not None:
            proof = check_proof(selection, chosen, handler.name.rpartition(".")[0], options, sources)
            warnings.extend(proof)
    with _collecting(problems):
        if options.declared is not None:
            check_provenance(placed, options.declared)
    with _collecting(problems):
        if options.check_platform:
            # A note is worth as much as who wrote it: where a PEX is verified, its native files are read.
            left_out = [] if options.verify else selection.left_out_for(Reason.WHEEL_NOTE)
            notes = [item.member.read() for item in left_out if item.member.name.endswith(NATIVE_FACTS_FILE)]
            provided = options.provided_libraries
            warnings.extend(check_platform(placed, chosen.runtime, chosen.architecture, notes, provided))
    with _collecting(problems):
        if options.edge is not None:
            from tools.lambda_zip.check.edge import check_edge, parse_edge

            event = parse_edge(options.edge)
            warnings.extend(check_edge(placed, event, chosen.runtime, chosen.architecture))
    if problems or handler is None:
        raise PleasingError(problems)
    return _Checked(chosen, handler, warnings)


def _write(
    selection: Selection,
    checked: _Checked,
    options: Options,
    zip_file: BinaryIO,
    manifest_file: Optional[BinaryIO],
) -> None:
    entry = checked.handler.entry
    own = [] if entry is None else [Entry(ENTRY_MODULE, entry, False)]
    entries = heapq.merge(_entries(selection.placed), own, key=lambda entry: entry.name)
    written = write_sorted(zip_file, entries)
    selection.pex.check_unchanged()
    contents = contents_of(written.entries, selection.placed)
    check_caps(options.caps, written.size, written.unzipped, contents)
    if manifest_file is not None:
        # The same inputs give the same manifest, whatever the day.
        lasting = [warning.text for warning in checked.warnings if not warning.kind.depends_on_date]
        manifest = manifest_of(
            checked.handler,
            checked.chosen,
            written,
            contents,
            options,
            lasting,
            selection.left_out,
            selection.stripped,
        )
        write_all(manifest_file, manifest)


def _is_part_of(pex: Path, output: Path) -> bool:
    """Return whether an output would be the PEX itself, or in it where it is a folder."""
    real, place = os.path.realpath(pex), os.path.realpath(output)
    return place == real or place.startswith(real + os.sep)


@contextlib.contextmanager
def _collecting(problems: list[str]) -> Iterator[None]:
    """Let the next check run as well when one fails."""
    try:
        yield
    except PleasingError as error:
        problems.extend(error.problems)


def _entries(placed: Sequence[Placed]) -> Iterator[Entry]:
    """Yield the zip's entries: members as they are, and each RECORD anew, to list what is in the zip."""
    files: dict[Distribution, list[str]] = {}
    for item in placed:
        if item.distribution is not None:
            files.setdefault(item.distribution, []).append(item.name)
    records = {
        f"{distribution.folder}/RECORD": distribution for distribution in files if distribution.record_file
    }
    changed = {
        item.name: record_line(item.member.source.bytes_of(item.member))
        for item in placed
        if isinstance(item.member.source, Memory)
    }
    for item in placed:
        distribution = records.get(item.name)
        if distribution is None:
            content = (
                item.member.source.bytes_of(item.member)
                if isinstance(item.member.source, Memory)
                else item.member
            )
            yield Entry(item.name, content, item.member.executable)
        else:
            yield Entry(item.name, record_of(distribution, files[distribution], changed), False)
