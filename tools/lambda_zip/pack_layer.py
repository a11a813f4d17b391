"""Pack layer: from a PEX of distributions to the zip of a layer."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from tools.archive.output import Outputs, write_all
from tools.errors import PleasingError, collecting
from tools.lambda_zip.check.platform_gate import check_platform
from tools.lambda_zip.check.proof import check_proof
from tools.lambda_zip.check.provenance import check_provenance
from tools.lambda_zip.check.runtime import RuntimeChoice, choose_runtime
from tools.lambda_zip.options import Options
from tools.lambda_zip.output_place import check_output
from tools.lambda_zip.place.selection import Selection
from tools.lambda_zip.read.layer_zip import LAYER_FOLDER
from tools.lambda_zip.read.pex import Area
from tools.lambda_zip.read.python_version import python_of
from tools.lambda_zip.report.manifest import layer_manifest_of
from tools.lambda_zip.select_files import select_files
from tools.lambda_zip.warning import BuildWarning, lasting_texts
from tools.lambda_zip.write_zip import write_within_caps

_SHOWN = 5
# Top-level packages of tests, which a few wheels install beside their own.
_TESTS = ("test", "tests", "testing")


class _Checked(NamedTuple):
    """What the checks found, where none of them failed."""

    choices: list[RuntimeChoice]
    requires: dict[str, list[str]]
    warnings: list[BuildWarning]


def pack_layer(
    options: Options, runtimes: Sequence[str] = (), architectures: Sequence[str] = ()
) -> list[BuildWarning]:
    """Pack the distributions of a PEX into the zip of a layer, and return the warnings for its user.

    Args:
        options: What to pack, and where to write it.
        runtimes: More runtimes that the layer is for, besides the one that it is built for.
        architectures: More architectures.

    Raises:
        PleasingError: It cannot be packed. Nothing is left under the outputs' names.
    """
    assert options.output is not None
    assert options.manifest is not None
    for place in (options.output, options.manifest):
        check_output(options.pex, place)
    with Outputs() as outputs:
        zip_file, manifest_file = outputs.open(options.output), outputs.open(options.manifest)
        with select_files(options) as everything:
            selection = _without_added(everything)
            choices = _choices(options, selection, runtimes, architectures)
            checked = _check(selection, choices, options)
            written, contents = write_within_caps(zip_file, selection, options, folder=LAYER_FOLDER)
            lasting = lasting_texts(checked.warnings)
            names = list(dict.fromkeys(choice.runtime.name for choice in choices))
            machines = list(dict.fromkeys(choice.architecture.name for choice in choices))
            manifest = layer_manifest_of(
                names, machines, written, contents, options, lasting, checked.requires
            )
            write_all(manifest_file, manifest)
        outputs.commit()
    return checked.warnings


def _without_added(selection: Selection) -> Selection:
    """Return a selection without the empty `__init__.py` that Please adds on the way to a rule's own files."""
    kept = [
        item
        for item in selection.placed
        if item.area is not Area.FIRST_PARTY
        or item.member.size
        or not f"/{item.name}".endswith("/__init__.py")
    ]
    return selection._replace(placed=kept)


def _choices(
    options: Options, selection: Selection, runtimes: Sequence[str], architectures: Sequence[str]
) -> list[RuntimeChoice]:
    """Return every platform that the layer is for, the one that it is built for first."""
    names = list(dict.fromkeys([options.runtime, *runtimes]))
    machines = list(dict.fromkeys([options.architecture, *architectures]))
    choices: list[RuntimeChoice] = []
    problems: list[str] = []
    for runtime, architecture in itertools.product(names, machines):
        with collecting(problems):
            choices.append(
                choose_runtime(
                    runtime,
                    architecture,
                    python_of(selection.pex),
                    today=options.today,
                    accept_newer=options.accept_newer_runtimes,
                )
            )
    if problems:
        raise PleasingError(list(dict.fromkeys(problems)))
    return choices


def _check(selection: Selection, choices: Sequence[RuntimeChoice], options: Options) -> _Checked:
    """Run all checks for all platforms, so that all problems are shown at once."""
    problems: list[str] = []
    warnings = list(selection.warnings)
    requires: dict[str, list[str]] = {}
    with collecting(problems):
        _check_first_party(selection)
    with collecting(problems):
        if options.declared is not None:
            check_provenance(selection.placed, options.declared)
    for choice in choices:
        found: list[str] = []
        warnings += choice.warnings
        with collecting(found):
            if options.check_imports:
                proof = check_proof(selection, choice, _top_modules(selection), options, {})
                warnings += proof.warnings
                for name, names in proof.requires.items():
                    requires[name] = sorted({*requires.get(name, ()), *names})
        with collecting(found):
            if options.check_platform:
                notes, provided = selection.native_notes(options.verify), options.provided_libraries
                platform = choice.runtime, choice.architecture
                warnings += check_platform(selection.placed, *platform, notes, provided)
        title = f"for {choice.runtime.name} on {choice.architecture.name}: " if len(choices) > 1 else ""
        problems += [title + problem for problem in found]
    if problems:
        raise PleasingError(problems)
    return _Checked(list(choices), requires, list(dict.fromkeys(warnings)))


def _check_first_party(selection: Selection) -> None:
    own = sorted(item.path for item in selection.placed if item.area is Area.FIRST_PARTY)
    if own:
        more = f" and {len(own) - _SHOWN} more" if len(own) > _SHOWN else ""
        raise PleasingError(
            f"a layer holds distributions, and {', '.join(own[:_SHOWN])}{more} of this repository would be in it, "
            "so that Python could find a package partly here and partly in a function. Take it out of deps, and "
            "leave it to the functions"
        )
    if not selection.placed:
        raise PleasingError("the layer would hold nothing: name distributions in deps")


def _top_modules(selection: Selection) -> list[str]:
    """Return the modules that are imported first: those at the root."""
    tops = {item.name.partition("/")[0].partition(".")[0] for item in selection.placed}
    return sorted(top for top in tops if top.isidentifier() and top not in _TESTS)
