"""Which interpreter a function is run by."""

from __future__ import annotations

import venv
from pathlib import Path

from tests.unit.lambda_invoke.conftest import RUNTIME
from tools.aws.facts import RUNTIMES
from tools.lambda_invoke.interpreter import find_interpreter


def test_the_program_of_an_environment_is_not_taken_for_the_interpreter(tmp_path: Path) -> None:
    for symlinks in (False, True):
        venv.create(tmp_path / "venv", symlinks=symlinks, clear=True)
        found = find_interpreter(RUNTIMES[RUNTIME], [str(tmp_path / "venv" / "bin" / "python")], "")
        assert Path(found.executable).is_file()
        assert tmp_path not in Path(found.executable).parents
