"""Tests of labels."""

from __future__ import annotations

from typing import Optional

import pytest

from tools.embedded_please.labels import (
    Label,
    Reference,
    is_arch,
    join_arch,
    looks_like_label,
    read,
    read_absolute,
    split_annotation,
    split_arch,
)
from tools.errors import PleasingError


@pytest.mark.parametrize(
    ("text", "subrepo", "package", "name"),
    [
        (":x", None, "here", "x"),
        ("//a/b:c", None, "a/b", "c"),
        ("//a/b", None, "a/b", "b"),
        ("//:c", None, "", "c"),
        ("//a/...", None, "a", "..."),
        ("//...", None, "", "..."),
        ("//a:all", None, "a", "all"),
        ("///sub//a:b", "sub", "a", "b"),
        ("///sub//a", "sub", "a", "a"),
        ("///sub@linux_arm64//a:b", "sub@linux_arm64", "a", "b"),
        ("/////a:b", "", "a", "b"),
        ("@sub//a:b", "sub", "a", "b"),
        ("@sub", "sub", "", "sub"),
        ("@sub:x", "sub", "", "x"),
        ("//a:_b#c", None, "a", "_b#c"),
    ],
)
def test_read(text: str, subrepo: Optional[str], package: str, name: str) -> None:
    assert read(text, "here") == Reference(subrepo, package, name)


@pytest.mark.parametrize(
    "text", ["", ":", "a", "a:b", "//a:", "//a:b/c", "//a/:b", "//a:...", "///x", "//a*:b"]
)
def test_what_is_no_label(text: str) -> None:
    if text == "///x":
        assert read(text, "") == Reference("x", "", "x")
        return
    with pytest.raises(PleasingError) as caught:
        read(text, "")
    assert str(caught.value) == (
        f"{text!r} is not a label: expected //package:name, :name or ///repository//package:name"
    )


@pytest.mark.parametrize(
    "text", ["//a/b:c", "//:c", "//...", "//a/...", "///sub//a:b", "///sub@linux_arm64//a:b"]
)
def test_written_as_read(text: str) -> None:
    assert str(read_absolute(text)) == text


def test_parent() -> None:
    assert Label("", "a", "_b#pex_lib").parent() == Label("", "a", "b")
    assert Label("", "a", "b").parent() == Label("", "a", "b")


@pytest.mark.parametrize(
    ("entry", "label", "expected"),
    [
        ("//...", "//a/b:c", True),
        ("//a/...", "//a/b:c", True),
        ("//a/...", "//a:c", True),
        ("//a/...", "//ab:c", False),
        ("//a:all", "//a:c", True),
        ("//a:all", "//a/b:c", False),
        ("//a:c", "//a:c", True),
        ("//a:c", "//a:d", False),
    ],
)
def test_visibility(entry: str, label: str, expected: bool) -> None:
    assert read_absolute(entry).includes(read_absolute(label)) is expected


def test_platforms_of_repositories() -> None:
    assert split_arch("plugin@linux_arm64") == ("plugin", "linux_arm64")
    assert split_arch("linux_arm64") == ("linux_arm64", "")
    assert join_arch("plugin", "linux_arm64") == "plugin@linux_arm64"
    assert join_arch("", "linux_arm64") == "linux_arm64"
    assert is_arch("linux_lambda313arm64")
    assert not is_arch("python")
    assert not is_arch("a_b_c")


def test_annotations_and_looks() -> None:
    assert split_annotation("//a:b|zip") == ("//a:b", "zip")
    assert split_annotation("//a:b") == ("//a:b", "")
    assert looks_like_label("@a//b")
    assert not looks_like_label("a@b.txt")
    assert not looks_like_label("src/a.py")
