"""Entries: what a zip is written of, from what is placed in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tools.archive.memory import Memory
from tools.archive.writer import Entry
from tools.lambda_zip.place.layout import Placed
from tools.lambda_zip.read.distribution import Distribution, record_line, record_of


def entries_of(placed: Sequence[Placed], folder: str = "") -> Iterator[Entry]:
    """Yield a zip's entries: members as they are, and each RECORD anew, to list what is in the zip.

    Args:
        placed: What goes into the zip.
        folder: The folder of the zip that all of it is in, with a `/` at its end; empty for the root.
    """
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
        name = folder + item.name
        if distribution is None:
            content = (
                item.member.source.bytes_of(item.member)
                if isinstance(item.member.source, Memory)
                else item.member
            )
            yield Entry(name, content, item.member.executable)
        else:
            yield Entry(name, record_of(distribution, files[distribution], changed), False)
