"""The command line of lambda_report."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from tools import command

if TYPE_CHECKING:
    from tools.lambda_report.changes import Changes
    from tools.lambda_report.report import Report


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run the command, and return its exit status: 0, or 1 where the zip cannot be reported on.

    Args:
        arguments: The command line without the program's name; the process's where not given.
    """
    return command.run(_parser(), arguments, _run, lambda parsed: parsed.target or parsed.zip.name)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lambda_report",
        description="Shows what is in a function's zip, what was left out of it, and what has changed.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("zip", type=Path, metavar="APP.zip", help="the zip")
    add("manifest", type=Path, metavar="APP.json", help="its manifest")
    add("--target", metavar="LABEL", help="the rule's label, for messages")
    add(
        "--against",
        type=Path,
        metavar="OLD",
        help="compare with an old zip, with what --json wrote of it, or with its manifest",
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="write the report as JSON")
    how.add_argument("--markdown", action="store_true", help="write it for a pull request")
    how.add_argument("--html", type=Path, metavar="FILE", help="write a page with a map of the zip")
    how.add_argument(
        "--unused", action="store_true", help="only list the distributions that no import leads to"
    )
    return parser


def _run(parsed: argparse.Namespace) -> None:
    from tools.lambda_report.changes import changes_of, read_old
    from tools.lambda_report.report import report_of
    from tools.lambda_report.zip_files import read_zip
    from tools.manifests.function import read_function

    report = report_of(read_function(parsed.manifest), read_zip(parsed.zip))
    changes = changes_of(report, read_old(parsed.against)) if parsed.against else None
    _show(parsed, report, changes)


def _show(parsed: argparse.Namespace, report: Report, changes: Optional[Changes]) -> None:
    if parsed.json:
        from tools.lambda_report.report import as_json

        command.say(as_json(report))
    elif parsed.markdown:
        from tools.lambda_report.markdown import as_markdown

        command.say(as_markdown(report, changes))
    elif parsed.html:
        from tools.lambda_report.html import write_html

        write_html(report, changes, parsed.html)
        command.say(f"wrote {parsed.html}")
    elif parsed.unused:
        from tools.lambda_report.advice import as_text

        command.say(as_text(report.unused))
    else:
        from tools.lambda_report.terminal import print_report

        print_report(report, changes, sys.stdout)
