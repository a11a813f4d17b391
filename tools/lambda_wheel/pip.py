"""pip, run in a process of its own, as its user has configured it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tools.errors import PleasingError
from tools.lambda_wheel.index_file import IndexFile, read_log

# Of a failed build's output, the lines that are shown.
_SHOWN = 8
# A folder that pip builds in, which has another name each time; what is kept of a failure must not.
_BUILD_FOLDER = re.compile(
    r"[^\s'\"=:]*/pip-[a-z-]+-[a-z0-9_]{8}/(?:[^\s/'\"]+_[0-9a-f]{32}/?)?(?:\.mesonpy-\w+/)?"
)

_OUTPUT_BEGINS = re.compile(r"\[\d+ lines? of output\]")
_OUTPUT_ENDS = "[end of output]"


class Run(NamedTuple):
    """What a run of pip came to.

    Attributes:
        succeeded: Whether it did what it was asked to.
        output: What it printed.
        log: The log of a download, line by line.
    """

    succeeded: bool
    output: str
    log: list[str]

    @property
    def reason(self) -> str:
        """Why it failed, in as few of pip's own lines as tell."""
        lines = [_BUILD_FOLDER.sub("", line).strip() for line in self.output.splitlines()]
        for start, line in enumerate(lines):
            if _OUTPUT_BEGINS.search(line):
                end = lines.index(_OUTPUT_ENDS, start) if _OUTPUT_ENDS in lines[start:] else len(lines)
                shown = [line for line in lines[start + 1 : end] if line]
                if shown:
                    return "\n".join(shown[-_SHOWN:])
        errors = [line for line in lines if re.match(r"(?i)(error|warning: retrying|.*\berror:)", line)]
        return "\n".join((errors or [line for line in lines if line])[-_SHOWN:]) or "pip says nothing"

    def files(self, name: str) -> list[IndexFile]:
        """Returns the files of a distribution that a download looked at.

        Args:
            name: The distribution's name.
        """
        return read_log(self.log, name)


def run_pip(arguments: Sequence[str], folder: Path, variables: Mapping[str, str] = {}) -> Run:
    """Runs pip with the interpreter that runs this.

    Its configuration is its user's: files, environment variables, `.netrc` and keyring. Nothing here names an
    index.

    Args:
        arguments: pip's command and its arguments.
        folder: An empty folder, which it is run in: what lies in the current one could be imported in place
            of pip.
        variables: Environment variables, on top of this process's.

    Raises:
        PleasingError: This interpreter has no pip.
    """
    log = folder / "pip.log"
    command = [sys.executable, "-m", "pip", *arguments]
    if arguments[0] == "download":
        # With a log, pip prints no output of a build that failed: it is in the log already.
        command += ["--log", str(log)]
    environment = {**os.environ, **home_of_user(os.environ), **_ALWAYS, **variables}
    try:
        process = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="backslashreplace",
            check=False,
        )
    except OSError as error:
        raise PleasingError(f"cannot run {sys.executable}: {error.strerror}") from error
    if process.returncode and "No module named pip" in process.stdout:
        raise PleasingError(
            f"{sys.executable} has no pip, which fetches distributions; install it (python3 -m ensurepip), "
            'or name an interpreter that has one in [Plugin "awslambda"] Interpreter'
        )
    lines = log.read_text(encoding="utf-8", errors="backslashreplace").splitlines() if log.exists() else []
    return Run(process.returncode == 0, process.stdout, lines)


_ALWAYS = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_NO_COLOR": "1"}


def home_of_user(variables: Mapping[str, str]) -> dict[str, str]:
    """Returns the variable that leads pip to its user's configuration, `.netrc` and cache.

    Nothing, where it does so already.

    Please runs an action with its own folder as HOME, so that no tool reads what is not declared. Where a
    distribution comes from is its user's business and not the rule's, and its hash vouches for it.

    Args:
        variables: The environment.
    """
    home = variables.get("HOME")
    if home is None or home != variables.get("TMP_DIR"):
        return {}
    try:
        import pwd

        return {"HOME": pwd.getpwuid(os.getuid()).pw_dir}
    except (ImportError, KeyError):
        # Workers in containers may run as a user that has no name.
        return {}
