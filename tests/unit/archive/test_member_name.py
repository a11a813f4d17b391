from __future__ import annotations

import pytest

from tools.archive.member_name import any_below, problem_with


@pytest.mark.parametrize(
    "name",
    [
        "a",
        "a/b",
        "...",
        ".a",
        "a.",
        "a..b",
        "..a",
        "a/...",
        "a b",
        "é",
        "ab:c",
        "a/C:",
        "a" * 255,
        "é" * 127,
        "x/" * 1999 + "y",
    ],
)
def test_a_good_name(name: str) -> None:
    assert problem_with(name) is None


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("", "it has an empty part"),
        ("a/", "it has an empty part"),
        ("a//b", "it has an empty part"),
        ("/a", "it is absolute"),
        (".", "it has a part that is '.'"),
        ("a/./b", "it has a part that is '.'"),
        ("..", "it leaves the folder that it is unpacked in (..)"),
        ("a/..", "it leaves the folder that it is unpacked in (..)"),
        ("c:a", "it begins with a drive letter"),
        ("a\\..\\b", "it holds a backslash, which some systems read as a separator"),
        ("a\x00", "it holds a NUL character"),
        ("a\tb", "it holds a control character"),
        ("a\x9b", "it holds a control character"),
        ("a\u2028b", "it holds a control character"),
        ("a\u202eb", "it holds a control character"),
        ("a\u2066b", "it holds a control character"),
        ("a/" + "b" * 256, "one of its parts is 256 bytes long; Lambda's file system takes at most 255"),
        ("日" * 86, "one of its parts is 258 bytes long; Lambda's file system takes at most 255"),
        ("ab/" * 1400 + "a", "it is 4201 bytes long; Lambda's file system takes at most 4000"),
    ],
)
def test_a_bad_name(name: str, problem: str) -> None:
    assert problem_with(name) == problem


def test_what_is_below_a_folder() -> None:
    names = sorted(["a-b", "a/b/c", "ab", "c"])
    assert [folder for folder in ("a", "a/b", "a/b/c", "b", "c", "d") if any_below(folder, names)] == [
        "a",
        "a/b",
    ]
    assert not any_below("a", [])
