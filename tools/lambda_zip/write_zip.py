"""Writes the zip of a function or of a layer, compressed as its rule asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO, Callable, Optional, cast

from tools.archive.encoder import COMPRESSIONS, load_encoder
from tools.archive.writer import Entry, write_sorted
from tools.archive.written import Written
from tools.lambda_zip.entries import entries_of, treatments_of
from tools.lambda_zip.options import Options
from tools.lambda_zip.place.selection import Selection
from tools.lambda_zip.report.caps import check_caps
from tools.lambda_zip.report.contents import Contents, contents_of


def write_zip(
    file: BinaryIO, selection: Selection, options: Options, own: Sequence[Entry] = (), folder: str = ""
) -> Written:
    """Write a zip.

    Args:
        file: Open for writing, empty.
        selection: What goes into it.
        options: How it is compressed, and by what.
        own: Entries that are in no input.
        folder: The folder of the zip that what was selected is in, with a `/` at its end; empty for the root.

    Raises:
        PleasingError: An input cannot be read, or is not what it declares; or there is no encoder.
    """
    deflate = load_encoder(options.encoder, options.compression.level)
    # Where the wheels' own bytes are wanted, a note says no more than whose they are.
    treatments = treatments_of(selection, options.verify and not options.compression.copies)
    entries = entries_of(selection.placed, own, options.compression, deflate, treatments, folder)
    return write_sorted(file, entries, deflate)


def write_within_caps(
    file: BinaryIO, selection: Selection, options: Options, own: Sequence[Entry] = (), folder: str = ""
) -> tuple[Written, Contents]:
    """Write a zip, hold it against its caps, and return it with what takes the room.

    Args:
        file: Open for writing, empty.
        selection: What goes into it.
        options: How it is compressed, and its caps.
        own: Entries that are in no input.
        folder: As `write_zip` has it.

    Raises:
        PleasingError: As `write_zip` has it; or the PEX has changed, or the zip is over a cap.
    """
    written = write_zip(file, selection, options, own, folder)
    selection.check_unchanged()
    placed = (
        [item._replace(name=folder + item.name) for item in selection.placed] if folder else selection.placed
    )
    contents = contents_of(written.entries, placed)
    layers = {layer.label: layer.unzipped_bytes for layer in selection.layers}
    best = _best_size(selection, options, own, folder)
    check_caps(options.caps, written.size, written.unzipped, contents, layers, best)
    return written, contents


def _best_size(
    selection: Selection, options: Options, own: Sequence[Entry], folder: str
) -> Optional[Callable[[], int]]:
    """Return what tells the bytes of the zip where it is compressed as well as can be; None where it is."""
    best = COMPRESSIONS["best"]
    if options.compression == best:
        return None
    nowhere = cast("BinaryIO", _Nowhere())
    return lambda: write_zip(nowhere, selection, options._replace(compression=best), own, folder).size


class _Nowhere:
    """A file whose size alone is of interest."""

    def tell(self) -> int:
        """Return where it begins."""
        return 0

    def write(self, data: memoryview) -> int:
        """Write nothing, and return how much that was."""
        return len(data)
