"""Installer: what installs into a folder, which is zipped then."""

from __future__ import annotations

from bench import peer
from bench.function import Function
from bench.measure import Cost, run
from bench.packagers.packager import SourceFolder, zip_program
from bench.place import Place


class Pip(SourceFolder):
    """`pip install --target` and `zip`, as the AWS Lambda Developer Guide has it (dg/python-package)."""

    title = "pip install --target, zip"

    def __init__(self, place: Place, function: Function) -> None:
        peer.program(place, "pip", "pip")
        super().__init__(place, function, "pip")

    def build(self) -> Cost:
        """Install and zip."""
        python = self._place.folder / "venv-pip" / "bin" / "python"
        return self._install(python, "-m", "pip", "install", "--quiet")


class Uv(SourceFolder):
    """`uv pip install --target` and `zip`, as uv's guide on AWS Lambda has it."""

    title = "uv pip install --target, zip"

    def __init__(self, place: Place, function: Function) -> None:
        self._uv = peer.program(place, "uv", "uv")
        super().__init__(place, function, "uv")

    def build(self) -> Cost:
        """Install, from uv's cache of unpacked wheels, and zip."""
        return self._install(
            *(self._uv, "pip", "install", "--quiet", "--python", self._place.python),
            *("--no-index", "--find-links", self._place.wheelhouse, "--cache-dir", self._folder / "cache"),
        )


class ZipUpdate(Pip):
    """`zip` of the one file into the zip that is there: no build, but what one may do by hand."""

    title = "zip of the one file into the old zip, by hand"
    peer = False

    def __init__(self, place: Place, function: Function) -> None:
        peer.program(place, "pip", "pip")
        SourceFolder.__init__(self, place, function, "update")

    def build(self) -> Cost:
        """Install and zip the first time, and then replace only the edited file."""
        if not self.zip().exists():
            return super().build()
        return run(
            [zip_program(), "-q", self.zip(), f"{self._function.name}.py"],
            self._source,
            self._place.environment(),
            self._folder / "bench.log",
        )
