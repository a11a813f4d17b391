"""Pack: from a PEX to the zip of a function. Each step is a module; data flows in the order below."""

from __future__ import annotations

from typing import BinaryIO, NamedTuple, Optional

from tools.archive.output import Outputs, write_all
from tools.archive.writer import Entry
from tools.errors import PleasingError, collecting
from tools.lambda_zip.check.handler import ENTRY_MODULE, Handler, find_handler
from tools.lambda_zip.check.handler_name import HandlerName, parse_handler
from tools.lambda_zip.check.layers import check_layers
from tools.lambda_zip.check.module_imports import check_module_imports
from tools.lambda_zip.check.platform_gate import check_platform
from tools.lambda_zip.check.proof import Proof, check_proof
from tools.lambda_zip.check.provenance import check_provenance
from tools.lambda_zip.check.runtime import RuntimeChoice, choose_runtime
from tools.lambda_zip.options import Options
from tools.lambda_zip.output_place import check_output
from tools.lambda_zip.place.layout import Reason
from tools.lambda_zip.place.selection import Selection
from tools.lambda_zip.read.python_version import python_of
from tools.lambda_zip.report.manifest import manifest_of
from tools.lambda_zip.select_files import select_files
from tools.lambda_zip.warning import BuildWarning, lasting_texts
from tools.lambda_zip.write_zip import write_within_caps


class _Checked(NamedTuple):
    """What the checks found, where none of them failed."""

    chosen: RuntimeChoice
    handler: Handler
    proof: Optional[Proof]
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
        if place is not None:
            check_output(options.pex, place)
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
    handler, proof = None, None
    with collecting(problems):
        excluded = {
            item.placed.path: item.placed.name
            for item in selection.left_out_for(Reason.EXCLUDED)
            if item.placed is not None
        }
        handler = find_handler(handler_name, placed, excluded, chosen.runtime.python)
        warnings.extend(handler.warnings)
    # What is inflated once is not inflated again.
    sources: dict[str, bytes] = {}
    with collecting(problems):
        check_module_imports(placed, options.module_dir, sources)
    with collecting(problems):
        if options.check_imports and handler is not None:
            proof = check_proof(selection, chosen, [handler.name.rpartition(".")[0]], options, sources)
            warnings.extend(proof.warnings)
    with collecting(problems):
        if options.declared is not None:
            check_provenance(placed, options.declared)
    with collecting(problems):
        if options.check_platform:
            notes, provided = selection.native_notes(options.verify), options.provided_libraries
            warnings.extend(check_platform(placed, chosen.runtime, chosen.architecture, notes, provided))
    with collecting(problems):
        if options.edge is not None:
            from tools.lambda_zip.check.edge import check_edge, parse_edge

            event = parse_edge(options.edge)
            warnings.extend(check_edge(placed, event, chosen.runtime, chosen.architecture))
    with collecting(problems):
        check_layers(selection.layers, placed, selection.in_layers, chosen, options.edge)
    if problems or handler is None:
        raise PleasingError(problems)
    return _Checked(chosen, handler, proof, warnings)


def _write(
    selection: Selection,
    checked: _Checked,
    options: Options,
    zip_file: BinaryIO,
    manifest_file: Optional[BinaryIO],
) -> None:
    entry = checked.handler.entry
    own = [] if entry is None else [Entry(ENTRY_MODULE, entry, False)]
    written, contents = write_within_caps(zip_file, selection, options, own)
    if manifest_file is not None:
        manifest = manifest_of(
            checked.handler,
            checked.chosen,
            written,
            contents,
            options,
            lasting_texts(checked.warnings),
            selection,
            checked.proof,
        )
        write_all(manifest_file, manifest)
