"""A repository of a test's own, which lambda_tidy runs in as from its command line."""

from __future__ import annotations

import os
import textwrap
from pathlib import Path
from typing import NamedTuple

import pytest

from tools.lambda_tidy.cli import main

_CONFIG = """\
[Parse]
PreloadSubincludes = ///python//build_defs:python
PreloadSubincludes = ///awslambda//build_defs:awslambda
"""


class Run(NamedTuple):
    status: int
    stdout: str
    stderr: str

    @property
    def notes(self) -> list[str]:
        start = "lambda_tidy: note: "
        return [line[len(start) :] for line in self.stderr.splitlines() if line.startswith(start)]

    @property
    def errors(self) -> list[str]:
        start = "lambda_tidy: error: "
        return [line[len(start) :] for line in self.stderr.splitlines() if line.startswith(start)]


class Repository:
    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self._capsys = capsys
        self.write(".plzconfig", _CONFIG)

    def write(self, path: str, text: str = "") -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text).lstrip("\n"))

    def settings(self, *lines: str, section: str = "awslambda") -> None:
        with (self.root / ".plzconfig").open("a") as file:
            file.write("\n".join([f'\n[Plugin "{section}"]', *lines, ""]))

    def read(self, path: str) -> str:
        return (self.root / path).read_text()

    def run(self, *arguments: str) -> Run:
        before = os.getcwd()
        os.chdir(self.root)
        try:
            status = main(list(arguments))
        finally:
            os.chdir(before)
        captured = self._capsys.readouterr()
        return Run(status, captured.out, captured.err)

    def tidy(self, *arguments: str) -> Run:
        """Run, which must succeed, and then again, which must change nothing."""
        run = self.run(*arguments)
        assert run.status == 0, run.stderr
        again = self.run("--check", *arguments)
        assert (again.status, again.stdout) == (0, ""), again.stdout + again.stderr
        return run

    def fail(self, *arguments: str) -> list[str]:
        before = self.build_files()
        run = self.run(*arguments)
        assert run.status == 1
        assert "Traceback" not in run.stderr
        assert self.build_files() == before, "an error leaves everything as it was"
        return run.errors

    def build_files(self) -> dict[str, str]:
        return {
            str(path.relative_to(self.root)): path.read_text(errors="replace")
            for path in sorted(self.root.rglob("BUILD"))
            if "plz-out" not in path.parts
        }

    def deps(self, path: str, name: str) -> list[str]:
        """The literal deps of a target, as its BUILD file has them."""
        import ast

        for node in ast.walk(ast.parse(self.read(f"{path}/BUILD" if path else "BUILD"))):
            if isinstance(node, ast.Call):
                given = {keyword.arg: keyword.value for keyword in node.keywords}
                if "name" in given and ast.literal_eval(given["name"]) == name:
                    return list(ast.literal_eval(given["deps"])) if "deps" in given else []
        raise AssertionError(f"{path}/BUILD has no {name}")


@pytest.fixture
def repository(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Repository:
    root = tmp_path / "repository"
    root.mkdir()
    return Repository(root, capsys)
