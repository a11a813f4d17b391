"""An index, asked through the user's own pip for what a lock file does not record.

Only pip knows the user's index, mirrors and credentials, so nothing here has an address. Metadata is taken
from wheels, whose metadata is not code; only where a distribution has no wheel does pip run its build backend
for the metadata, and then it has checked the sdist against the lock's hashes.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Callable, NamedTuple, Optional, Protocol

from packaging.utils import canonicalize_name

from tools.aws.platform import Platform
from tools.errors import PleasingError
from tools.lambda_lock.lock import Distribution, Origin

_BATCH = 25  # Distributions that pip is asked for at once; progress is shown after each.
_YANKED = re.compile(r"yanked version: '([^']+)'.*?Reason for being yanked: ([^\n]*)", re.DOTALL)
_REASON = "no reason given"


class Answer(NamedTuple):
    """What an index says of one version.

    Attributes:
        requires: Its `Requires-Dist` lines.
        extras: The extras that it provides.
        sdist: Whether it has no wheel.
        yanked: Why it was withdrawn; None where it was not.
        hashes: `sha256:<hex>` of the files that were looked at.
    """

    requires: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    sdist: bool = False
    yanked: Optional[str] = None
    hashes: tuple[str, ...] = ()


class Index(Protocol):
    """What can be asked; tests put a recorded one in pip's place."""

    def metadata(self, distributions: Sequence[Distribution]) -> Mapping[str, Answer]:
        """Return what the index says of locked distributions, by normalised name."""

    def hashes(self, distributions: Sequence[Distribution]) -> Mapping[str, Answer]:
        """Return the hashes of the files that the host and the functions' platforms would take."""


