"""A user's repository: a copy of tests/e2e/<case>_repo that gets this plugin as a user does, and is built by an engine.

The cases' build files are called BUILD_FILE, so that the build of this repository passes them over.
"""

from __future__ import annotations

import functools
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any, Optional

from tests.builders.please import LIMIT, Run, run_limited, run_please
from tests.e2e.kept_outputs import KeptOutputs

ROOT = Path(__file__).resolve().parent.parent.parent
_CASES = Path(__file__).resolve().parent

# What of this repository a user's plugin_repo brings: all that git would put into an archive, but for its tests.
_PLUGIN = ("build_defs", "tools", "third_party", "plugins", ".plzconfig", "VERSION")

# What Please 17.31.2 says now and then in place of why a BUILD file fails: in 5 of 120 builds, ten at a time on two
# processors. It looks for the target before it has seen that the package cannot be read.
_LOST_REASON = "doesn't exist in build graph"
_ASKED_AGAIN = 5

EMBEDDED = "embedded"
PLEASE = "please"


class Repository:
    """A copy of a case, below a test's own folder.

    Args:
        case: The folder's name, less `_repo`.
        folder: Where the copy goes.
        engine: `EMBEDDED` or `PLEASE`.
        alone: Whether it makes everything itself, and takes nothing over from another repository of the case.
    """

    shared: Optional[Path] = None  # A folder of the run of the tests, for what repositories take over.

    def __init__(self, case: str, folder: Path, engine: str, *, alone: bool = False) -> None:
        self.engine = engine
        self.path = folder / "repository"
        shutil.copytree(_CASES / f"{case}_repo", self.path)
        for build_file in list(self.path.rglob("BUILD_FILE")):
            build_file.rename(build_file.with_name("BUILD"))
        archives = _plugin_archives()
        # Last, so that whatever the machine is configured with goes first; python-rules comes from there.
        (self.path / ".plzconfig.local").write_text(
            f"[Please]\nPluginRepo = file://{archives}/{{owner}}/{{plugin}}/{{revision}}.zip\n"
        )
        self._kept: Optional[KeptOutputs] = None
        if self.shared and engine == EMBEDDED and not alone:
            self._kept = KeptOutputs(self.shared / case)
            self._kept.give(self.path)
        self.home = folder / "home"
        self.home.mkdir()

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace text of a file, which must have it.

        Args:
            file: Its path in the repository.
            old: What is there.
            new: What is to be.
        """
        path = self.path / file
        text = path.read_text()
        assert old in text, f"{file} has no {old!r}"
        path.write_text(text.replace(old, new))

    def fail(self, *targets: str) -> str:
        """Build targets, fail the test where that succeeds, and return the output.

        Args:
            targets: Their labels.
        """
        run = self.run("build", *targets)
        for _ in range(_ASKED_AGAIN):
            if _LOST_REASON not in run.output:
                break
            run = self.run("build", *targets)
        assert run.status != 0, run.output
        assert "Traceback (most recent call last)" not in run.output
        return run.output

    def run(self, *arguments: str, limit: float = LIMIT, **variables: str) -> Run:
        """Run the engine in the repository.

        Args:
            arguments: Its arguments, such as `build`, `//svc:lambda`.
            limit: Seconds, after which the test fails.
            variables: Environment variables besides the test's own.
        """
        if self.engine == PLEASE:
            return run_please(arguments, self.path, variables, limit)
        run = run_limited(
            [sys.executable, "-m", "tools.embedded_please", *arguments],
            self.path,
            {"PYTHONPATH": str(ROOT), **variables},
            limit,
        )
        if self._kept:
            self._kept.take(self.path)
        return run

    def build(self, *targets: str) -> Run:
        """Build targets, and fail the test where that fails.

        Args:
            targets: Their labels.
        """
        run = self.run("build", *targets)
        assert run.status == 0, run.output
        return run

    def zip(self, target: str) -> Path:
        """Return where a function's zip is.

        Args:
            target: Its label, such as `//svc:lambda`.
        """
        package, _, name = target.removeprefix("//").partition(":")
        return self.path / "plz-out" / "gen" / package / f"{name}.zip"

    def manifest(self, target: str) -> dict[str, Any]:
        """Return a function's manifest.

        Args:
            target: Its label.
        """
        manifest: dict[str, Any] = json.loads(self.zip(target).with_suffix(".json").read_text())
        return manifest


def contents(path: Path) -> dict[str, bytes]:
    """Return what a zip holds, by name.

    Args:
        path: The zip.
    """
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def call(path: Path, folder: Path, code: str, python: str = sys.executable) -> str:
    """Unpack a zip into an empty folder, run code beside it and return what the code printed.

    The interpreter is a clean one: nothing but the standard library and the unpacked zip can be imported.

    Args:
        path: The zip.
        folder: The empty folder.
        code: Python source; what it imports comes from the zip.
        python: The interpreter.
    """
    folder.mkdir()
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    prelude = f"import sys; sys.path.insert(0, {str(folder)!r}); sys.dont_write_bytecode = True\n"
    done = subprocess.run(
        [python, "-I", "-S", "-c", prelude + code],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@functools.cache
def _plugin_archives() -> Path:
    """Return the folder with the archive of this plugin, at a path that its content gives.

    So Please's cache knows it and the tools made of it, and a repository builds none that another has built.
    """
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in _PLUGIN:
            top = ROOT / name
            for file in sorted(top.rglob("*")) if top.is_dir() else [top]:
                if file.is_file() and "__pycache__" not in file.parts:
                    info = zipfile.ZipInfo(f"pleasing-1/{file.relative_to(ROOT)}")
                    info.external_attr = file.stat().st_mode << 16
                    archive.writestr(info, file.read_bytes(), zipfile.ZIP_DEFLATED)
    digest = hashlib.sha256(data.getvalue()).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"pleasing-tests-{os.getuid()}" / digest
    path = folder / "example" / "pleasing" / "v1.zip"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Other processes may be doing the same.
        own = path.with_name(f"v1.{os.getpid()}")
        own.write_bytes(data.getvalue())
        os.replace(own, path)
    return folder
