"""An index, asked through the user's own pip for what a lock file does not record.

Only pip knows the user's index, mirrors and credentials, so nothing here has an address. Metadata is taken
from wheels, whose metadata is not code; only where a distribution has no wheel does pip run its build backend
for the metadata, and then it has checked the sdist against the lock's hashes.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Callable, NamedTuple, Optional, Protocol

from packaging.utils import canonicalize_name

from tools.aws.environment import HOST_PYTHONS
from tools.aws.platform import Platform
from tools.errors import PleasingError
from tools.lambda_lock.lock import Distribution, Origin
from tools.lambda_lock.marker_environments import MarkerEnvironments
from tools.pip.report import Report, report

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
        environments: Where distributions are needed.
        progress: Called with each line of progress.
        python: The interpreter that has pip.
    """

    def __init__(
        self, environments: MarkerEnvironments, progress: Callable[[str], None], python: Optional[str] = None
    ) -> None:
        self._environments = environments
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
            asked = None
            for options in self._for_hashes(distribution):
                asked = report([_line(distribution, locked=False)], options, self._python)
                for answer in _answers(asked).values():
                    found.update(answer.hashes)
                    kinds.add(answer.sdist)
            if not found:
                reason = asked.run.reason if asked else "no platform needs it"
                problems.append(f"{distribution.title}: pip found no file with a SHA-256 hash:\n{reason}")
            answers[distribution.name] = Answer(hashes=tuple(sorted(found)), sdist=kinds == {True})
            self._progress(f"hashes: {position} of {len(distributions)}")
        if problems:
            raise PleasingError(problems)
        return answers

    def _for_hashes(self, distribution: Distribution) -> Iterator[list[str]]:
        """Yield pip's options for the host and for each function's platform that a distribution is for."""
        mask = self._environments.holds(distribution.marker)
        if self._is_for_this_python(distribution):
            yield []
        keys = self._environments.keys(mask)
        for platform in self._environments.platforms:
            if platform.arch in keys:
                yield _for_platform(platform)

    def _is_for_this_python(self, distribution: Distribution) -> bool:
        """Return whether a distribution's marker allows the Python that pip runs with."""
        here = (sys.version_info[0], sys.version_info[1])
        mask = self._environments.holds(distribution.marker)
        pythons = {point.python for point in self._environments.points(mask)}
        return here in pythons or here not in HOST_PYTHONS

    def _for_metadata(self, distribution: Distribution) -> Iterator[list[str]]:
        """Yield pip's options that find any wheel: functions' platforms first, then hosts' Pythons.

        All wheels of a version have the same metadata, whichever platform they are for.
        """
        mask = self._environments.holds(distribution.marker)
        keys = self._environments.keys(mask)
        for platform in self._environments.platforms:
            if platform.arch in keys:
                yield _for_platform(platform)
        for python in sorted({point.python for point in self._environments.points(mask)}, reverse=True):
            options = ["--only-binary", ":all:", "--implementation", "cp"]
            options += ["--python-version", "{}.{}".format(*python)]
            for tag in _HOST_TAGS:
                options += ["--platform", tag]
            yield options

    def _ask_wheels(
        self, batch: Sequence[Distribution], answers: dict[str, Answer], problems: list[str]
    ) -> None:
        """Ask for some at once; where pip refuses, halve until the ones it refuses stand alone."""
        if all(map(self._is_for_this_python, batch)) and (batch[0].origin is Origin.INDEX or len(batch) > 1):
            lines = [_line(item, locked=False) for item in batch]
            asked = report(lines, ("--only-binary", ":all:"), self._python)
            if asked.document is not None:
                answers.update(_answers(asked))
                return
        if len(batch) > 1:
            middle = len(batch) // 2
            self._ask_wheels(batch[:middle], answers, problems)
            self._ask_wheels(batch[middle:], answers, problems)
            return
        self._ask_one(batch[0], answers, problems)

    def _ask_one(self, item: Distribution, answers: dict[str, Answer], problems: list[str]) -> None:
        """Ask for any wheel of a distribution; where there is none, its sdist must tell."""
        asked = None
        for options in self._for_metadata(item):
            asked = report([_line(item, locked=False)], options, self._python)
            if asked.document is not None:
                answers.update(_answers(asked))
                return
        if self._is_for_this_python(item):
            asked = report([_line(item, locked=True)], (), self._python)
            if asked.document is not None:
                answers.update(_answers(asked))
                return
        reason = asked.run.reason if asked else "no platform needs it"
        wanted = f"{item.name}=={item.version}"
        problems.append(
            f"{item.title}: pip gave no metadata:\n{reason}\nSee that `{self._python or sys.executable} -m pip "
            f"download --no-deps {wanted}` works here, or make the lock file with a tool that records what a "
            "distribution needs (uv, Poetry, PDM)"
        )


# Platform tags of hosts: pip takes those of macOS and manylinux2014 for all older ones too.
_HOST_TAGS = tuple(
    f"{system}_{machine}"
    for system, machine in (
        *((f"manylinux_2_{minor}", name) for minor in range(39, 16, -1) for name in ("x86_64", "aarch64")),
        ("manylinux2014", "x86_64"),
        ("manylinux2014", "aarch64"),
        ("macosx_15_0", "arm64"),
        ("macosx_15_0", "x86_64"),
    )
)


def _line(distribution: Distribution, *, locked: bool) -> str:
    """One line of a requirements file; a hash makes pip check the file and so download it whole."""
    if distribution.origin is Origin.URL:
        line = f"{distribution.name} @ {distribution.location}"
        locked = True
    else:
        line = f"{distribution.name}=={distribution.version}"
    return " ".join([line, *(f"--hash={value}" for value in distribution.hashes if locked)])


def _for_platform(platform: Platform) -> list[str]:
    """Return the options that have pip choose a wheel for a function's platform instead of the host."""
    return ["--only-binary", ":all:", *platform.pip_arguments()]


def _answers(asked: Report) -> dict[str, Answer]:
    """Return what a report says, by normalised name."""
    said = asked.run.output + "\n".join(asked.run.log)
    reasons = {canonicalize_name(name): reason.strip() or _REASON for name, reason in _YANKED.findall(said)}
    answers: dict[str, Answer] = {}
    for item in (asked.document or {}).get("install", ()):
        metadata, download = item["metadata"], item["download_info"]
        name = canonicalize_name(metadata["name"])
        archive = download.get("archive_info", {})
        # pip before 23.1, which Python 3.9 brings, has but the older of the two keys.
        digest = archive.get("hashes", {}).get("sha256") or archive.get("hash", "").partition("sha256=")[2]
        answers[name] = Answer(
            requires=tuple(metadata.get("requires_dist", ())),
            extras=tuple(map(canonicalize_name, metadata.get("provides_extra", ()))),
            sdist=not download["url"].partition("#")[0].endswith(".whl"),
            yanked=reasons.get(name, _REASON if item.get("is_yanked") else None),
            hashes=(f"sha256:{digest}",) if digest else (),
        )
    return answers
