"""The arguments that lambda_tidy is called with."""

from __future__ import annotations

import argparse
import os


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(
        prog="lambda_tidy",
        description="Writes BUILD files from what Python files import: targets that are missing, and deps.",
        epilog="Paths are relative to the working directory, which under `plz run` is the root of the repository.",
        allow_abbrev=False,
    )
    made.add_argument(
        "folders",
        nargs="*",
        metavar="FOLDER",
        help="a folder whose BUILD files may change, with those below (default: the whole repository)",
    )
    made.add_argument(
        "--function",
        action="append",
        default=[],
        metavar="FILE:NAME",
        help="a file that is a function and has no python_lambda yet, such as svc/echo.py:handler; may be repeated",
    )
    mode = made.add_mutually_exclusive_group()
    mode.add_argument(
        "--check", action="store_true", help="write nothing; fail with a diff where a file would change"
    )
    mode.add_argument("--diff", action="store_true", help="write nothing; show what would change")
    mode.add_argument("--watch", action="store_true", help="write, and write again whenever a file changes")
    made.add_argument("--quiet", action="store_true", help="say nothing but errors")
    return made


def folder_paths(folders: list[str], root: str) -> list[str]:
    """Return folders as paths in the repository; `//svc/...` and `svc/...` are `svc`.

    Args:
        folders: As the command line has them.
        root: The repository's root.
    """
    found = []
    for text in folders:
        if text.startswith("//"):
            path = text[2:].partition(":")[0]
        else:
            path = os.path.relpath(os.path.realpath(text.removesuffix("...") or "."), os.path.realpath(root))
        path = path.removesuffix("...").strip("/")
        found.append("" if path == "." else path)
    return found
