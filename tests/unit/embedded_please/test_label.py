"""Tests of labels."""

from __future__ import annotations

import pytest

from tools.embedded_please.label import HOST, Label, is_label, join_subrepo, parse, split_subrepo
from tools.errors import PleasingError


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("//a/b:c", Label("", "a/b", "c")),
        ("//a/b", Label("", "a/b", "b")),
        (":c", Label("", "here", "c")),
        ("//:c", Label("", "", "c")),
        ("//...", Label("", "", "...")),
        ("//a/...", Label("", "a", "...")),
        ("//a:all", Label("", "a", "all")),
        ("///python//build_defs:python", Label("python", "build_defs", "python")),
        ("@python//build_defs:python", Label("python", "build_defs", "python")),
        ("///linux_x//a:b", Label("linux_x", "a", "b")),
        ("///p@linux_x//a:b", Label("p@linux_x", "a", "b")),
        (f"///{HOST}//a:b", Label("", "a", "b")),
        ("/////a:b", Label("", "a", "b")),
    ],
)
def test_forms(text: str, label: Label) -> None:
    assert parse(text, "here") == label


@pytest.mark.parametrize("text", ["", "a", "a:b", "//a:b:c", "//a:", "/a:b"])
def test_what_is_no_label(text: str) -> None:
    with pytest.raises(PleasingError) as caught:
        parse(text)
    assert str(caught.value) == f"{text!r} is not a label, such as //package:name or ///plugin//package:name"


def test_what_is_built_for_a_platform_follows_it() -> None:
    assert parse(":a", "p", "plugin", "linux_x") == Label("plugin@linux_x", "p", "a")
    assert parse("///python//p:a", "", "plugin", "linux_x") == Label("python@linux_x", "p", "a")
    assert parse(f"///{HOST}//p:a", "", "", "linux_x") == Label("", "p", "a")


@pytest.mark.parametrize("text", ["//a:b", "///python//a:b", "///linux_x//:b", "///p@linux_x//a:b"])
def test_text(text: str) -> None:
    label = parse(text)
    assert (str(label), join_subrepo(*split_subrepo(label.subrepo))) == (text, label.subrepo)


def test_a_source_that_is_a_label() -> None:
    assert [is_label(text) for text in ("//a", ":a", "@a//b", "@a:b")] == [True] * 4
    assert [is_label(text) for text in ("a.py", "a/b.py", "@a", "python3")] == [False] * 4
