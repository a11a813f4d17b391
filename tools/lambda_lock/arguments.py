"""The arguments that lambda_lock is called with."""

from __future__ import annotations

import argparse
from pathlib import Path

_SUBINCLUDE = "///awslambda//build_defs:awslambda"
_PYTHON_SUBINCLUDE = "///python//build_defs:python"


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(
        prog="lambda_lock",
        description="Writes a BUILD file with one python_requirement for each distribution of a lock file.",
        epilog="Paths are relative to the working directory, which under `plz run` is the root of the "
        "repository.",
    )
    add = made.add_argument
    add(
        "--lock",
        type=Path,
        required=True,
        metavar="FILE",
        help="Pipfile.lock, poetry.lock, uv.lock, pdm.lock, pylock.toml or requirements.txt; told apart by "
        "content",
    )
    add(
        "--output",
        type=Path,
        required=True,
        metavar="FILE",
        help="the BUILD file to write, such as third_party/python/BUILD",
    )
    add(
        "--check",
        action="store_true",
        help="write nothing; fail with a diff where the file is not as it would be written",
    )
    add(
        "--map",
        action="append",
        default=[],
        metavar="NAME=LABEL",
        type=_mapping,
        help="the repository's own target for a distribution, such as shared-lib=//libs/shared; may be "
        "repeated",
    )
    add(
        "--platform",
        action="append",
        default=[],
        metavar="PLATFORM",
        help="a platform of a function, such as python3.13-arm64; may be repeated (default: those of the "
        "repository's python_lambda rules)",
    )
    add(
        "--group",
        action="append",
        metavar="NAME",
        help="a dependency group to take beside the main one; may be repeated (default: all; `none` takes "
        "none)",
    )
    add(
        "--runtime-group",
        action="append",
        default=[],
        metavar="NAME",
        help="a group that functions are built from too, so that its targets are not test_only; may be "
        "repeated",
    )
    add(
        "--project",
        type=Path,
        metavar="FILE",
        help="the pyproject.toml or Pipfile with the direct dependencies (default: the one beside the lock "
        "file)",
    )
    add(
        "--test-lock",
        type=Path,
        metavar="FILE",
        help="a second lock file whose distributions are for tests only, such as dev-requirements.txt",
    )
    add(
        "--subinclude",
        default=_SUBINCLUDE,
        metavar="LABEL",
        help=f"what has python_requirement (default: {_SUBINCLUDE})",
    )
    add(
        "--python-subinclude",
        default=_PYTHON_SUBINCLUDE,
        metavar="LABEL",
        help=f"what has python_library (default: {_PYTHON_SUBINCLUDE})",
    )
    add(
        "--fetch-hashes",
        action="store_true",
        help="where the lock has no hashes, take those that the index has now (through pip)",
    )
    network = made.add_mutually_exclusive_group()
    network.add_argument(
        "--ask-index",
        action="store_true",
        help="ask the index (through pip) for all metadata; says which versions are yanked",
    )
    network.add_argument(
        "--offline",
        action="store_true",
        help="never ask the index; where the lock does not record what needs what, one target "
        "all_requirements stands for all",
    )
    add("--quiet", action="store_true", help="say nothing but errors")
    return made


def _mapping(text: str) -> tuple[str, str]:
    name, separator, label = text.partition("=")
    if not separator or not name or not label.startswith(("//", ":", "@")):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=LABEL, such as shared-lib=//libs/shared")
    return name, label
