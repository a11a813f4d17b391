"""A wheel in normal form: the same contents give the same bytes, whichever tool wrote it and when."""

from __future__ import annotations

from pathlib import Path

from tools.archive.output import Outputs
from tools.archive.reader import ArchiveReader
from tools.archive.writer import Entry, write_archive


def write_normal(wheel: Path, output: Path) -> None:
    """Write a wheel anew: sorted, with fixed dates and modes, and the lines of RECORD sorted too.

    Tools list files in the order of the file system, and some date them by the clock. Contents are copied.

    Args:
        wheel: The wheel that a build made.
        output: Where it is to be.

    Raises:
        PleasingError: It is damaged, or cannot be written.
    """
    archive = ArchiveReader(wheel, wheel.name)
    try:
        entries = []
        for member in archive.members:
            if member.name.endswith(".dist-info/RECORD"):
                lines = sorted(line for line in member.read().splitlines() if line)
                entries.append(Entry(member.name, b"".join(line + b"\n" for line in lines), False))
            else:
                entries.append(Entry(member.name, member, member.executable))
        with Outputs() as outputs:
            write_archive(outputs.open(output), entries)
            outputs.commit()
    finally:
        archive.close()
