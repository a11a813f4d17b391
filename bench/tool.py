"""Tool: lambda_zip, one file, as the rules run it."""

from __future__ import annotations

from pathlib import Path

from bench import pex_file
from bench.measure import Cost, run
from bench.place import ROOT, Place


def build_tool(place: Place) -> Path:
    """Build lambda_zip with the program that its rule runs, without Please, and return where it is.

    Args:
        place: Where.

    Raises:
        PleasingError: It cannot be built.
    """
    output = place.folder / "lambda_zip"
    modules = sorted((ROOT / "tools").glob("*.py"))
    for package in ("archive", "aws", "cloudfront", "imports", "native", "slim", "wheel_notes", "lambda_zip"):
        modules += sorted((ROOT / "tools" / package).rglob("*.py"))
    build = ROOT / "tools" / "python_tool" / "build.py"
    options = ("--module", "tools.lambda_zip", "--output", output)
    run([place.python, "-I", build, *options, "--sources", *modules], place.folder, place.environment())
    return output


def pack(place: Place, tool: Path, pex: Path, output: Path, *arguments: str) -> Cost:
    """Pack a PEX that `bench.pex_file` wrote, in a process of its own.

    Args:
        place: Where.
        tool: lambda_zip.
        pex: The PEX.
        output: The zip to write.
        arguments: More of them.
    """
    output.unlink(missing_ok=True)
    purpose = ("--handler", pex_file.HANDLER, "--runtime", place.runtime, "--architecture", "x86_64")
    command = [place.python, "-I", "-S", tool, "pack", pex, "--output", output, *purpose, *arguments]
    return run(command, output.parent, place.environment())
