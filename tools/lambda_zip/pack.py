"""Pack: the whole way of a PEX to a zip, each step in its own module, one direction."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple, Optional

from tools.archive.output import Outputs, write_all
from tools.archive.writer import Entry, write_archive
from tools.errors import PleasingError
from tools.lambda_zip.check.handler import ENTRY_MODULE, HandlerName, find_handler, parse_handler
from tools.lambda_zip.check.module_imports import check_module_imports
from tools.lambda_zip.check.platform_gate import check_platform
from tools.lambda_zip.check.provenance import check_provenance
from tools.lambda_zip.check.runtime import choose_target
from tools.lambda_zip.check.unavailable import check_unavailable
from tools.lambda_zip.place.collisions import settle
from tools.lambda_zip.place.layout import WHEEL_NOTE, LeftOut, Placed, lay_out
from tools.lambda_zip.place.pattern import Patterns
from tools.lambda_zip.place.selection import select
from tools.lambda_zip.read.distribution import Distribution, Owners, record_of
from tools.lambda_zip.read.links import follow_links
from tools.lambda_zip.read.pex import Pex, open_pex
from tools.lambda_zip.read.python_version import python_of
from tools.lambda_zip.report.caps import Caps, check_caps
from tools.lambda_zip.report.contents import contents_of
from tools.lambda_zip.report.manifest import manifest_of


class Shape(NamedTuple):
    """What decides which files of a PEX go into the zip, and under which names.

    Attributes:
        module_dir: Folder of third-party code in a Please PEX, with `/` between its parts.
        source_roots: Folders of the repository whose contents are imported from the root.
        entry_points: First-party paths that only start the PEX.
        exclude: Patterns of names in the zip that stay out.
        collisions_ok: Patterns of names in the zip that several files may land on.
        declared: Name -> versions of the distributions that rules declared; None to not check.
    """

    module_dir: str = "third_party/python"
    source_roots: Sequence[str] = ()
    entry_points: Sequence[str] = ()
    exclude: Sequence[str] = ()
    collisions_ok: Sequence[str] = ()
    declared: Optional[dict[str, list[str]]] = None


class Purpose(NamedTuple):
    """What the zip is for.

    Attributes:
        handler: As the user wrote it.
        package: The rule's package, which a handler's file is relative to.
        runtime: As AWS spells it; None for the PEX's interpreter.
        architecture: As AWS spells it; None for the host's.
        caps: What it may take.
        today: ISO date, which a deprecated runtime is told by.
        check_platform: Whether to refuse native code that cannot load there.
    """

    handler: str
    package: str
    runtime: Optional[str]
    architecture: Optional[str]
    caps: Caps
    today: str
    check_platform: bool = True


class Selected(NamedTuple):
    """What goes into the zip and what does not, before anything is written. The PEX is open: close it."""

    pex: Pex
    placed: list[Placed]
    left_out: list[LeftOut]
    excluded: list[Placed]
    warnings: list[str]


def select_files(path: Path, shape: Shape, verify: bool, label: Optional[str] = None) -> Selected:
    """Decides what of a PEX goes into a zip.

    Args:
        path: The PEX.
        shape: What decides.
        verify: Whether to inflate every member and check it.
        label: How messages name the PEX.

    Raises:
        PleasingError: The PEX is damaged, or its files cannot be laid out.
    """
    exclude = Patterns(shape.exclude, "exclude")
    collisions_ok = Patterns(shape.collisions_ok, "collisions_ok")
    pex = open_pex(path, shape.module_dir, label)
    try:
        return _select(pex, shape, exclude, collisions_ok, verify)
    except BaseException:
        pex.close()
        raise


def _select(pex: Pex, shape: Shape, exclude: Patterns, collisions_ok: Patterns, verify: bool) -> Selected:
    if verify:
        from tools.archive.verify import verify_members

        verify_members([part.member for part in pex.parts])
    check_unavailable(pex.parts)
    parts = follow_links(pex.parts)
    owners = Owners(parts, shape.declared or {})
    layout = lay_out(parts, owners, shape.source_roots, shape.module_dir, shape.entry_points)
    selection = select(layout.placed, exclude)
    settled = settle(selection.placed, collisions_ok)
    warnings = [
        *selection.warnings,
        *settled.warnings,
        *(f"collisions_ok: {glob!r} matches no collision; take it out" for glob in collisions_ok.unmatched),
    ]
    return Selected(pex, settled.placed, layout.left_out, selection.excluded, warnings)


def pack(
    path: Path, output: Path, manifest: Optional[Path], shape: Shape, purpose: Purpose, verify: bool
) -> list[str]:
    """Packs a PEX into a zip, and returns what a person should know.

    Args:
        path: The PEX.
        output: The zip to write.
        manifest: The manifest to write, if any.
        shape: What decides which files go into it.
        purpose: What the zip is for.
        verify: Whether to inflate every member and check it.

    Raises:
        PleasingError: It cannot be packed; nothing is left under the outputs' names.
    """
    for place in (output, manifest):
        if place is not None and _is_of_pex(path, place):
            # Before anything is opened, as a run that fails takes away what has the outputs' names.
            raise PleasingError(f"{place} is the PEX itself, or in it; name another output")
    with Outputs() as outputs:
        zip_file = outputs.open(output)
        manifest_file = outputs.open(manifest) if manifest else None
        warnings = _pack(path, zip_file, manifest_file, shape, purpose, verify)
        outputs.commit()
    return warnings


def _pack(
    path: Path,
    zip_file: BinaryIO,
    manifest_file: Optional[BinaryIO],
    shape: Shape,
    purpose: Purpose,
    verify: bool,
) -> list[str]:
    handler_name = parse_handler(purpose.handler, purpose.package)
    selected = select_files(path, shape, verify)
    try:
        return _write(selected, handler_name, zip_file, manifest_file, shape, purpose, verify)
    finally:
        selected.pex.close()


def _write(
    selected: Selected,
    handler_name: HandlerName,
    zip_file: BinaryIO,
    manifest_file: Optional[BinaryIO],
    shape: Shape,
    purpose: Purpose,
    verify: bool,
) -> list[str]:
    placed = selected.placed
    target = choose_target(purpose.runtime, purpose.architecture, python_of(selected.pex), purpose.today)

    problems: list[str] = []
    warnings = [*selected.warnings, *target.warnings]
    handler = None
    with _collecting(problems):
        excluded = {item.path: item.name for item in selected.excluded}
        handler = find_handler(handler_name, placed, excluded, target.runtime.python)
        warnings.extend(handler.warnings)
    with _collecting(problems):
        check_module_imports(placed, shape.module_dir)
    with _collecting(problems):
        if shape.declared is not None:
            check_provenance(placed, shape.declared)
    with _collecting(problems):
        if purpose.check_platform:
            # Notes are worth as much as who wrote them: where a PEX is verified, its native files are read.
            notes = (
                []
                if verify
                else [gone.member.read() for gone in selected.left_out if gone.reason == WHEEL_NOTE]
            )
            warnings.extend(check_platform(placed, target.runtime, target.architecture, notes))
    if problems or handler is None:
        raise PleasingError(problems)

    entries = _entries(placed)
    if handler.entry is not None:
        entries.append(Entry(ENTRY_MODULE, handler.entry, False))
    written = write_archive(zip_file, entries)
    selected.pex.check_unchanged()
    contents = contents_of(written, placed)
    check_caps(purpose.caps, written.size, written.unzipped, contents)
    if manifest_file is not None:
        # A deprecated runtime is told by today's date, which the same inputs' manifest cannot hang on.
        lasting = [warning for warning in warnings if warning not in target.warnings]
        write_all(manifest_file, manifest_of(handler, target, written, contents, purpose.caps, lasting))
    return warnings


def _is_of_pex(path: Path, output: Path) -> bool:
    """Tells whether an output would be the PEX itself, or in it where it is a folder."""
    pex, place = os.path.realpath(path), os.path.realpath(output)
    return place == pex or place.startswith(pex + os.sep)


@contextlib.contextmanager
def _collecting(problems: list[str]) -> Iterator[None]:
    """Lets the next check run as well, so that a person sees all problems at once."""
    try:
        yield
    except PleasingError as error:
        problems.extend(error.problems)


def _entries(placed: Sequence[Placed]) -> list[Entry]:
    """Returns the zip's entries: copies of members, and each RECORD anew, as it lists what was left out."""
    files: dict[Distribution, list[str]] = {}
    for item in placed:
        if item.distribution is not None:
            files.setdefault(item.distribution, []).append(item.name)
    records = {f"{distribution.folder}/RECORD": distribution for distribution in files if distribution.record}
    entries = []
    for item in placed:
        distribution = records.get(item.name)
        if distribution is None:
            entries.append(Entry(item.name, item.member, item.member.executable))
        else:
            entries.append(Entry(item.name, record_of(distribution, files[distribution]), False))
    return entries
