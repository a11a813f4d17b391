"""The wheels that the tools are made of, fetched before there is any tool: with the standard library and pip alone."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Optional

from tools import command
from tools.errors import PleasingError
from tools.user_home import home_of_user

_PIP = (
    "download",
    "--no-deps",
    "--only-binary=:all:",
    "--require-hashes",
    "--progress-bar=off",
    "--disable-pip-version-check",
    "--no-input",
    "--requirement=requirements.txt",
    "--dest=wheels",
)


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run the command, and return its exit status: 0, or 1 where pip could not bring the wheel.

    Args:
        arguments: The command line without the program's name; the process's where not given.
    """
    return command.run(_parser(), arguments, _fetch, lambda options: options.target)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python_tool", description="Fetches a wheel that a tool is made of.", allow_abbrev=False
    )
    parser.add_argument("requirement", metavar="NAME==VERSION", help="the distribution")
    parser.add_argument(
        "--hash",
        dest="hashes",
        action="append",
        required=True,
        metavar="sha256:HEX",
        help="a wheel's that may be taken; may be repeated",
    )
    parser.add_argument("--advice", default="", help="what to do on a machine that no wheel is for")
    parser.add_argument("--target", required=True, metavar="LABEL", help="the rule's label, for messages")
    parser.add_argument("--out", required=True, type=Path, metavar="X.whl", help="the wheel to write")
    return parser


def _fetch(options: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=options.out.absolute().parent) as name:
        folder = Path(name)
        (folder / "requirements.txt").write_text(
            " ".join([options.requirement, *(f"--hash={each}" for each in options.hashes)]) + "\n",
            encoding="utf-8",
        )
        done = subprocess.run(
            [sys.executable, "-m", "pip", *_PIP],
            # What lies in the current folder could be imported in place of pip.
            cwd=folder,
            env={**os.environ, **home_of_user(os.environ)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="backslashreplace",
            check=False,
        )
        wheels = sorted((folder / "wheels").glob("*.whl"))
        if done.returncode or len(wheels) != 1:
            raise PleasingError(
                f"pip could not fetch {options.requirement}, which this plugin's tools need:\n"
                f"{done.stdout.strip() or 'pip says nothing'}\n"
                f"{options.advice + chr(10) if options.advice else ''}"
                "pip's configuration files are read as they are; a variable such as PIP_INDEX_URL reaches "
                "a build when it is in [Build] PassUnsafeEnv of .plzconfig"
            )
        os.replace(wheels[0], options.out)
