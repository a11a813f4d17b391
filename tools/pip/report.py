"""pip's report on what it would install, for lines of a requirements file: metadata, URLs and hashes, in JSON."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, Optional

from tools.errors import PleasingError
from tools.pip.runner import Run, run_pip


class Report(NamedTuple):
    """What pip would install, and what it said.

    Attributes:
        document: The report as pip's documentation describes it; None where pip would install nothing.
        run: The run of pip, with what it printed and why it failed.
    """

    document: Optional[dict[str, Any]]
    run: Run


def report(lines: Sequence[str], options: Sequence[str] = (), python: Optional[str] = None) -> Report:
    """Return pip's report on distributions, without what they depend on. Nothing is installed.

    Args:
        lines: Lines of a requirements file.
        options: More of pip's options, such as a platform's.
        python: The interpreter that has pip; the one that runs this where not given.

    Raises:
        PleasingError: The interpreter has no pip, or one that is too old.
    """
    with tempfile.TemporaryDirectory(prefix="pip-report.") as name:
        folder = Path(name)
        wanted, written = folder / "requirements.txt", folder / "report.json"
        wanted.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        # pip installs for another platform only where that does not mix with its own.
        target = ["--target", str(folder / "target")] if "--platform" in options else []
        run = run_pip(
            [
                "install",
                "--dry-run",
                "--ignore-installed",
                "--no-deps",
                "--ignore-requires-python",
                "--quiet",
                *("--report", str(written)),
                *options,
                *target,
                *("--requirement", str(wanted)),
            ],
            folder,
            python=python,
        )
        if not run.succeeded or not written.exists():
            return Report(None, run)
        try:
            document: dict[str, Any] = json.loads(written.read_text(encoding="utf-8"))
        except ValueError as error:
            raise PleasingError(f"pip's report cannot be read: {error}") from error
        return Report(document, run)
