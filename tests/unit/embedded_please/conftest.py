"""A repository in a test's folder, built by the embedded engine in this process."""

from __future__ import annotations

import io
import zipfile
from contextlib import redirect_stderr, redirect_stdout
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
        return [part.rstrip("\n") for part in f"\n{self.stderr}".split("\npleasew: error: ")[1:]]

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
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(stdout), redirect_stderr(stderr):
            patch.chdir(self.folder / folder)
            try:
                status = main(list(arguments))
            except SystemExit as end:  # argparse's
                status = int(end.code or 0)
        return Run(status, stdout.getvalue(), stderr.getvalue())

    def build(self, *targets: str) -> Run:
        """Build targets, which must work."""
        run = self.run("build", *targets)
        assert run.status == 0, run.stderr
        return run

    def fail(self, *targets: str) -> list[str]:
        """Build targets, which must not work, and return the messages."""
        run = self.run("build", *targets)
        assert (run.status, run.stdout) == (1, ""), run.stderr
        return run.errors

    def out(self, path: str) -> str:
        """Return what is in an output of a target that is not a binary."""
        return (self.folder / "plz-out" / "gen" / path).read_text()

    def left(self) -> list[str]:
        """Return the outputs and temporary files that there are."""
        top = self.folder / "plz-out"
        files = [path for part in ("gen", "bin", "embedded/tmp") for path in (top / part).rglob("*")]
        return sorted(path.relative_to(top).as_posix() for path in files if path.is_file())

    def plugin(self, name: str, files: dict[str, str], revision: str = "v1") -> None:
        """Make an archive of a plugin and declare it."""
        archive = self.folder / "archives" / f"{name}-{revision}.zip"
        archive.parent.mkdir(exist_ok=True)
        with zipfile.ZipFile(archive, "w") as opened:
            for path, content in files.items():
                opened.writestr(f"{name}-1/{path}", content)
        self.write("plugins/BUILD", f'plugin_repo(name = "{name}", owner = "me", revision = "{revision}")\n')
        self.write(
            ".plzconfig",
            f"[Please]\nVersion = >=17.31.2\nPluginRepo = file://{self.folder}/archives/{{plugin}}-{{revision}}.zip\n"
            f'[Plugin "{name}"]\nTarget = //plugins:{name}\n',
        )


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)
