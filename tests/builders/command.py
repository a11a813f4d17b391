"""Command: runs lambda_zip in this process, as its command line does."""

from __future__ import annotations

import contextlib
import io
import zipfile
from pathlib import Path
from typing import NamedTuple, Optional

from tools.lambda_zip.cli import main


class Result(NamedTuple):
    """What a run gave."""

    status: int
    out: str
    err: str


def run(*arguments: object) -> Result:
    """Run the command line."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as stop:  # argparse
            status = int(stop.code or 0)
    return Result(status, out.getvalue(), err.getvalue())


def pack(
    pex: Path, *arguments: object, handler: str = "svc/echo.py:handler", output: Optional[Path] = None
) -> Result:
    """Pack a PEX beside itself into `app.zip`, for python3.11 on x86_64."""
    output = output or pex.parent / "app.zip"
    return run(
        "pack",
        pex,
        "--handler",
        handler,
        "--output",
        output,
        "--runtime",
        "python3.11",
        "--architecture",
        "x86_64",
        *arguments,
    )


def contents(path: Path) -> dict[str, tuple[bytes, int]]:
    """Return what a zip holds: name -> bytes, and permission bits."""
    with zipfile.ZipFile(path) as archive:
        return {info.filename: (archive.read(info), info.external_attr >> 16) for info in archive.infolist()}
