"""Runs every check of this repository: `python3 -m tests`.

    python3 -m tests                all checks
    python3 -m tests --static [CHECK ...]
                                    format, lint, types, imports and spelling only, or some of them
    python3 -m tests --no-static    the tests with their coverage only
    python3 -m tests ARGUMENT ...   pytest with these arguments, such as `tests/unit/lambda_zip -k caps`

Needs Python 3.9 or newer with venv, and access to a Python package index. The environment that the checks run in is
made below plz-out on the first run.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_REQUIREMENTS = _ROOT / "tests" / "requirements.txt"
_STATE = _ROOT / "plz-out" / "tests"

_STATIC = {
    "format": ["-m", "ruff", "format", "--check", "."],
    "lint": ["-m", "ruff", "check", "."],
    "types": ["-m", "mypy"],
    "imports": ["-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-logo"],
    "spelling": ["-c", "import sys; from codespell_lib import main; sys.exit(main('.'))"],
}
_STATIC_PYTHON = (3, 10)  # what mypy and import-linter need in the versions of requirements.txt

_COVERED = ("tools/archive", "tools/lambda_zip", "tools/wheel_notes")
_COVERAGE = 95  # per cent of branches and lines


def main(arguments: list[str]) -> int:
    """Run the checks and return 0 where all pass.

    Args:
        arguments: `--static` and names of checks, `--no-static`, or arguments of pytest, which then runs alone.
    """
    if sys.version_info < (3, 9):  # noqa: UP036 - the message is for older Pythons
        print("python3 -m tests needs Python 3.9 or newer", file=sys.stderr)
        return 2
    python = _environment()
    mode, *names = arguments or [""]
    failed = []
    if mode == "--static":
        unknown = [name for name in names if name not in _STATIC]
        if unknown:
            print(f"no check is called {unknown[0]}; there are {', '.join(_STATIC)}", file=sys.stderr)
            return 2
        failed += _static(python, names or list(_STATIC))
    elif arguments == ["--no-static"]:
        failed += _tests(python)
    elif arguments:
        return subprocess.call([python, "-m", "pytest", *arguments], cwd=_ROOT, env=_variables())
    else:
        failed += _static(python, list(_STATIC)) + _tests(python)
    print(f"failed: {', '.join(failed)}" if failed else "all checks passed", flush=True)
    return 1 if failed else 0


def _static(python: str, names: list[str]) -> list[str]:
    """Run checks that only read the sources, side by side, and return the names of those that failed.

    Their result is the same on every Python, so the oldest may leave them to the others.

    Args:
        python: The interpreter of the environment.
        names: Which of the checks.
    """
    if sys.version_info < _STATIC_PYTHON:
        needed = ".".join(str(part) for part in _STATIC_PYTHON)
        print(f"== {', '.join(names)}: not run, as they need Python {needed} or newer", flush=True)
        return []
    started = time.monotonic()
    running = {
        name: subprocess.Popen(
            [python, *_STATIC[name]],
            cwd=_ROOT,
            env=_variables(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for name in names
    }
    failed = []
    for name, process in running.items():
        output, _ = process.communicate()
        print(f"== {name}\n{output.rstrip()}", flush=True)
        if process.returncode:
            failed.append(name)
    print(f"({time.monotonic() - started:.0f} s)", flush=True)
    return failed


def _tests(python: str) -> list[str]:
    """Run all tests on all processors, with coverage, and return `["tests"]` where they fail.

    Args:
        python: The interpreter of the environment.
    """
    print("== tests", flush=True)
    started = time.monotonic()
    command = [
        *(python, "-m", "pytest", "-q", "--durations=10", "--hypothesis-profile=ci"),
        *("-n", str(os.cpu_count() or 1), "--dist=worksteal"),
        *(f"--cov={folder}" for folder in _COVERED),
        *("--cov-branch", "--cov-report=term:skip-covered", f"--cov-fail-under={_COVERAGE}"),
    ]
    status = subprocess.call(command, cwd=_ROOT, env=_variables())
    print(f"({time.monotonic() - started:.0f} s)", flush=True)
    return ["tests"] if status else []


def _variables() -> dict[str, str]:
    """Return the environment of the checks: what they leave behind stays below plz-out."""
    variables = {
        **os.environ,
        "COVERAGE_FILE": str(_STATE / "coverage"),
        "PYTHONPYCACHEPREFIX": str(_STATE / "bytecode"),
    }
    for name in (
        "PYTHONPATH",
        # Without bytecode every one of the hundreds of programs that the tests start is compiled anew, pip for 1.5 s.
        "PYTHONDONTWRITEBYTECODE",
    ):
        variables.pop(name, None)
    return variables


def _environment() -> str:
    """Return the interpreter of an environment that has what the checks need, made where it is missing."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    key = hashlib.sha256(_REQUIREMENTS.read_bytes() + sys.executable.encode()).hexdigest()[:12]
    folder = _STATE / f"venv-{version}-{key}"
    python = folder / "bin" / "python"
    if (folder / "complete").exists():
        return str(python)
    print(f"Making an environment for the checks, once: {folder.relative_to(_ROOT)}", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        venv.create(folder, with_pip=True)
    except subprocess.CalledProcessError as error:
        raise SystemExit("this Python cannot make environments; on Debian, install python3-venv") from error
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if subprocess.call([*install, "-r", str(_REQUIREMENTS)]):
        raise SystemExit("pip could not install tests/requirements.txt; its messages are above")
    (folder / "complete").touch()
    return str(python)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
