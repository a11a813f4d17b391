"""HTML: a report as one page that asks nobody for anything."""

from __future__ import annotations

import html
import json
import pkgutil
from pathlib import Path
from typing import Any, Optional

from tools.errors import PleasingError
from tools.lambda_report.changes import Changes
from tools.lambda_report.report import Report, as_values
from tools.text import human

_PAGE = "page"


def write_html(report: Report, changes: Optional[Changes], path: Path) -> None:
    """Write a report as a page.

    Args:
        report: The report.
        changes: What has changed; None where there is nothing to compare with.
        path: The file.

    Raises:
        PleasingError: It cannot be written.
    """
    try:
        path.write_text(as_html(report, changes), encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise PleasingError(f"--html: {path} cannot be written: {error.strerror}") from error


def as_html(report: Report, changes: Optional[Changes]) -> str:
    """Return a report as a page, with its style, its script and all data inside.

    Args:
        report: The report.
        changes: What has changed; None where there is nothing to compare with.
    """
    function = report.function
    values = {**as_values(report), "changes": _changes(changes)}
    parts = {
        "TITLE": html.escape(function.target),
        "SUMMARY": html.escape(
            f"{function.platform}, {human(function.zip_bytes)} zipped, {human(function.unzipped_bytes)} unpacked"
        ),
        "STYLE": _file("report.css"),
        "SCRIPT": _file("treemap.js") + "\n" + _file("report.js"),
        # Nothing in a script ends it but `</`, and nothing begins a comment but `<!`.
        "DATA": json.dumps(values, separators=(",", ":")).replace("<", "\\u003c"),
    }
    page = _file("report.html")
    for name, text in parts.items():
        before, _, after = page.partition(f"<!--{name}-->")
        page = before + text + after
    return page


def _file(name: str) -> str:
    data = pkgutil.get_data(__package__, f"{_PAGE}/{name}")
    assert data is not None
    return data.decode("utf-8")


def _changes(changes: Optional[Changes]) -> Optional[dict[str, Any]]:
    if changes is None:
        return None
    return {
        "old_bytes": changes.old_bytes,
        "owners": [{"title": one.title, "old": one.old_bytes, "now": one.bytes} for one in changes.owners],
        "files": None
        if changes.files is None
        else [
            {"title": one.name, "owner": one.owner, "old": one.old_bytes, "now": one.bytes}
            for one in changes.files
        ],
    }
