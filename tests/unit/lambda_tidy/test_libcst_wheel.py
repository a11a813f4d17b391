"""The tool as Please builds it: one file, with the wheel of libcst in it."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import libcst
import pytest

from tests.unit.lambda_tidy.conftest import Repository

ROOT = Path(__file__).resolve().parent.parent.parent.parent


def build_tool(folder: Path, *data: Path) -> Path:
    tool = folder / "lambda_tidy"
    sources = [*(ROOT / "tools").glob("*.py")]
    for package in ("aws", "imports", "lambda_tidy"):
        sources += (ROOT / "tools" / package).glob("*.py")
    build = ROOT / "tools" / "python_tool" / "build.py"
    command = [
        sys.executable,
        "-I",
        build,
        "--module",
        "tools.lambda_tidy",
        "--output",
        tool,
        "--sources",
        *sources,
    ]
    subprocess.run([str(word) for word in (*command, "--data", *data)], check=True)
    return tool


def run(tool: Path, repository: Repository) -> subprocess.CompletedProcess[str]:
    # Without site-packages, so that an installed libcst is none.
    return subprocess.run(
        [sys.executable, "-I", "-S", tool], cwd=repository.root, capture_output=True, text=True, check=False
    )


@pytest.fixture
def edited(repository: Repository) -> Repository:
    repository.write("a/BUILD", 'python_library(name = "a", srcs = ["a.py", "b.py"], deps = ["//c"])\n')
    repository.write("a/a.py", "A = 1\n")
    repository.write("a/b.py", "B = 1\n")
    repository.write("c/BUILD", 'python_library(name = "c", srcs = ["c.py"])\n')
    repository.write("c/c.py", "C = 1\n")
    return repository


@pytest.mark.skipif(
    sys.version_info < (3, 10), reason="libcst needs typing_extensions there to be imported whole"
)
def test_the_wheel_in_the_tool_is_unpacked_once(edited: Repository, tmp_path: Path) -> None:
    package = Path(libcst.__file__).parent
    wheel = tmp_path / "libcst_for_tool.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path in sorted(package.rglob("*")):
            if path.suffix in (".py", ".so") and "tests" not in path.relative_to(package).parts:
                archive.write(path, path.relative_to(package.parent))
        archive.writestr("libcst-1.dist-info/RECORD", "")
    tool = build_tool(tmp_path, wheel)
    done = run(tool, edited)
    assert (done.returncode, done.stderr) == (0, "lambda_tidy: changed a/BUILD\n")
    assert edited.deps("a", "a") == []
    folders = [path.name for path in (edited.root / "plz-out" / "lambda_tidy").iterdir()]
    assert sorted(folders) == ["cache.json", f"libcst-{wheel.stat().st_size}-00000000"]
    edited.write("a/a.py", "import c.c\n")
    assert run(tool, edited).returncode == 0
    assert edited.deps("a", "a") == ["//c"]


def test_without_libcst_the_error_says_how_to_get_it(edited: Repository, tmp_path: Path) -> None:
    before = edited.build_files()
    done = run(build_tool(tmp_path), edited)
    assert (done.returncode, done.stderr) == (
        1,
        "lambda_tidy: error: lambda_tidy edits BUILD files with the package libcst, which this Python does not have; "
        "install it (python3 -m pip install libcst), or run what Please builds (plz run ///awslambda//tools/lambda_tidy)\n",
    )
    assert edited.build_files() == before
