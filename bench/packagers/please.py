"""Please: this project, through the real thing."""

from __future__ import annotations

import shutil
from pathlib import Path

from bench.function import Function
from bench.measure import Cost
from bench.place import Place
from bench.repository import Repository


class Pleasing:
    """This project, through the real Please."""

    title = "python_lambda, by Please"
    peer = False

    def __init__(self, place: Place, function: Function) -> None:
        self._function = function
        self._repository = Repository(place, f"edit-{function.name}-please")
        self._repository.add(function, function.name)

    def edit(self, number: int) -> None:
        """Changes one line of the source."""
        self._repository.edit(self._function, self._function.name, number)

    def build(self) -> Cost:
        """Build the function's target."""
        return self._repository.build(f"//{self._function.name}:lambda")

    def zip(self) -> Path:
        """Return where Please leaves it."""
        return self._repository.zip(self._function.name)

    def close(self) -> None:
        """Remove the repository."""
        shutil.rmtree(self._repository.folder)
