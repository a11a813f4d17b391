"""Interpreter: a Python of the runtime's version on this machine."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Optional

from tools.aws.facts import Runtime
from tools.errors import PleasingError

_SECONDS = 20

# Runs in the interpreter that is asked, which may be any: it has to parse everywhere.
_QUESTION = """
import json, os, sys
program = os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)
if not program.startswith(os.path.join(os.path.realpath(sys.base_exec_prefix), "")):
    # Up to Python 3.10, a program that venv has copied takes itself for the one that it was copied from.
    installed = os.path.join(sys.base_exec_prefix, "bin", "python%d.%d" % sys.version_info[:2])
    program = os.path.realpath(installed) if os.access(installed, os.X_OK) else program
print(json.dumps({
    "python": list(sys.version_info[:2]),
    "implementation": sys.implementation.name,
    "prefix": sys.base_prefix,
    "exec_prefix": sys.base_exec_prefix,
    "executable": program,
    "machine": os.uname()[4],
}))
"""


class Interpreter(NamedTuple):
    """A Python.

    Attributes:
        executable: The program itself, no link and no environment's.
        prefix: The folder that it was installed to.
        exec_prefix: The same for what depends on the machine.
        machine: As `uname -m` has it.
    """

    executable: str
    prefix: str
    exec_prefix: str
    machine: str


class MissingInterpreterError(PleasingError):
    """No interpreter of the runtime's version is known."""


def find_interpreter(runtime: Runtime, given: Sequence[str], path: str) -> Interpreter:
    """Return an interpreter of a runtime's version.

    Args:
        runtime: Lambda's runtime.
        given: Programs to ask first.
        path: Folders where programs are, with the system's separator.

    Raises:
        MissingInterpreterError: There is none.
    """
    seen = []
    for candidate in _candidates(runtime, given, path):
        found = _ask(candidate)
        if found and tuple(found["python"]) == runtime.python and found["implementation"] == "cpython":
            return Interpreter(found["executable"], found["prefix"], found["exec_prefix"], found["machine"])
        seen.append(candidate + (" is Python {}.{}".format(*found["python"]) if found else " does not run"))
    version = "{}.{}".format(*runtime.python)
    looked = f"looked at: {', '.join(seen)}" if seen else f"no program {runtime.name} is on PATH"
    raise MissingInterpreterError(
        f"{runtime.name} needs an interpreter of Python {version}, and none was found ({looked}).\n"
        f"  Install one (`uv python install {version}`, `pyenv install {version}`, or your system's package) and put "
        f"it on PATH as {runtime.name}, or name it in .plzconfig:\n"
        f'    [Plugin "awslambda"]\n'
        f"    RuntimeInterpreters = /path/to/{runtime.name}"
    )


def _candidates(runtime: Runtime, given: Sequence[str], path: str) -> Iterator[str]:
    for name in given:
        # What is named as another version's need not be asked.
        base = os.path.basename(name)
        if not base.startswith("python3.") or base == runtime.name:
            yield name
    folders = [folder for folder in path.split(os.pathsep) if folder]
    for name in (runtime.name, "python3"):
        for folder in folders:
            program = os.path.join(folder, name)
            if os.access(program, os.X_OK):
                yield program


def _ask(program: str) -> Optional[dict[str, Any]]:
    try:
        done = subprocess.run(
            [program, "-I", "-S", "-c", _QUESTION],
            capture_output=True,
            check=True,
            timeout=_SECONDS,
            stdin=subprocess.DEVNULL,
        )
        answer = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return answer if isinstance(answer, dict) else None
