"""Runs every check of this repository: format, lint, types, tests, coverage. `python3 -m tests [pytest's arguments]`.

Needs Python 3.9 or newer with venv, and a way to Python packages; makes itself an environment below plz-out.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_REQUIREMENTS = _ROOT / "tests" / "requirements.txt"
_COVERED = "tools/archive,tools/lambda_zip,tools/wheel_notes"
_COVERAGE = 95  # per cent of branches and lines


def main(arguments: list[str]) -> int:
    """Runs the checks and returns 0 where all pass.

    Args:
        arguments: Handed to pytest. With any, only pytest runs.
    """
    if sys.version_info < (3, 9):  # noqa: UP036 - told, not assumed
        print("python3 -m tests needs Python 3.9 or newer", file=sys.stderr)
        return 2
    python = _environment()
    data = _ROOT / "plz-out" / "tests" / "coverage"
    environment = {**os.environ, "COVERAGE_FILE": str(data), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("PYTHONPATH", None)
    workers = ["-n", str(os.cpu_count() or 1), "--dist", "loadgroup"]
    if arguments:
        return subprocess.call([python, "-m", "pytest", *arguments], cwd=_ROOT, env=environment)
    steps = {
        "format": ["-m", "ruff", "format", "--check", "."],
        "lint": ["-m", "ruff", "check", "."],
        "types": ["-m", "mypy"],
        # Coverage of what is measured: in this process only, so that no test's subprocess slows down.
        "unit tests of lambda_zip and what it stands on": [
            *("-m", "coverage", "run", "--branch", f"--source={_COVERED}"),
            *(
                "-m",
                "pytest",
                "-q",
                "-p",
                "no:xdist",
                "tests/unit/archive",
                "tests/unit/lambda_zip",
                "tests/unit/wheel_notes",
                "tests/property",
            ),
        ],
        "coverage": ["-m", "coverage", "report", f"--fail-under={_COVERAGE}", "--skip-covered"],
        "all other tests": [
            *("-m", "pytest", "-q", *workers),
            *(
                "--ignore=tests/unit/archive",
                "--ignore=tests/unit/lambda_zip",
                "--ignore=tests/unit/wheel_notes",
            ),
            *("--ignore=tests/property", "tests"),
        ],
    }
    failed = []
    for name, step in steps.items():
        print(f"== {name}", flush=True)
        if subprocess.call([python, *step], cwd=_ROOT, env=environment):
            failed.append(name)
    print(f"failed: {', '.join(failed)}" if failed else "all checks passed", flush=True)
    return 1 if failed else 0


def _environment() -> str:
    """Returns the interpreter of an environment that has what the checks need, made where it is not there yet."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    key = hashlib.sha256(_REQUIREMENTS.read_bytes() + sys.executable.encode()).hexdigest()[:12]
    folder = _ROOT / "plz-out" / "tests" / f"venv-{version}-{key}"
    python = folder / "bin" / "python"
    if (folder / "complete").exists():
        return str(python)
    print(f"Making an environment for the checks, once: {folder.relative_to(_ROOT)}", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        venv.create(folder, with_pip=True)
    except subprocess.CalledProcessError as error:
        raise SystemExit("this Python cannot make environments; on Debian, install python3-venv") from error
    subprocess.check_call(
        [
            str(python),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "-r",
            str(_REQUIREMENTS),
        ]
    )
    (folder / "complete").touch()
    return str(python)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
