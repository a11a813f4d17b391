"""Commands of Please other than build, in a repository that has functions."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.builders.please import run_please
from tests.e2e.harness import PLEASE, ROOT, Repository

pytestmark = [
    pytest.mark.plz,
    pytest.mark.skipif(shutil.which("plz") is None, reason="there is no plz on PATH"),
]

_FUNCTION = """
python_lambda(
    name = "f",
    handler = "app.py:handler",
    runtime = "python3.13",
    deps = ["//lib"],
)
"""


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository("rules", tmp_path, PLEASE)
    with (made.path / "svc" / "BUILD").open("a") as file:
        file.write(_FUNCTION)
    return made


def _succeed(repository: Repository, *arguments: str) -> str:
    run = repository.run(*arguments, limit=120)
    assert run.status == 0, run.output
    return run.stdout


def test_gc_keeps_functions_and_what_they_need(repository: Repository) -> None:
    # Functions stay, as their `_invoke` and `_deploy` are programs; what they are made of does not, unless Please is told.
    assert "//lib:lib" in _succeed(repository, "gc", "--dry_run")
    repository.edit(".plzconfig", "[Parse]", "[Gc]\nKeepLabel = awslambda\n\n[Parse]")
    (repository.path / "unused").mkdir()
    (repository.path / "unused" / "BUILD").write_text('filegroup(name = "unused", srcs = ["BUILD"])\n')
    removed = [line.strip() for line in _succeed(repository, "gc", "--dry_run").splitlines() if "//" in line]
    assert removed == ["//unused:unused"]


def test_export_without_platforms_gives_a_repository_that_builds(
    repository: Repository, tmp_path: Path
) -> None:
    # Please 17.31.2 ends with a fault where a target depends on one of another platform.
    folder = tmp_path / "exported"
    plain = ("-o", "plugin.awslambda.platformdeps:false")
    _succeed(repository, *plain, "export", "--output", str(folder), "//svc:f")
    assert (folder / "lib" / "lib.py").exists()
    run = run_please([*plain, "build", "//svc:f"], folder, limit=120)
    assert run.status == 0, run.output
    assert (folder / "plz-out" / "gen" / "svc" / "f.zip").exists()


def test_export_of_outputs(repository: Repository, tmp_path: Path) -> None:
    folder = tmp_path / "exported"
    _succeed(repository, "export", "outputs", "--output", str(folder), "//svc:f")
    assert {path.name for path in folder.rglob("*") if path.is_file()} == {"f.zip", "f.json"}


def test_query_finds_functions_and_what_they_depend_on(repository: Repository) -> None:
    assert _succeed(repository, "query", "alltargets", "--include", "awslambda").split() == ["//svc:f"]
    assert "///linux_lambda313" in _succeed(repository, "query", "deps", "//svc:f")
    _succeed(repository, "build", "//svc:f")
    assert _succeed(repository, "query", "whatoutputs", "plz-out/gen/svc/f.zip").split() == ["//svc:f"]
    assert "//svc:f" in _succeed(repository, "query", "changes", "--level=-1", "svc/app.py").split()


def test_help_shows_the_rules_and_the_settings(repository: Repository) -> None:
    # Please looks for a plugin's rules where it has unpacked them.
    _succeed(repository, "build", "//svc:f")
    assert "Builds a zip that AWS Lambda runs as it is." in _succeed(repository, "help", "python_lambda")
    assert "One distribution of a lock file" in _succeed(repository, "help", "python_requirement")
    plugin = _succeed(repository, "help", "awslambda")
    assert "python_lambda(name, handler, " in plugin
    assert "max_unzipped_size" in plugin.lower()


def test_watch_builds_again_after_a_change(repository: Repository) -> None:
    process = subprocess.Popen(
        ["plz", "--plain_output", "--noupdate", "watch", "//svc:f"],
        cwd=repository.path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        source = repository.path / "svc" / "app.py"
        built = repository.path / "plz-out" / "bin" / "svc" / "f.pex"
        before = _changed(built, b"")
        assert before, "nothing was built"
        time.sleep(3)  # it begins to watch once it has built
        source.write_text(source.read_text() + "\nCHANGED = 1\n")
        assert _changed(built, before) != before
    finally:
        process.terminate()
        process.wait(timeout=30)


def _changed(path: Path, before: bytes) -> bytes:
    """Return a file's content once it is another, or what it is after a minute."""
    data = before
    end = time.monotonic() + 60
    while data == before and time.monotonic() < end:
        time.sleep(0.2)
        data = path.read_bytes() if path.exists() else before
    return data


def test_cover_measures_what_a_function_and_its_test_share(repository: Repository) -> None:
    (repository.path / "svc" / "app_test.py").write_text(
        "import unittest\nfrom svc.app import handler\n\n\nclass AppTest(unittest.TestCase):\n"
        "    def test_handler(self):\n        handler({}, None)\n"
    )
    with (repository.path / "svc" / "BUILD").open("a") as file:
        file.write(
            '\npython_test(\n    name = "app_test",\n    srcs = ["app_test.py"],\n'
            '    test_runner = "unittest",\n    deps = [":f"],\n)\n'
        )
    run = repository.run("cover", "//svc:app_test", limit=120)
    assert run.status == 0, run.output
    assert "1 passed" in run.output
    assert "svc/app.py" in (repository.path / "plz-out" / "log" / "coverage.json").read_text()


def test_fmt_leaves_every_build_file_as_it_is() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split("\0")
    files = [name for name in listed if name.rpartition("/")[2] in ("BUILD", "BUILD_FILE")]
    assert len(files) > 20
    run = run_please(["fmt", *files], ROOT, limit=60)
    assert run.status == 0, run.output
    assert not run.stdout
