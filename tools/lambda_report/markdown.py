"""Markdown: a report for a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Optional

from tools.lambda_report.advice import reason
from tools.lambda_report.changes import Changes
from tools.lambda_report.report import Report
from tools.text import human, signed

_ROWS = 15


def as_markdown(report: Report, changes: Optional[Changes]) -> str:
    """Return a report as Markdown: the sizes, what has changed, and the rest to be unfolded.

    Args:
        report: The report.
        changes: What has changed; None where there is nothing to compare with.
    """
    function = report.function
    lines = [
        f"### {_text(function.target)}",
        "",
        f"{function.platform}: **{human(function.zip_bytes)}** zipped"
        + (f" ({signed(changes.bytes - changes.old_bytes)})" if changes else "")
        + f", {human(function.unzipped_bytes)} unpacked, {len(report.files):,} files.",
        "",
        *_table(
            ("cap", "used", "of", "left"),
            (
                (f"{bar.what}: {bar.name}", f"{bar.share:.1%}", human(bar.size), human(bar.size - bar.used))
                for bar in report.bars
            ),
        ),
    ]
    if changes is not None:
        lines += ["", "**What has changed**", ""]
        changed = [(one.title, signed(one.grown), human(one.bytes)) for one in changes.owners]
        lines += _table(("of", "grown", "zip"), changed) if changed else ["Nothing."]
    parts = [part for _, part in report.owners]
    rows = [
        (
            part.title,
            human(part.zip_bytes),
            f"{part.zip_bytes / function.zip_bytes:.1%}",
            human(part.unzipped_bytes),
        )
        for part in parts[:_ROWS]
    ]
    if parts[_ROWS:]:
        rest = sum(part.zip_bytes for part in parts[_ROWS:])
        rows.append(
            (
                f"{len(parts) - _ROWS} more",
                human(rest),
                f"{rest / function.zip_bytes:.1%}",
                human(sum(part.unzipped_bytes for part in parts[_ROWS:])),
            )
        )
    lines += _folded("What is in it", _table(("distribution", "zip", "share", "unpacked"), rows))
    left = [
        (one.what, "" if one.zip_bytes is None else human(one.zip_bytes), human(one.unzipped_bytes))
        for one in report.left_out
    ]
    if left:
        lines += _folded("What was left out", _table(("what", "zip", "unpacked"), left))
    if report.unused:
        unused = [(one.share.title, human(one.share.zip_bytes), reason(one)) for one in report.unused]
        lines += _folded("What no import leads to", _table(("distribution", "zip", ""), unused))
    return "\n".join(lines)


def _folded(title: str, lines: Sequence[str]) -> list[str]:
    return ["", f"<details><summary>{title}</summary>", "", *lines, "", "</details>"]


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [f"| {' | '.join(columns)} |", f"| --- |{' ---: |' * (len(columns) - 1)}"]
    return [*lines, *(f"| {' | '.join(map(_text, row))} |" for row in rows)]


def _text(text: str) -> str:
    """Return a text that Markdown shows as it is."""
    for character in "\\|<>*_`[]":
        text = text.replace(character, f"\\{character}")
    return text
