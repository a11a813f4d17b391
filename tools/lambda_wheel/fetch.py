"""Fetch: from a requirement to the one wheel of it that a platform can use.

The steps of docs/nine_steps.md, for one requirement: its closure is the lock file's.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Optional

from tools.aws.platform import Platform
from tools.command import say
from tools.errors import PleasingError
from tools.lambda_wheel.brought import (
    HASH_ADVICE,
    check_hash,
    is_asked_for,
    obstacles,
    only_wheel,
    tags_of,
)
from tools.lambda_wheel.build import build_failed, ways
from tools.lambda_wheel.explanation import describe
from tools.lambda_wheel.mismatch import fits, python_mismatch
from tools.lambda_wheel.requirement import Requirement, check_requirement
from tools.pip.index_file import IndexFile
from tools.pip.runner import Alive, Run, run_pip
from tools.wheel_notes.unavailable import Unavailable

# pip's words, the same in 23.0 and 24.2.
_HASH_MISMATCH = "DO NOT MATCH THE HASHES"
_NOT_SUPPORTED = "is not a supported wheel on this platform"


def fetch(requirement: Requirement, platform: Platform, output: Path) -> Optional[Unavailable]:
    """Write the wheel of a requirement that fits a platform best.

    Where the requirement's marker does not hold on the platform, the file that is written is empty.

    Args:
        requirement: What is wanted.
        platform: What it is wanted for.
        output: The wheel to write.

    Returns:
        None; or, where nothing fits and nothing is written, the requirement as unavailable.

    Raises:
        PleasingError: The requirement is malformed, pip could not reach or find it, a hash does not match, or
            the output cannot be written.
    """
    check_requirement(requirement)
    if not output.absolute().parent.is_dir():
        raise PleasingError(f"cannot write {output}: there is no folder {output.parent}")
    if not requirement.holds(platform.marker_variables()):
        output.write_bytes(b"")
        return None
    # Beside the output: what is found good is renamed, and comes to be at once.
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=output.absolute().parent) as folder:
        return _Search(requirement, platform, Path(folder)).run(output)


class _Search:
    """The state of one search: what was found and what was tried."""

    def __init__(self, requirement: Requirement, platform: Platform, folder: Path) -> None:
        self._requirement = requirement
        self._platform = platform
        self._folder = folder
        self._runs = 0
        self._attempts: list[str] = []
        self._files: list[IndexFile] = []

    def run(self, output: Path) -> Optional[Unavailable]:
        """Write the wheel, or return the requirement as unavailable."""
        requirement = self._requirement
        if not requirement.from_source:
            wheel = self._download()
            if wheel is not None and self._is_good(wheel):
                os.replace(wheel, output)
                return None
        elif not requirement.url:
            # Nothing is taken of it: it tells which sdist there is, for which Python, and what would help.
            self._files = self._ask()[0].files(requirement.name)
        if self._may_build():
            built = self._build()
            if built is not None:
                from tools.lambda_wheel.normal_wheel import write_normal

                write_normal(built, output)
                return None
        return describe(requirement, self._platform, self._files, self._attempts)

    @property
    def _own(self) -> list[IndexFile]:
        """The files of the version that is wanted."""
        from packaging.version import Version

        wanted = self._requirement.version
        return [file for file in self._files if wanted and file.version == Version(wanted)]

    def _ask(self) -> tuple[Run, Path]:
        """Have pip choose a wheel and download it: it sorts what the index has into what fits and the rest."""
        return self._pip(
            "download", "--only-binary=:all:", "--dest", "{folder}", *self._platform.pip_arguments()
        )

    def _download(self) -> Optional[Path]:
        """Return the wheel that pip has brought, or None where the index has none that fits.

        Raises:
            PleasingError: It is not for want of a wheel that there is none.
        """
        run, folder = self._ask()
        self._files = run.files(self._requirement.name)
        if run.succeeded:
            return only_wheel(folder)
        requirement = self._requirement
        if requirement.url:
            if _HASH_MISMATCH in run.output:
                raise PleasingError(self._hash_problem(run, []))
            if _NOT_SUPPORTED not in run.output:
                raise PleasingError(f"{requirement.title}: pip could not fetch it:\n{run.reason}")
            return None
        if not self._own:
            raise PleasingError(self._nothing_found(run))
        fitting = [file for file in self._own if fits(file, self._platform)]
        # A lock file that lists the sdist, and not the wheel that is there, wants it built.
        if fitting and not self._lists_sdist():
            if _HASH_MISMATCH in run.output:
                raise PleasingError(self._hash_problem(run, fitting))
            raise PleasingError(
                f"{requirement.title}: pip could not fetch {fitting[0].filename}, which fits "
                f"{self._platform.title}:\n{run.reason}"
            )
        return None

    def _lists_sdist(self) -> bool:
        """Return whether the sdist is one of the files that may be taken."""
        hashes = self._requirement.hashes
        return any(
            file.tags is None and file.sha256 and f"sha256:{file.sha256}" in hashes for file in self._own
        )

    def _may_build(self) -> bool:
        """Return whether there is something to build from, that is for the platform's Python."""
        if self._requirement.url:
            return self._requirement.from_source
        sdists = [file for file in self._own if file.tags is None]
        if not sdists:
            # Where the index has nothing of the version at all, pip says why.
            return self._requirement.sdist and not self._own
        python = python_mismatch(sdists[0].requires_python, self._platform)
        if python:
            self._attempts.append(f"not to build {sdists[0].filename}, as {python}")
        return not python

    def _build(self) -> Optional[Path]:
        """Return a wheel built from the sdist: as it comes, or with compilers out of reach."""
        obstacle = self._platform.compile_obstacle
        if obstacle:
            self._attempts.append(f"not to compile it, as {obstacle}")
        say(f"building {self._requirement.title} from source for {self._platform.title}", sys.stderr)
        for way in ways(self._platform):
            source = ["--no-binary", self._requirement.name] if not self._requirement.url else []
            run, folder = self._pip(
                "wheel",
                "--no-cache-dir",
                # The Python that matters is the platform's, which has been asked, and is once more.
                "--ignore-requires-python",
                *source,
                "--wheel-dir",
                "{folder}",
                variables=way.variables,
                alive=self._tell,
            )
            if not run.succeeded:
                self._check_build_failed(run)
                self._attempts.append(f"{way.what}:\n{run.reason}")
                continue
            wheel = only_wheel(folder)
            if not is_asked_for(wheel, self._requirement):
                self._attempts.append(
                    f"{way.what}, which gave {wheel.name}: that is not {self._requirement.title}"
                )
                continue
            reasons = obstacles(wheel, self._requirement, self._platform)
            if not reasons:
                return wheel
            self._attempts.append("\n".join([f"{way.what}, which gave {wheel.name}:", *reasons]))
        return None

    def _tell(self, seconds: int, line: str) -> None:
        said = f": {line}" if line else ""
        say(f"still building {self._requirement.title} after {seconds} s{said}", sys.stderr)

    def _check_build_failed(self, run: Run) -> None:
        """Raise an error unless it was the build that failed: what is not the distribution's fault is not noted."""
        if _HASH_MISMATCH in run.output:
            raise PleasingError(self._hash_problem(run, []))
        if not build_failed(run):
            if self._own:
                raise PleasingError(
                    f"{self._requirement.title}: pip could not fetch its sdist:\n{run.reason}"
                )
            raise PleasingError(self._nothing_found(run))

    def _is_good(self, wheel: Path) -> bool:
        """Check the hash and the name of what pip has brought, before anything looks inside.

        Returns:
            False for a wheel whose tag promises nothing (`linux_x86_64`) and whose binaries do not load.
        """
        check_hash(wheel, self._requirement)
        if not is_asked_for(wheel, self._requirement):
            raise PleasingError(f"{wheel.name} is not {self._requirement.title}, which was asked for")
        rank = self._platform.rank(tags_of(wheel))
        if rank is None:
            raise PleasingError(f"pip brought {wheel.name}, which does not fit {self._platform.title}")
        if self._platform.runtime is not None and self._platform.tags[rank].platform.startswith("linux_"):
            reasons = obstacles(wheel, self._requirement, self._platform)
            if reasons:
                self._attempts.append("\n".join([f"{wheel.name}, whose tag promises nothing:", *reasons]))
                return False
        return True

    def _pip(
        self,
        command: str,
        *arguments: str,
        variables: Mapping[str, str] = {},
        alive: Optional[Alive] = None,
    ) -> tuple[Run, Path]:
        """Run a command of pip for the requirement, in a folder of its own, where its output goes too."""
        self._runs += 1
        folder = self._folder / str(self._runs)
        output = folder / "output"
        output.mkdir(parents=True)
        lines = folder / "requirements.txt"
        lines.write_text(self._requirement.line() + "\n", encoding="utf-8")
        hashes = ["--require-hashes"] if self._requirement.hashes else []
        run = run_pip(
            [
                command,
                "--no-deps",
                "--progress-bar=off",
                *hashes,
                *(argument.format(folder=output) for argument in arguments),
                "--requirement",
                str(lines),
            ],
            folder,
            variables,
            alive=alive,
        )
        return run, output

    def _hash_problem(self, run: Run, fitting: Sequence[IndexFile]) -> str:
        title = self._requirement.title
        got = re.search(r"Got\s+([0-9a-f]{64})", run.output)
        what = f"{fitting[0].filename} of {title}" if fitting else f"what pip downloaded for {title}"
        has = f"has sha256:{got[1]}, which is" if got else "has a hash that is"
        count = len(self._requirement.hashes)
        return f"{what} {has} none of the {count} that are given for it; {HASH_ADVICE}"

    def _nothing_found(self, run: Run) -> str:
        return (
            f"pip found no file of {self._requirement.title}:\n{run.reason}\n"
            "An index that only environment variables tell of (PIP_INDEX_URL, ...) reaches a build when they are in "
            "[Build] PassUnsafeEnv of .plzconfig; pip's configuration files are read as they are"
        )
