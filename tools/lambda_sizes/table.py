"""Table: sizes for people, and what has changed."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from typing import TYPE_CHECKING, Optional, TextIO

from tools.lambda_sizes.sizes import Size
from tools.text import human, signed

if TYPE_CHECKING:
    from rich.text import Text

# A cap with less than this left is told in colour.
_NARROW = 0.1


def print_table(sizes: Sequence[Size], old: Optional[Sequence[Size]], stream: TextIO) -> None:
    """Print sizes.

    Args:
        sizes: The sizes.
        old: Sizes to compare with, where there are any.
        stream: Where they go.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    before = {size.target: size for size in old or ()}
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("function", overflow="fold")
    for title in ("zip", *(["change"] if old is not None else []), "unpacked", "headroom"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("runtime", no_wrap=True)
    table.add_column("heaviest", overflow="fold")
    for size in sorted(sizes, key=lambda one: (-one.zip_bytes, one.target)):
        narrow = size.headroom is not None and size.headroom < _NARROW
        unpacked = human(size.unzipped_bytes) + (f" ({size.layers} layers)" if size.layers else "")
        row = [Text(size.target), Text(human(size.zip_bytes))]
        if old is not None:
            row.append(_change(size, before.get(size.target)))
        row += [
            Text(unpacked),
            Text("" if size.headroom is None else f"{size.headroom:.0%}", style="red" if narrow else ""),
            Text(f"{size.runtime} {size.architecture}"),
            Text(", ".join(f"{name} {human(held)}" for name, _, held in size.heaviest)),
        ]
        table.add_row(*row)
    width = shutil.get_terminal_size((160, 24)).columns if stream.isatty() else 160
    console = Console(file=stream, width=width, highlight=False, soft_wrap=False)
    console.print(table)
    total = sum(size.zip_bytes for size in sizes)
    console.print(Text(f"{len(sizes)} functions, {human(total)} of zips" + _total_change(total, old)))
    gone = sorted(set(before) - {size.target for size in sizes})
    if gone:
        console.print(Text(f"gone, or not built: {', '.join(gone)}"))


def _change(size: Size, before: Optional[Size]) -> Text:
    from rich.text import Text

    if before is None:
        return Text("new", style="yellow")
    grown = size.zip_bytes - before.zip_bytes
    return Text(signed(grown), style="red" if grown > 0 else "green" if grown else "dim")


def _total_change(total: int, old: Optional[Sequence[Size]]) -> str:
    if old is None:
        return ""
    return f" ({signed(total - sum(size.zip_bytes for size in old))})"