class Pip:
    """The index that the user's pip is configured for.

    Args:
        platforms: The functions' platforms, for which pip is asked too.
        progress: Called with each line of progress.
        python: The interpreter that has pip.
    """

    def __init__(
        self, platforms: Sequence[Platform], progress: Callable[[str], None], python: str = sys.executable
    ) -> None:
        self._platforms = platforms
        self._progress = progress
        self._python = python

    def metadata(self, distributions: Sequence[Distribution]) -> Mapping[str, Answer]:
        """Return what the index says of locked distributions, by normalised name.

        Args:
            distributions: Those to ask for.

        Raises:
            PleasingError: pip could not say something of each.
        """
        answers: dict[str, Answer] = {}
        problems: list[str] = []
        for start in range(0, len(distributions), _BATCH):
            batch = distributions[start : start + _BATCH]
            self._ask_wheels(batch, answers, problems)
            self._progress(f"metadata: {start + len(batch)} of {len(distributions)}")
        if problems:
            raise PleasingError(problems)
        return answers

    def hashes(self, distributions: Sequence[Distribution]) -> Mapping[str, Answer]:
        """Return the hashes of the files that the host and the functions' platforms would take.

        Args:
            distributions: Those to ask for.

        Raises:
            PleasingError: pip found no file of one.
        """
        answers: dict[str, Answer] = {}
        problems = []
        for position, distribution in enumerate(distributions, 1):
            found: set[str] = set()
            kinds = set()
            said = ""
            for options in ((), *map(_for_platform, self._platforms)):
                report, said = self._report([distribution], options, locked=False)
                for answer in _answers(report, said).values():
                    found.update(answer.hashes)
                    kinds.add(answer.sdist)
            if not found:
                problems.append(
                    f"{distribution.title}: pip found no file with a SHA-256 hash ({_last(said)})"
                )
            answers[distribution.name] = Answer(hashes=tuple(sorted(found)), sdist=kinds == {True})
            self._progress(f"hashes: {position} of {len(distributions)}")
        if problems:
            raise PleasingError(problems)
        return answers

    def _ask_wheels(
        self, batch: Sequence[Distribution], answers: dict[str, Answer], problems: list[str]
    ) -> None:
        """Asks for some at once; where pip refuses, halves until the ones it refuses stand alone."""
        if batch[0].origin is Origin.INDEX or len(batch) > 1:
            report, said = self._report(batch, ("--only-binary", ":all:"), locked=False)
            if report is not None:
                answers.update(_answers(report, said))
                return
        if len(batch) > 1:
            middle = len(batch) // 2
            self._ask_wheels(batch[:middle], answers, problems)
            self._ask_wheels(batch[middle:], answers, problems)
            return
        # No wheel for this host: one for a function's platform has the same metadata, else the sdist must
        # tell.
        for options in (*map(_for_platform, self._platforms), ()):
            report, said = self._report(batch, options, locked=not options)
            if report is not None:
                answers.update(_answers(report, said))
                return
        problems.append(
            f"{batch[0].title}: pip gave no metadata ({_last(said)}); see that `{self._python} -m pip "
            f"download --no-deps "
            f"{batch[0].name}=={batch[0].version}` works here, or make the lock file with a tool that "
            f"records what a "
            "distribution needs (uv, Poetry, PDM)"
        )

    def _report(
        self, batch: Sequence[Distribution], options: Sequence[str], *, locked: bool
    ) -> tuple[Optional[dict[str, Any]], str]:
        """Return pip's report on what it would install, or None, and what it said."""
        with tempfile.TemporaryDirectory(prefix="lambda_lock.") as folder:
            wanted = Path(folder, "requirements.txt")
            report = Path(folder, "report.json")
            wanted.write_text("".join(f"{_line(item, locked=locked)}\n" for item in batch), encoding="utf-8")
            target = ("--target", str(Path(folder, "target"))) if "--platform" in options else ()
            command = [self._python, "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
            command += ["--dry-run", "--ignore-installed", "--no-deps", "--ignore-requires-python", "--quiet"]
            command += ["--report", str(report), *options, *target, "--requirement", str(wanted)]
            try:
                done = subprocess.run(
                    command,
                    check=False,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                )
            except OSError as error:
                raise PleasingError(f"pip cannot be started with {self._python} ({error})") from None
            said = done.stderr.decode("utf-8", "replace")
            if "No module named pip" in said:
                raise PleasingError(
                    f"{self._python} has no pip, which knows your index; run this tool with a Python that "
                    f"has it "
                    "(`python3 -m ensurepip` adds it)"
                )
            if "no such option: --report" in said:
                raise PleasingError(
                    f"the pip of {self._python} is older than 23.0; `pip install --upgrade pip`"
                )
            if done.returncode or not report.exists():
                return None, said
            loaded: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
            return loaded, said


def _line(distribution: Distribution, *, locked: bool) -> str:
    """One line of a requirements file; a hash makes pip check the file and so download it whole."""
    if distribution.origin is Origin.URL:
        line = f"{distribution.name} @ {distribution.location}"
        locked = True
    else:
        line = f"{distribution.name}=={distribution.version}"
    return " ".join([line, *(f"--hash={value}" for value in distribution.hashes if locked)])


def _for_platform(platform: Platform) -> tuple[str, ...]:
    """Return the options that have pip choose a wheel for a function's platform instead of the host."""
    return ("--only-binary", ":all:", *platform.pip_arguments())


def _answers(report: Optional[Mapping[str, Any]], said: str) -> dict[str, Answer]:
    reasons = {canonicalize_name(name): reason.strip() or _REASON for name, reason in _YANKED.findall(said)}
    answers: dict[str, Answer] = {}
    for item in (report or {}).get("install", ()):
        metadata, download = item["metadata"], item["download_info"]
        name = canonicalize_name(metadata["name"])
        digest = download.get("archive_info", {}).get("hashes", {}).get("sha256")
        answers[name] = Answer(
            requires=tuple(metadata.get("requires_dist", ())),
            extras=tuple(map(canonicalize_name, metadata.get("provides_extra", ()))),
            sdist=not download["url"].partition("#")[0].endswith(".whl"),
            yanked=reasons.get(name, _REASON if item.get("is_yanked") else None),
            hashes=(f"sha256:{digest}",) if digest else (),
        )
    return answers


def _last(said: str) -> str:
    """The last line that pip said, which names the reason."""
    lines = [line for line in said.splitlines() if line.strip()]
    return lines[-1].removeprefix("ERROR: ") if lines else "pip said nothing"
