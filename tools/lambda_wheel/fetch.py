"""Fetch: from a requirement to the one wheel of it that a platform can use.

The steps of docs/nine_steps.md, for one requirement: its closure is the lock file's.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Optional

from packaging.tags import Tag

from tools.aws.platform import Platform, this_machine
from tools.errors import PleasingError
from tools.lambda_wheel.nothing_fits import describe, fits
from tools.lambda_wheel.requirement import Requirement, check_requirement
from tools.pip.index_file import IndexFile
from tools.pip.runner import Run, run_pip
from tools.wheel_notes.unavailable import Unavailable

# 1980-01-01, the first date that a zip can have: many build backends take it for the date of what they write.
_EPOCH = "315532800"

# A program that is not there, for every way in which builds find a compiler.
_OUT_OF_REACH = "/no/such/compiler"
_COMPILERS = (
    "CC",
    "CXX",
    "CPP",
    "LDSHARED",
    "LDCXXSHARED",
    "FC",
    "F77",
    "F90",
    "RUSTC",
    "CARGO",
    "NVCC",
    "SWIG",
)

# pip's words, the same in 23.0 and 24.2.
_HASH_MISMATCH = "DO NOT MATCH THE HASHES"
_NOT_SUPPORTED = "is not a supported wheel on this platform"


def fetch(requirement: Requirement, platform: Platform, output: Path) -> Optional[Unavailable]:
    """Writes the wheel of a requirement that fits a platform best.

    Where the requirement's marker does not hold on the platform, the file that is written is empty.

    Args:
        requirement: What is wanted.
        platform: What it is wanted for.
        output: The wheel to write.

    Returns:
        None; or, where nothing fits and nothing is written, what is left over.

    Raises:
        PleasingError: The requirement is malformed, pip could not reach or find it, or a hash does not match.
    """
    check_requirement(requirement)
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
        """Writes the wheel, or returns what is left over."""
        requirement = self._requirement
        if not requirement.from_source:
            wheel = self._download()
            if wheel is not None and self._is_good(wheel):
                os.replace(wheel, output)
                return None
        if self._may_build():
            built = self._build()
            if built is not None:
                from tools.lambda_wheel.normal_wheel import write_normal

                write_normal(built, output)
                return None
        if requirement.sdist and not requirement.url:
            # Nobody has asked the index yet for what would help.
            self._files = self._ask()[0].files(requirement.name)
        return describe(requirement, self._platform, self._files, self._attempts)

    def _ask(self) -> tuple[Run, Path]:
        """Has pip choose a wheel and download it: it sorts what the index has into what fits and the rest."""
        return self._pip(
            "download", "--only-binary=:all:", "--dest", "{folder}", *self._platform.pip_arguments()
        )

    def _download(self) -> Optional[Path]:
        """Returns the wheel that pip has brought, or None where the index has none that fits.

        Raises:
            PleasingError: It is not for want of a wheel that there is none.
        """
        run, folder = self._ask()
        self._files = run.files(self._requirement.name)
        if run.succeeded:
            return _only_wheel(folder)
        requirement = self._requirement
        if requirement.url:
            if _HASH_MISMATCH in run.output:
                raise PleasingError(self._hash_problem(run, []))
            if _NOT_SUPPORTED not in run.output:
                raise PleasingError(f"{requirement.title}: pip could not fetch it:\n{run.reason}")
            return None
        own = [file for file in self._files if self._is_own(file)]
        if not own:
            raise PleasingError(self._nothing_found(run))
        fitting = [file for file in own if fits(file, self._platform)]
        # A lock file that lists the sdist, and not the wheel that is there, wants it built.
        if fitting and not self._lists_sdist(own):
            if _HASH_MISMATCH in run.output:
                raise PleasingError(self._hash_problem(run, fitting))
            raise PleasingError(
                f"{requirement.title}: pip could not fetch {fitting[0].filename}, which fits "
                f"{self._platform.title}:\n{run.reason}"
            )
        return None

    def _is_own(self, file: IndexFile) -> bool:
        from packaging.version import Version

        return bool(self._requirement.version) and file.version == Version(self._requirement.version)

    def _lists_sdist(self, files: Sequence[IndexFile]) -> bool:
        """Tells whether the sdist is one of the files that will do."""
        hashes = self._requirement.hashes
        return any(file.tags is None and file.sha256 and f"sha256:{file.sha256}" in hashes for file in files)

    def _may_build(self) -> bool:
        if self._requirement.from_source:
            return True
        # The URL of a wheel, or no sdist among the files: there is nothing to build from.
        return not self._requirement.url and any(
            file.tags is None and self._is_own(file) for file in self._files
        )

    def _build(self) -> Optional[Path]:
        """Builds a wheel from the sdist: as it comes, then with compilers out of reach."""
        plain = _reproducible()
        ways = [
            ("to build it", plain),
            (
                "to build it without a compiler, as its extension may be optional",
                {**plain, **dict.fromkeys(_COMPILERS, _OUT_OF_REACH)},
            ),
        ]
        if not self._platform.is_built_here:
            # What a compiler makes here can't load there, and what does without one is made either way.
            del ways[0]
            self._attempts.append(
                f"not to compile it, as this machine has {this_machine()} and not {self._platform.title}"
            )
        for what, variables in ways:
            source = ["--no-binary", self._requirement.name] if not self._requirement.url else []
            run, folder = self._pip(
                "wheel", "--no-cache-dir", *source, "--wheel-dir", "{folder}", variables=variables
            )
            if not run.succeeded:
                if _HASH_MISMATCH in run.output:
                    raise PleasingError(self._hash_problem(run, []))
                if not _was_built(run):
                    raise PleasingError(self._nothing_found(run))
                self._attempts.append(f"{what}:\n{run.reason}")
                continue
            wheel = _only_wheel(folder)
            self._check_name(wheel)
            reasons = self._why_not(wheel)
            if not reasons:
                return wheel
            self._attempts.append("\n".join([f"{what}, which gave {wheel.name}:", *reasons]))
        return None

    def _why_not(self, wheel: Path) -> Sequence[str]:
        """Returns why a wheel that was built here does not do.

        Its tags tell of the machine that built it, and are not asked: its binaries are.
        """
        if self._platform.runtime is None:
            from packaging.utils import parse_wheel_filename

            tags = parse_wheel_filename(wheel.name)[3]
            return [] if self._platform.rank(tags) is not None else ["its tags are not this machine's"]
        from tools.archive.reader import ArchiveReader
        from tools.lambda_wheel.binaries import why_not

        archive = ArchiveReader(wheel, wheel.name)
        try:
            return why_not(archive, self._requirement.title, self._platform)
        finally:
            archive.close()

    def _is_good(self, wheel: Path) -> bool:
        """Checks the hash and the name of what pip has brought, before anything looks inside.

        Returns:
            False for a wheel whose tag promises nothing (`linux_x86_64`) and whose binaries do not load.
        """
        if self._requirement.hashes:
            digest = hashlib.sha256()
            with wheel.open("rb") as file:
                while piece := file.read(1 << 20):
                    digest.update(piece)
            if f"sha256:{digest.hexdigest()}" not in self._requirement.hashes:
                count = len(self._requirement.hashes)
                raise PleasingError(
                    f"{wheel.name} has sha256:{digest.hexdigest()}, which is none of the {count} that are "
                    f"given for {self._requirement.title}; {_HASH_ADVICE}"
                )
        tags = self._check_name(wheel)
        rank = self._platform.rank(tags)
        if rank is None:
            raise PleasingError(f"pip brought {wheel.name}, which does not fit {self._platform.title}")
        if self._platform.runtime is not None and self._platform.tags[rank].platform.startswith("linux_"):
            reasons = self._why_not(wheel)
            if reasons:
                self._attempts.append("\n".join([f"{wheel.name}, whose tag promises nothing:", *reasons]))
                return False
        return True

    def _check_name(self, wheel: Path) -> frozenset[Tag]:
        """Checks that a wheel is what was asked for, and returns its tags."""
        from packaging.utils import InvalidWheelFilename, parse_wheel_filename
        from packaging.version import Version

        try:
            name, version, _, tags = parse_wheel_filename(wheel.name)
        except InvalidWheelFilename as error:
            raise PleasingError(f"{wheel.name} is not a wheel's name: {error}") from error
        wanted = self._requirement
        if name != wanted.canonical_name or (wanted.version and version != Version(wanted.version)):
            raise PleasingError(f"{wheel.name} is not {wanted.title}, which was asked for")
        return tags

    def _pip(self, command: str, *arguments: str, variables: Mapping[str, str] = {}) -> tuple[Run, Path]:
        """Runs a command of pip for the requirement, in a folder of its own, where its output goes too."""
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
        )
        return run, output

    def _hash_problem(self, run: Run, fitting: Sequence[IndexFile]) -> str:
        title = self._requirement.title
        got = re.search(r"Got\s+([0-9a-f]{64})", run.output)
        what = f"{fitting[0].filename} of {title}" if fitting else f"what pip downloaded for {title}"
        has = f"has sha256:{got[1]}, which is" if got else "has a hash that is"
        return (
            f"{what} {has} none of the {len(self._requirement.hashes)} that are given for it; {_HASH_ADVICE}"
        )

    def _nothing_found(self, run: Run) -> str:
        return (
            f"pip found no file of {self._requirement.title}:\n{run.reason}\n"
            "An index that only environment variables tell of (PIP_INDEX_URL, ...) reaches a build when "
            "they are in "
            "[Build] PassUnsafeEnv of .plzconfig; pip's configuration files are read as they are"
        )


_HASH_ADVICE = (
    "lock again if the index got new files of that version, and find out who changed the file if it did not"
)


def _reproducible() -> dict[str, str]:
    """Returns the variables that make two builds of one sdist the same, as far as variables can."""
    # Debug information has the path of the folder that pip builds in, which has another name each time.
    flags = " ".join(filter(None, [os.environ.get("CFLAGS"), "-g0"]))
    return {
        "SOURCE_DATE_EPOCH": _EPOCH,
        "PYTHONHASHSEED": "0",
        "CFLAGS": flags,
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }


def _was_built(run: Run) -> bool:
    """Tells whether pip had the sdist and its build failed, or it never came so far."""
    return (
        re.search(
            r"(?i)subprocess-exited-with-error|failed to build|failed building|metadata-generation",
            run.output,
        )
        is not None
    )


def _only_wheel(folder: Path) -> Path:
    wheels = sorted(folder.glob("*.whl"))
    if len(wheels) != 1:
        names = ", ".join(path.name for path in sorted(folder.iterdir())) or "nothing"
        raise PleasingError(f"pip was to bring one wheel, and brought {names}")
    return wheels[0]
