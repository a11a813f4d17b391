"""lambda_tidy writes the BUILD files of a monorepo that has none, and those of every other case as they were."""

from __future__ import annotations

import random
import re
import shutil
from pathlib import Path

import pytest

from tests.e2e.harness import PLEASE, ROOT, Repository, call

_TEST = """\
import roots  # isort: skip # noqa: F401
import unittest

import {0}


class Case(unittest.TestCase):
    def test_value(self):
        assert {0}.VALUE == 1


"""
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


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_what_is_written_for_a_graph_of_modules_builds(engine: str, tmp_path: Path, seed: int) -> None:
    """The build of a function that imports everything proves its imports with lambda_zip's own check."""
    draw = random.Random(seed)
    repository = Repository("function", tmp_path, engine)
    for folder in ("svc", "libs", "src", "third_party"):
        shutil.rmtree(repository.path / folder)
    (repository.path / "BUILD").unlink()
    modules: list[str] = []
    for number in range(12):
        folder = draw.choice(["a", "b", "b/inner", "c"])
        imports = "".join(f"import {module}\n" for module in draw.sample(modules, min(len(modules), 3)))
        module = f"{folder.replace('/', '.')}.m{number}"
        for below, text in (
            (f"{folder}/m{number}.py", imports),
            (f"{folder}/m{number}_test.py", _TEST.format(module)),
        ):
            path = (
                repository.path / "src" / "python" / below
                if below.startswith("b")
                else repository.path / below
            )
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text + "VALUE = 1\n")
        modules.append(module)
    (repository.path / "svc").mkdir()
    source = "".join(f"import {module}\n" for module in modules)
    (repository.path / "svc" / "all.py").write_text(
        f"{source}def handler(event, context): return {modules[0]}.VALUE\n"
    )
    run = repository.run("run", TIDY, "--", "--function", "svc/all.py:handler")
    assert run.status == 0, run.output
    repository.build("//...")
    code = "import lambda_function; print(lambda_function.handler({}, None))"
    assert call(repository.zip("//svc:lambda"), tmp_path / "task", code) == "1\n"
    if engine == PLEASE:
        run = repository.run("test", "//...")
        assert run.status == 0, run.output
        assert "12 tests run; 12 passed" in run.output
