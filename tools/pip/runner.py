"""pip, run in a process of its own, as its user has configured it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Callable, NamedTuple, Optional

from tools.errors import PleasingError
from tools.pip.index_file import IndexFile, read_log
from tools.scrub import scrub
from tools.user_home import home_of_user

# Of a failed build's output, the lines that are shown.
_SHOWN = 8
# A folder that pip builds in, which has another name each time; what is kept of a failure must not.
_BUILD_FOLDER = re.compile(
    r"[^\s'\"=:]*/pip-[a-z-]+-[a-z0-9_]{8}/(?:[^\s/'\"]+_[0-9a-f]{32}/?)?(?:\.mesonpy-\w+/?)?"
)

_OUTPUT_BEGINS = re.compile(r"\[\d+ lines? of output\]")
_OUTPUT_ENDS = "[end of output]"

# Lines that say why; the version of an sdist is held against its metadata in a warning.
_TELLING = re.compile(
    r"(?i)error|warning: retrying|.*\berror:|.*has inconsistent (?:name|version)|.*produced metadata for project name"
)
# What pip says of a page that it could not read, and goes on without: in its log only. A page that is not there
# says nothing, as an index need not have every distribution.
_NOT_FETCHED = re.compile(r"Could not fetch URL (?P<url>\S+): (?P<why>(?!404 ).*?)(?: - skipping)?$")
_NO_SUCH_OPTION = re.compile(r"no such option: (?P<option>--[a-z-]+)")
# The log has these instead of the lines that pip prints without one.
_COMMAND_FAILED = re.compile(r"^ERROR: .* exited with -?\d+$")
_TIME = re.compile(r"^\d{4}-\d\d-\d\dT[\d:,]+ ")
# Status codes of HTTP for credentials that are missing or do not suffice.
_UNAUTHORISED = re.compile(r"40[137] ")


# Called with the seconds that a run has taken so far, and its last line.
Alive = Callable[[int, str], None]


class Run(NamedTuple):
    """What a run of pip came to.

    Attributes:
        succeeded: Whether it did what it was asked to.
        output: What it printed.
        log: The log of a download or a report, line by line.
    """

    succeeded: bool
    output: str
    log: list[str]

    @property
    def reason(self) -> str:
        """Why it failed, in as few of pip's own lines as tell. Secrets are taken out."""
        return scrub("\n".join([*self._own_words(), *self._unread_pages()]))

    def _own_words(self) -> list[str]:
        lines = [_BUILD_FOLDER.sub("", line).strip() for line in self.output.splitlines()]
        for start, line in enumerate(lines):
            if _OUTPUT_BEGINS.search(line):
                end = lines.index(_OUTPUT_ENDS, start) if _OUTPUT_ENDS in lines[start:] else len(lines)
                shown = [line for line in lines[start + 1 : end] if line]
                if shown:
                    return shown[-_SHOWN:]
        logged = self._logged_failure()
        if logged:
            return logged
        errors = [line for line in lines if _TELLING.match(line)]
        return (errors or [line for line in lines if line])[-_SHOWN:] or ["pip says nothing"]

    def _logged_failure(self) -> list[str]:
        """Return what a command printed that pip ran and that failed, where it is in the log alone."""
        lines = [_BUILD_FOLDER.sub("", _TIME.sub("", line)).strip() for line in self.log]
        end = next((place for place, line in enumerate(lines) if _COMMAND_FAILED.search(line)), None)
        if end is None:
            return []
        starts = [place for place, line in enumerate(lines[:end]) if line.startswith("Running command ")]
        return [line for line in lines[starts[-1] + 1 if starts else 0 : end] if line][-_SHOWN:]

    def _unread_pages(self) -> list[str]:
        """Return what pip could not read of its indexes, each page once."""
        found: dict[str, None] = {}
        for line in self.log:
            match = _NOT_FETCHED.search(line)
            if match:
                why = match["why"].partition(" for url: ")[0]
                advice = "; see that pip has credentials for it" if _UNAUTHORISED.match(why) else ""
                found[f"{match['url']} could not be read: {why}{advice}"] = None
        return list(found)[-_SHOWN:]

    def files(self, name: str) -> list[IndexFile]:
        """Return the files of a distribution that a download looked at.

        Args:
            name: The distribution's name.
        """
        return read_log(self.log, name)


def run_pip(
    arguments: Sequence[str],
    folder: Path,
    variables: Mapping[str, str] = {},
    *,
    python: Optional[str] = None,
    alive: Optional[Alive] = None,
) -> Run:
    """Run pip.

    Its configuration is its user's: files, environment variables, `.netrc` and keyring. Nothing here names an
    index.

    Args:
        arguments: pip's command and its arguments.
        folder: An empty folder, which it is run in: what lies in the current one could be imported in place
            of pip.
        variables: Environment variables, on top of this process's.
        python: The interpreter that has pip; the one that runs this where not given.
        alive: Called from time to time while pip runs, with the seconds that it has run for and with the last
            line that it printed.

    Raises:
        PleasingError: The interpreter has no pip, or one that is too old.
    """
    python = python or sys.executable
    log = folder / "pip.log"
    command = [python, "-m", "pip", *arguments]
    if arguments[0] in _LOGGED:
        # With a log, pip prints no output of a build that failed: it is in the log already.
        command += ["--log", str(log)]
    environment = {**os.environ, **home_of_user(os.environ), **_ALWAYS, **variables}
    try:
        status, output = _run(command, folder, environment, alive)
    except OSError as error:
        raise PleasingError(f"cannot run {python}: {error.strerror}") from error
    if status and output.rstrip().endswith("No module named pip"):
        raise PleasingError(
            f"{python} has no pip, which fetches distributions; install it (python3 -m ensurepip), "
            'or name an interpreter that has one in [Plugin "awslambda"] Interpreter'
        )
    unknown = _NO_SUCH_OPTION.search(output) if status else None
    if unknown:
        raise PleasingError(
            f"the pip of {python} has no option {unknown['option']}, so it is older than {OLDEST_PIP}; "
            f"upgrade it: {python} -m pip install --upgrade pip"
        )
    lines = log.read_text(encoding="utf-8", errors="backslashreplace").splitlines() if log.exists() else []
    return Run(status == 0, output, lines)


def _run(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], alive: Optional[Alive]
) -> tuple[int, str]:
    """Run a command, and return its status and what it printed."""
    lines: list[str] = []
    done = threading.Event()
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="backslashreplace",
    ) as process:
        watch = threading.Thread(target=_watch, args=(done, alive, lines), daemon=True)
        if alive is not None:
            watch.start()
        try:
            assert process.stdout is not None
            lines.extend(process.stdout)
            status = process.wait()
        except BaseException:
            process.kill()
            raise
        finally:
            done.set()
            if alive is not None:
                watch.join()
    return status, "".join(lines)


def _watch(done: threading.Event, alive: Alive, lines: Sequence[str]) -> None:
    """Tell that a process lives, each time after longer, until it has ended."""
    start = time.monotonic()
    wait = _FIRST_SIGN
    while not done.wait(wait):
        alive(round(time.monotonic() - start), lines[-1].strip() if lines else "")
        wait = min(2 * wait, _LONGEST_WAIT)


# The first pip whose reports on what it would install have a format that is kept.
OLDEST_PIP = "23.0"
_LOGGED = frozenset({"download", "install", "wheel"})
# Seconds.
_FIRST_SIGN = 10.0
_LONGEST_WAIT = 60.0
_ALWAYS = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_NO_COLOR": "1"}
