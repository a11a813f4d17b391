"""The command line of lambda_sizes."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Optional

from tools import command


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run the command, and return its exit status: 0, or 1 where no function is built.

    Args:
        arguments: The command line without the program's name; the process's where not given.
    """
    return command.run(_parser(), arguments, _run, lambda parsed: "lambda_sizes")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lambda_sizes",
        description="Shows what all functions take that were built in this repository.",
        epilog="Build them first: plz build --include awslambda //...",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--against", type=Path, metavar="OLD.json", help="compare with what --json wrote before")
    add("--json", action="store_true", help="write the table as JSON")
    add("--root", type=Path, metavar="FOLDER", help="the repository (default: the one of this folder)")
    return parser


def _run(parsed: argparse.Namespace) -> None:
    import sys

    from tools.lambda_sizes.sizes import as_json, read_sizes, sizes_of
    from tools.manifests.repository import built_functions, find_root

    root = parsed.root or find_root(Path.cwd())
    sizes = sizes_of(built.function for built in built_functions(root))
    old = read_sizes(parsed.against) if parsed.against else None
    if parsed.json:
        command.say(as_json(sizes))
        return
    from tools.lambda_sizes.table import print_table

    print_table(sizes, old, sys.stdout)
