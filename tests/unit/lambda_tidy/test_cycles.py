"""Targets that would depend on one another."""

from __future__ import annotations

import pytest

from tests.unit.lambda_tidy.conftest import Repository
from tools.cycle import cycles


def test_folders_that_need_one_another_are_split(repository: Repository) -> None:
    repository.write("a/one.py", "import b.one\n")
    repository.write("a/two.py", "A = 1\n")
    repository.write("b/one.py", "B = 1\n")
    repository.write("b/two.py", "import a.two\n")
    repository.tidy()
    assert repository.deps("a", "one") == ["//b:one"]
    assert repository.deps("b", "two") == ["//a:two"]
    assert repository.deps("a", "two") == repository.deps("b", "one") == []


def test_files_of_a_folder_that_need_one_another_stay_together(repository: Repository) -> None:
    repository.settings("TidyTargets = file")
    repository.write("a/one.py", "import a.two\n")
    repository.write("a/two.py", "def two():\n    import a.one\n")
    repository.write("a/three.py", "import a.one\n")
    repository.tidy()
    assert 'name = "one",\n    srcs = [\n        "one.py",\n        "two.py",\n    ],' in repository.read(
        "a/BUILD"
    )
    assert repository.deps("a", "three") == [":one"]


def test_a_cycle_that_only_runs_on_a_condition_is_left_out_and_told(repository: Repository) -> None:
    repository.write("a/a.py", "import b.b\n")
    repository.write("b/b.py", "def b():\n    import a.a\n")
    run = repository.tidy()
    assert repository.deps("a", "a") == ["//b"]
    assert repository.deps("b", "b") == []
    assert run.notes == [
        "b/b.py:2: //b:b does not get //a:a, which depends on it, as Please takes no cycle; the import runs on a "
        "condition. Add it to the function that meets the condition"
    ]


def test_a_cycle_that_always_runs_is_an_error(repository: Repository) -> None:
    repository.write("a/a.py", "import os\nimport b.b\n")
    repository.write("b/b.py", "import a.a\n")
    assert repository.fail() == [
        "//a:a and //b:b would depend on one another, which Please refuses: //a:a needs //b:b (a/a.py:2); //b:b needs "
        "//a:a (b/b.py:1). Move what both need into a module of its own"
    ]


@pytest.mark.parametrize(
    ("edges", "found"),
    [
        ({"a": ["b"], "b": ["c"], "c": []}, []),
        ({"a": ["b", "x"], "b": ["a"], "c": ["a"]}, [["a", "b"]]),
        ({"a": ["b"], "b": ["c"], "c": ["a"], "d": ["e"], "e": ["d", "a"]}, [["a", "b", "c"], ["d", "e"]]),
        ({"a": ["a"]}, []),
        ({str(number): [str(number + 1)] for number in range(5000)}, []),
    ],
)
def test_groups(edges: dict[str, list[str]], found: list[list[str]]) -> None:
    assert cycles(edges) == found
