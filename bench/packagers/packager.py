"""Packager: a way from a function's source to its zip."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Protocol

from bench.function import Function
from bench.measure import Cost, run
from bench.place import Place
from tools.errors import PleasingError


class Packager(Protocol):
    """A way from a function's source to its zip.

    Attributes:
        title: What it is called in tables.
        peer: Whether it builds the whole zip, so that a rebuild by it is to be beaten.
    """

    title: str
    peer: bool

    def edit(self, number: int) -> None:
        """Changes one line of the source."""

    def build(self) -> Cost:
        """Make the zip, as after each edit."""

    def zip(self) -> Path:
        """Return where the zip is."""

    def close(self) -> None:
        """Remove all that it made."""


class SourceFolder:
    """What the peers share: a folder with the source and a requirements file."""

    peer = True

    def __init__(self, place: Place, function: Function, name: str) -> None:
        self._place = place
        self._function = function
        self._folder = place.fresh(f"edit-{function.name}-{name}")
        self._source = self._folder / "src"
        self._source.mkdir()
        (self._source / "requirements.txt").write_text(function.requirements())
        self.edit(0)

    def edit(self, number: int) -> None:
        """Changes one line of the source."""
        (self._source / f"{self._function.name}.py").write_text(self._function.edited(number), "utf-8")

    def zip(self) -> Path:
        """Return where it is."""
        return self._folder / "function.zip"

    def close(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self._folder)

    def _run(self, *command: object) -> Cost:
        return run(command, self._folder, self._place.environment())

    def _zip(self, folder: Path) -> Cost:
        """Zip a folder as the AWS Lambda Developer Guide has it."""
        self.zip().unlink(missing_ok=True)
        return run(
            [zip_program(), "-qr", self.zip(), "."],
            folder,
            self._place.environment(),
            self._folder / "bench.log",
        )

    def _install(self, *command: object) -> Cost:
        """Install into an empty folder, add the handler and zip.

        Args:
            command: The installer, up to what says where to and what.
        """
        package = self._folder / "package"
        shutil.rmtree(package, ignore_errors=True)
        cost = self._run(*command, "--target", package, "-r", self._source / "requirements.txt")
        shutil.copy(self._source / f"{self._function.name}.py", package)
        return cost + self._zip(package)


def zip_program() -> str:
    """Return the program that zips what peers install.

    Raises:
        PleasingError: It is not on PATH.
    """
    found = shutil.which("zip")
    if found is None:
        raise PleasingError(
            "there is no zip on PATH; install Info-ZIP's, which the peers' zips are made with"
        )
    return found
