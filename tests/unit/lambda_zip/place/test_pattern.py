from __future__ import annotations

from collections.abc import Sequence

import pytest

from tools.errors import PleasingError
from tools.lambda_zip.place.pattern import Patterns


@pytest.mark.parametrize(
    ("glob", "taken", "left"),
    [
        ("a/b.py", ["a/b.py"], ["b.py", "x/a/b.py", "a/bxpy"]),
        ("a/b", ["a/b", "a/b/c", "a/b/c/d"], ["a/bc", "x/a/b"]),
        ("a/", ["a", "x/a", "a/b"], ["ab"]),
        ("tests", ["tests", "a/tests/b", "tests/c"], ["mytests", "a/tests.py"]),
        ("*.pyi", ["a.pyi", "a/b.pyi", ".pyi"], ["a.py"]),
        ("a/*.py", ["a/b.py"], ["a/b/c.py", "b.py"]),
        ("a/**/c", ["a/c", "a/b/c", "a/b/b/c"], ["a/bc", "c"]),
        ("**/c", ["c", "a/c"], ["bc"]),
        ("**/**/**/c", ["c", "a/c", "a/b/c/d"], ["bc"]),
        ("a**", ["a", "a/b/c"], ["xa"]),
        ("**", ["a", "a/b"], []),
        ("a***b", ["ab", "a/x/b"], ["a"]),
        ("?.py", ["a.py", "x/b.py"], ["ab.py", "/.py"]),
        ("a?b", ["axb"], ["a/b", "ab"]),
        ("[ab].py", ["a.py", "b.py"], ["c.py"]),
        ("[!ab].py", ["c.py"], ["a.py", "/.py"]),
        ("x[!a]y", ["xby"], ["x/y", "xay"]),
        ("[a-c]", ["b"], ["d", "-"]),
        ("[a-]", ["a", "-"], ["b"]),
        ("[-a]", ["a", "-"], ["b"]),
        ("[]a]", ["]", "a"], ["b"]),
        ("[!]a]", ["b"], ["]", "a"]),
        ("[a-a]", ["a"], ["b"]),
        ("[[&&||~~-]", ["[", "&", "|", "~", "-"], ["a"]),
        ("[\\d]", ["\\", "d"], ["1"]),
        ("a+b(c).py", ["a+b(c).py"], ["aab(c).py"]),
        ("a\nb", ["a\nb"], ["ab"]),
    ],
)
def test_what_a_glob_takes(glob: str, taken: Sequence[str], left: Sequence[str]) -> None:
    patterns = Patterns([glob], "exclude")
    assert [name for name in taken if not patterns.match(name)] == []
    assert [name for name in left if patterns.match(name)] == []


def test_globs_that_took_nothing_are_known() -> None:
    patterns = Patterns(["*.a", "*.b", "a.*"], "exclude")
    assert patterns.unmatched == ["*.a", "*.b", "a.*"]
    assert patterns.match("a.a")
    assert not patterns.match("c.c")
    assert patterns.unmatched == ["*.b"]


@pytest.mark.parametrize("glob", ["", "/a", "a//b"])
def test_no_glob_at_all(glob: str) -> None:
    with pytest.raises(PleasingError) as caught:
        Patterns([glob], "exclude")
    assert str(caught.value) == (
        f"exclude: {glob!r} is not a pattern; write a path in the zip, such as 'pkg/tests' or '**/*.pyi'"
    )


@pytest.mark.parametrize("glob", ["[a", "a[", "[]", "[!]", "[^"])
def test_a_set_that_does_not_end(glob: str) -> None:
    with pytest.raises(PleasingError) as caught:
        Patterns([glob], "collisions_ok")
    assert str(caught.value) == f"collisions_ok: {glob!r} has a '[' that no ']' closes"


def test_a_range_that_runs_backwards() -> None:
    with pytest.raises(PleasingError) as caught:
        Patterns(["[z-a]"], "exclude")
    assert str(caught.value) == "exclude: '[z-a]' has a range that runs backwards: z-a"


def test_many_double_stars_take_no_time() -> None:
    assert not Patterns(["**/" * 40 + "x"], "exclude").match("a/" * 40 + "b")
