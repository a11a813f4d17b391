"""The command line: what is shown, what is written, and what is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.unit.lambda_tidy.conftest import Repository
from tools.lambda_tidy import source, watch
from tools.lambda_tidy.settings import read_settings

ROOT = Path(__file__).resolve().parent.parent.parent.parent
NEW = 'python_library(\n    name = "a",\n    srcs = ["a.py"],\n    visibility = ["PUBLIC"],\n)\n'
DIFF = "--- /dev/null\n+++ a/BUILD\n@@ -0,0 +1,5 @@\n" + "".join(f"+{line}\n" for line in NEW.splitlines())


def test_check_shows_the_difference_and_fails(repository: Repository) -> None:
    repository.write("a/a.py", "A = 1\n")
    run = repository.run("--check")
    assert run == (
        1,
        DIFF,
        "lambda_tidy: error: 1 BUILD file would change; run the same command without --check\n",
    )
    assert repository.build_files() == {}
    repository.tidy()
    assert repository.build_files() == {"a/BUILD": NEW}
    assert repository.run("--check") == (0, "", "")


def test_diff_shows_the_difference_and_does_not_fail(repository: Repository) -> None:
    repository.write("a/a.py", "A = 1\n")
    assert repository.run("--diff") == (0, DIFF, "")
    assert repository.build_files() == {}


def test_a_file_without_a_last_newline(repository: Repository) -> None:
    repository.write("a/a.py", "A = 1\n")
    repository.write("a/BUILD", 'filegroup(name = "f")')
    assert repository.run("--diff").stdout.startswith(
        '--- a/BUILD\n+++ a/BUILD\n@@ -1 +1,7 @@\n-filegroup(name = "f")\n\\ No newline at end of file\n+filegroup(name = "f")\n'
    )


def test_quiet_says_nothing_but_errors(repository: Repository) -> None:
    repository.write("a/a.py", "import unknown\n")
    assert repository.tidy("--quiet").stderr == ""
    repository.write("a/BUILD", "f(\n")
    assert len(repository.fail("--quiet")) == 1


def test_it_runs_from_a_folder_within(repository: Repository) -> None:
    repository.write("a/a.py", "A = 1\n")
    repository.write("b/b.py", "B = 1\n")
    done = subprocess.run(
        [sys.executable, "-m", "tools.lambda_tidy", "."],
        cwd=repository.root / "a",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stderr == "lambda_tidy: made a/BUILD\n"


def test_outside_of_a_repository(repository: Repository) -> None:
    (repository.root / ".plzconfig").unlink()
    root = repository.root
    assert repository.fail() == [
        f"{root} is in no repository: neither it nor a folder above has a .plzconfig"
    ]


def test_settings_that_there_cannot_be_are_told_at_once(repository: Repository) -> None:
    repository.settings(
        "TidyTargets = module",
        "TidyTypeChecking = yes",
        "TidyConditional = maybe",
        "TidyFunctions = svc/*.py",
        "TidyRules = mine=genrule",
    )
    assert repository.fail() == [
        ".plzconfig: TidyFunctions: 'svc/*.py' is no pattern of functions, such as 'svc/*/app.py:handler'",
        ".plzconfig: TidyTargets: expected one of folder, file, found 'module'",
        ".plzconfig: TidyRules: 'mine=genrule' is not RULE=RULE, such as 'acme_library=python_library'; the second is "
        "one of pip_library, python_binary, python_lambda, python_library, python_requirement, python_test, python_wheel",
        ".plzconfig: TidyConditional: expected true or false, found 'maybe'",
        ".plzconfig: TidyTypeChecking: expected one of tests, never, always, found 'yes'",
    ]


def test_build_files_that_cannot_be_read_are_told_at_once(repository: Repository) -> None:
    repository.write("a/BUILD", "f(name = 'x'\n")
    repository.write("b/BUILD", "def f(x:str?):\n    pass\n")
    repository.write("c/BUILD", "f(name = '\0')\n")
    (repository.root / "d").mkdir()
    (repository.root / "d" / "BUILD").write_bytes(b"# \xff\n")
    errors = repository.fail()
    assert [error.partition(": ")[0] for error in errors[:2]] == ["a/BUILD:1", "b/BUILD:1"]
    assert errors[2].startswith("c/BUILD")
    assert errors[3].startswith("d/BUILD cannot be read: 'utf-8' codec can't decode byte 0xff")
    assert all("; correct the file" in error for error in errors[:3])


def test_sources_that_cannot_be_parsed_are_told_and_left_alone(repository: Repository) -> None:
    repository.write("a/a.py", "import os\nprint 'x'\n")
    run = repository.run()
    assert run.status == 0
    assert [note.partition(": ")[0] for note in run.notes] == ["a/a.py:2"]
    assert run.notes[0].endswith("; nothing is taken out of the deps of its target")
    assert repository.build_files() == {"a/BUILD": NEW}


def test_what_a_target_cannot_see_is_told(repository: Repository) -> None:
    repository.write("a/BUILD", 'python_library(name = "a", srcs = ["a.py"])\n')
    repository.write("a/a.py", "A = 1\n")
    repository.write(
        "b/BUILD", 'package(default_visibility = ["//c/..."])\npython_library(name = "b", srcs = ["b.py"])\n'
    )
    repository.write("b/b.py", "import a.a\n")
    repository.write("c/d/c.py", "import b.b\n")
    repository.write("e/e.py", "import b.b\n")
    assert repository.tidy().notes == [
        'b/b.py:1: //b:b needs //a, which it cannot see; give //a:a visibility = ["//b/..."]',
        'e/e.py:1: //e:e needs //b, which it cannot see; give //b:b visibility = ["//e/..."]',
    ]


def test_what_only_tests_can_have_is_told(repository: Repository) -> None:
    repository.write(
        "a/BUILD", 'python_library(name = "a", srcs = ["a.py"], test_only = True, visibility = ["PUBLIC"])\n'
    )
    repository.write("a/a.py", "A = 1\n")
    repository.write(
        "b/BUILD", 'python_library(name = "b", srcs = ["b.py"])\npython_test(name = "t", srcs = ["t.py"])\n'
    )
    repository.write("b/b.py", "import a.a\n")
    repository.write("b/t.py", "import a.a\n")
    assert repository.tidy().notes == [
        "b/b.py:1: //b:b imports what //a:a has, which is test_only; Please will refuse it. Move the import into a test"
    ]


def test_sources_that_are_not_there_are_told(repository: Repository) -> None:
    repository.write("a/BUILD", '\npython_library(name = "a", srcs = ["a.py", "b.py"])\n')
    repository.write("a/a.py", "A = 1\n")
    assert repository.tidy().notes == [
        "a/BUILD:1: //a:a has the source b.py, which is not there; take it out"
    ]


@pytest.mark.parametrize(
    "source",
    [
        'from pathlib import Path\nW = Path(__file__).parent / "w.txt"\n',
        'from pathlib import Path\nW = Path(__file__).with_name("w.txt")\n',
        'import os\nW = open(os.path.join(os.path.dirname(__file__), "w.txt"))\n',
        'import pkgutil\nW = pkgutil.get_data("a", "w.txt")\n',
        'from importlib import resources\nW = resources.files("a").joinpath("w.txt")\n',
        'from importlib.resources import files\nW = files("a") / "w.txt"\n',
        'import importlib.resources\nW = importlib.resources.read_text("a", "w.txt")\n',
    ],
)
def test_files_that_are_read_are_advice(repository: Repository, source: str) -> None:
    repository.write("a/a.py", source)
    repository.write("a/w.txt")
    run = repository.tidy()
    assert run.notes == [
        'a/a.py:2: //a:a reads a/w.txt, and has no such resource; add it where it is needed: resources = ["w.txt"]'
    ]
    assert repository.build_files() == {"a/BUILD": NEW}
    repository.write(
        "a/BUILD", NEW.replace('    srcs = ["a.py"],\n', '    srcs = ["a.py"],\n    resources = ["w.txt"],\n')
    )
    assert repository.tidy().notes == []


def test_watch_sees_each_change(repository: Repository) -> None:
    repository.write("a/a.py", "A = 1\n")
    settings = read_settings(repository.root)
    before = watch.state(repository.root, settings)
    looks: list[float] = []

    def sleep(seconds: float) -> None:
        looks.append(seconds)
        if len(looks) == 3:
            repository.write("a/b.py", "B = 1\n")

    assert watch.wait(repository.root, settings, before, sleep) != before
    assert looks == [0.5, 0.5, 0.5]


def test_watch_writes_until_it_is_interrupted(repository: Repository) -> None:
    repository.write("a/a.py", "A = 1\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "tools.lambda_tidy", "--watch"],
        cwd=repository.root,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        for path, text in (("a/BUILD", NEW), ("b/BUILD", NEW.replace("a", "a"))):
            until = time.monotonic() + 60
            while not (repository.root / path).exists() and time.monotonic() < until:
                time.sleep(0.05)
            assert (repository.root / path).exists(), text
            repository.write("b/b.py", "B = 1\n")
    finally:
        process.send_signal(2)
        _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130
    assert stderr.splitlines()[:2] == ["lambda_tidy: made a/BUILD", "lambda_tidy: made b/BUILD"]


def test_the_cache_knows_what_has_not_changed(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        repository.write(f"{name}/{name}.py", "import json\n")
        os.utime(repository.root / name / f"{name}.py", ns=(1, 1))
    repository.tidy()
    parsed: list[str] = []
    real = source.read_source

    def read(content: bytes, path: str) -> source.SourceFacts:
        parsed.append(path)
        return real(content, path)

    monkeypatch.setattr(source, "read_source", read)
    repository.tidy()
    assert parsed == []
    os.utime(repository.root / "a" / "a.py", ns=(2, 2))
    repository.tidy()
    assert parsed == [], "its content is the same"
    repository.write("a/a.py", "import b.b\n")
    repository.tidy()
    assert parsed == ["a/a.py"]
    assert repository.deps("a", "a") == ["//b"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": "x", "kinds": 3}', '{"kinds": {}}'])
def test_a_cache_that_cannot_be_read_is_made_anew(repository: Repository, content: str) -> None:
    repository.write("plz-out/lambda_tidy/cache.json", content)
    repository.write("a/a.py", "A = 1\n")
    repository.tidy()
    assert set(json.loads(repository.read("plz-out/lambda_tidy/cache.json"))["kinds"]) == {"build", "source"}


def test_many_files_are_read_by_several_processes(repository: Repository) -> None:
    for number in range(450):
        repository.write(f"p{number % 9}/m{number}.py", f"import p{(number + 1) % 9}.m{number + 1}\n")
    repository.write("p0/m450.py", "M = 1\n")
    repository.settings("TidyTargets = file")
    repository.tidy()
    assert repository.deps("p3", "m48") == ["//p4:m49"]


def test_nothing_is_run_or_imported(repository: Repository) -> None:
    mark = repository.root / "ran"
    repository.write("a/a.py", f"open({str(mark)!r}, 'w')\nimport a.a\n")
    repository.write("a/__init__.py", f"open({str(mark)!r}, 'w')\n")
    repository.write("a/BUILD", f"open({str(mark)!r}, 'w')\n")
    repository.tidy()
    assert not mark.exists()


def test_a_build_file_that_is_a_link_stays_one(repository: Repository) -> None:
    repository.write("a/a.py", "A = 1\n")
    repository.write("shared/real", "# Ours.\n")
    (repository.root / "a" / "BUILD").symlink_to(repository.root / "shared" / "real")
    repository.tidy()
    assert (repository.root / "a" / "BUILD").is_symlink()
    assert repository.read("shared/real") == f"# Ours.\n\n{NEW}"


@pytest.mark.skipif(os.getuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_to(repository: Repository) -> None:
    repository.write("a/a.py", "A = 1\n")
    (repository.root / "a").chmod(0o500)
    assert "cannot be written: Permission denied" in repository.fail()[0]
