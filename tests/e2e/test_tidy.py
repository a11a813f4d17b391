"""lambda_tidy writes the BUILD files of a monorepo that has none, and those of every other case as they were."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.e2e.harness import PLEASE, ROOT, Repository

TIDY = "///awslambda//tools/lambda_tidy"
FUNCTIONS = ("orders", "invoices", "notify")


def build_files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in sorted(folder.rglob("BUILD"))
        if "plz-out" not in path.parts
    }


@pytest.mark.network
@pytest.mark.slow
def test_a_monorepo_without_build_files_is_green_in_two_commands(engine: str, tmp_path: Path) -> None:
    repository = Repository("monorepo", tmp_path, engine)
    assert list(build_files(repository.path)) == ["plugins/BUILD"]
    for command in re.findall(r"^plz (run .*)$", (ROOT / "docs" / "tidy.md").read_text(), re.MULTILINE)[:2]:
        run = repository.run(*command.split())
        assert run.status == 0, run.output
    assert len(build_files(repository.path)) == 43
    repository.build("//...")
    for name in FUNCTIONS:
        assert repository.zip(f"//src/python/acme/functions/{name}:lambda").exists()
    if engine == PLEASE:
        run = repository.run("test", "//...")
        assert run.status == 0, run.output
        assert "38 test targets and 38 tests run; 38 passed" in run.output
        written = build_files(repository.path)
        assert repository.run("fmt", "-w", *written).status == 0
        assert build_files(repository.path) == written, "plz fmt changes what was written"
    again = repository.run("run", TIDY, "--", "--check")
    assert again.status == 0, again.output
    assert "diff" not in again.output
