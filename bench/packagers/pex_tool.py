"""Pex_tool: pex and pex3 by themselves."""

from __future__ import annotations

import shutil
from pathlib import Path

from bench import peer
from bench.function import Function
from bench.measure import Cost
from bench.packagers.packager import SourceFolder
from bench.place import Place


class PexTool(SourceFolder):
    """`pex` and `pex3 venv create --layout flat-zipped`, as pex-tool's and Pants' documentation have it."""

    title = "pex, pex3 venv create --layout flat-zipped"

    def __init__(self, place: Place, function: Function) -> None:
        self._pex = peer.program(place, "pex", "pex")
        super().__init__(place, function, "pex")

    def build(self) -> Cost:
        """Build the PEX and make the zip of it."""
        shutil.rmtree(self._folder / "zip", ignore_errors=True)
        return self.build_pex() + self.flatten()

    def build_pex(self) -> Cost:
        """Build the PEX."""
        return self._run(
            *(self._pex, "--python", self._place.python, "--no-pypi", "--find-links", self._place.wheelhouse),
            *("--pex-root", self._folder / "root", "-r", self._source / "requirements.txt"),
            *("-D", self._source, "-o", self.pex()),
        )

    def flatten(self) -> Cost:
        """Make the zip of the PEX."""
        shutil.rmtree(self._folder / "zip", ignore_errors=True)
        return self._run(
            *(self._pex.with_name("pex3"), "venv", "create", "--layout", "flat-zipped"),
            *("--pex-root", self._folder / "root", "--python", self._place.python),
            *("--dest-dir", self._folder / "zip", "--pex-repository", self.pex()),
        )

    def pex(self) -> Path:
        """Return where the PEX is."""
        return self._folder / "function.pex"

    def zip(self) -> Path:
        """Return where it is."""
        return self._folder / "zip.zip"
