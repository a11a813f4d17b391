"""A repository in a test's folder, built by the embedded engine in this process."""

from __future__ import annotations

import contextlib
import io
import os
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

from tools.embedded_please.cli import main


class Run(NamedTuple):
    """What a command did."""

    status: int
    stdout: str
    stderr: str

    @property
    def errors(self) -> list[str]:
        """The error messages, without the lines about progress."""
        text = "\n" + self.stderr
        return [part.rstrip("\n") for part in text.split("\nerror: ")[1:]]

    @property
    def steps(self) -> list[str]:
        """The targets whose commands were run, in order."""
        return [line.split()[0] for line in self.stderr.splitlines() if line.startswith("//")]


class Repository:
    """A user's repository in a test's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write(".plzconfig", "[Please]\nVersion = >=17.31.2\n")

    def write(self, path: str, content: str) -> None:
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(content)

    def run(self, *arguments: str, folder: str = "") -> Run:
        stdout, stderr = io.StringIO(), io.StringIO()
        before = os.getcwd()
        os.chdir(self.folder / folder)
        try:
            with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
                try:
                    status = main(list(arguments))
                except SystemExit as end:
                    status = end.code if isinstance(end.code, int) else 1
        finally:
            os.chdir(before)
        return Run(status, stdout.getvalue(), stderr.getvalue())

    def build(self, *targets: str) -> Run:
        """Builds targets, which must work."""
        run = self.run("build", *targets)
        assert run.status == 0, run.stderr
        return run

    def fail(self, *targets: str) -> list[str]:
        """Builds targets, which must not work, and returns the messages."""
        run = self.run("build", *targets)
        assert (run.status, run.stdout) == (1, ""), run.stderr
        return run.errors

    def out(self, path: str) -> str:
        """Returns what is in an output of a target that is not a binary."""
        return (self.folder / "plz-out" / "gen" / path).read_text()

    def plugin(self, name: str, files: dict[str, str]) -> None:
        """Makes an archive of a plugin and declares it."""
        archive = self.folder / "archives" / f"{name}.zip"
        archive.parent.mkdir(exist_ok=True)
        with zipfile.ZipFile(archive, "w") as opened:
            for path, content in files.items():
                opened.writestr(f"{name}-1/{path}", content)
        self.write("plugins/BUILD", f'plugin_repo(name = "{name}", owner = "me", revision = "v1")\n')
        self.write(
            ".plzconfig",
            f"[Please]\nVersion = >=17.31.2\nPluginRepo = file://{self.folder}/archives/{{plugin}}.zip\n"
            f'[Plugin "{name}"]\nTarget = //plugins:{name}\n',
        )


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)
