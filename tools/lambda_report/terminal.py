"""Terminal: a report as tables and bars."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from typing import TYPE_CHECKING, Optional, TextIO

from tools.lambda_report.advice import reason
from tools.lambda_report.changes import Changes
from tools.lambda_report.report import Bar, Part, Report
from tools.text import human, signed

if TYPE_CHECKING:
    from rich.console import Console

_ROWS = 15
_BAR = 24
_WIDTH = 110


def print_report(report: Report, changes: Optional[Changes], stream: TextIO) -> None:
    """Print a report.

    Args:
        report: The report.
        changes: What has changed; None where there is nothing to compare with.
        stream: Where it goes.
    """
    from rich.console import Console
    from rich.text import Text

    width = shutil.get_terminal_size((_WIDTH, 24)).columns if stream.isatty() else _WIDTH
    console = Console(file=stream, width=width, highlight=False)
    function = report.function
    console.print(Text(function.target, style="bold"))
    edge = f", {function.edge}" if function.edge else ""
    console.print(
        Text(
            f"{function.platform}{edge}: {human(function.zip_bytes)} zipped, "
            f"{human(function.unzipped_bytes)} unpacked, {len(report.files):,} files"
        )
    )
    console.print()
    for bar in report.bars:
        console.print(_bar(bar))
    _parts(console, "by distribution", [part for _, part in report.owners], function.zip_bytes)
    _parts(console, "by kind of file", report.kinds, function.zip_bytes)
    _left_out(console, report)
    _unused(console, report)
    if changes is not None:
        _changes(console, changes)


def _bar(bar: Bar) -> object:
    from rich.text import Text

    share = min(bar.share, 1.0)
    filled = min(_BAR, max(round(share * _BAR), 1 if bar.used else 0))
    colour = "red" if bar.share > 0.9 else "yellow" if bar.share > 0.7 else "green"
    text = Text(f"{bar.what:<22}")
    text.append("█" * filled, style=colour)
    text.append("░" * (_BAR - filled), style="dim")
    left = bar.size - bar.used
    text.append(f" {bar.share:.1%} of {bar.name}, {human(left)} left")
    return text


def _table(console: Console, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table whose last column is text and whose others are numbers."""
    from rich.table import Table
    from rich.text import Text

    console.print()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column(title, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)


def _parts(console: Console, title: str, parts: Sequence[Part], total: int) -> None:
    rows = [
        (
            human(part.zip_bytes),
            f"{part.zip_bytes / total:.1%}",
            human(part.unzipped_bytes),
            f"{part.files:,}",
            part.title,
        )
        for part in parts[:_ROWS]
    ]
    rest = parts[_ROWS:]
    if rest:
        zipped = sum(part.zip_bytes for part in rest)
        unzipped, files = sum(part.unzipped_bytes for part in rest), sum(part.files for part in rest)
        rows.append(
            (human(zipped), f"{zipped / total:.1%}", human(unzipped), f"{files:,}", f"{len(rest)} more")
        )
    _table(console, title, ("zip", "share", "unpacked", "files"), rows)


def _left_out(console: Console, report: Report) -> None:
    if not report.left_out:
        return
    rows = [
        (
            "" if one.zip_bytes is None else human(one.zip_bytes),
            human(one.unzipped_bytes),
            "" if one.files is None else f"{one.files:,}",
            one.what,
        )
        for one in report.left_out
    ]
    total = sum(one.zip_bytes or 0 for one in report.left_out)
    rows.append((human(total), human(sum(one.unzipped_bytes for one in report.left_out)), "", "in all"))
    _table(console, "left out", ("zip", "unpacked", "files"), rows)


def _unused(console: Console, report: Report) -> None:
    if report.unused:
        rows = [(human(one.share.zip_bytes), f"{one.share.title}: {reason(one)}") for one in report.unused]
        _table(console, "no import leads to", ("zip",), rows)


def _changes(console: Console, changes: Changes) -> None:
    from rich.text import Text

    grown = changes.bytes - changes.old_bytes
    console.print()
    console.print(
        Text(f"{human(changes.old_bytes)} -> {human(changes.bytes)}: {signed(grown)}", style="bold")
    )
    if changes.owners:
        rows = [(signed(one.grown), human(one.bytes), one.title) for one in changes.owners]
        _table(console, "what has changed", ("grown", "zip"), rows)
    if changes.files:
        most = sorted(changes.files, key=lambda one: (-abs(one.grown), one.name))[:_ROWS]
        rows = [(signed(one.grown), human(one.bytes), f"{one.name} ({one.owner})") for one in most]
        _table(console, "files that changed most", ("grown", "zip"), rows)
