"""The import contracts of pyproject.toml hold, and break where somebody breaks them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("importlinter", reason="import-linter needs Python 3.10 or newer")

ROOT = Path(__file__).resolve().parent.parent.parent


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", code, "--no-cache", "--no-logo"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "tools", tmp_path / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def plant(copy: Path, module: str, line: str) -> None:
    path = copy / "tools" / module
    path.write_text(path.read_text() + f"\n{line}\n")


def test_the_contracts_hold(copy: Path) -> None:
    done = lint_imports(copy)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


@pytest.mark.parametrize(
    ("module", "line", "told"),
    [
        (
            "lambda_wheel/unpack.py",
            "from tools.lambda_zip.read import pex",
            "tools.lambda_wheel.unpack -> tools.lambda_zip.read.pex",
        ),
        (
            "lambda_zip/cli.py",
            "def late() -> None:\n    import tools.embedded_please.label",
            "tools.lambda_zip.cli -> tools.embedded_please.label",
        ),
        (
            "archive/member.py",
            "from tools.wheel_notes import unavailable",
            "tools.archive.member -> tools.wheel_notes.unavailable",
        ),
        (
            "lambda_zip/read/pex.py",
            "from tools.lambda_zip.place import layout",
            "tools.lambda_zip.read.pex -> tools.lambda_zip.place.layout",
        ),
        ("text.py", "import tests.builders.pex", "tools.text -> tests"),
    ],
)
def test_an_import_against_the_arrows_fails(copy: Path, module: str, line: str, told: str) -> None:
    plant(copy, module, line)
    done = lint_imports(copy)
    assert done.returncode == 1
    assert told in done.stdout


def test_a_cycle_between_two_modules_fails(copy: Path) -> None:
    plant(copy, "native/kind.py", "from tools.native import gate")
    done = lint_imports(copy)
    assert done.returncode == 1
    assert "No cycles are allowed in tools.native." in done.stdout
    assert ".kind" in done.stdout


def test_a_tool_without_a_place_fails(copy: Path) -> None:
    (copy / "tools" / "lambda_new").mkdir()
    (copy / "tools" / "lambda_new" / "__init__.py").touch()
    done = lint_imports(copy)
    assert done.returncode == 1
    assert "tools.lambda_new" in done.stdout
