"""Tests of labels."""

from __future__ import annotations

import pytest

from tools.embedded_please.label import HOST, is_label, join_subrepo, parse, split_subrepo
from tools.errors import PleasingError

_WRITTEN = f"//a/b:c //a/b :c //:c //... //a/... //a:all ///python//b:p @python//b:p ///linux_x//a:b ///{HOST}//a:b /////a:b"
_READ = "//a/b:c //a/b:b //here:c //:c //:... //a:... //a:all ///python//b:p ///python//b:p ///linux_x//a:b //a:b //a:b"


@pytest.mark.parametrize(
    ("text", "label"), [*zip(_WRITTEN.split(), _READ.split()), ("///p@linux_x//a:b", "///p@linux_x//a:b")]
)
def test_forms(text: str, label: str) -> None:
    read = parse(text, "here")
    assert (str(read), join_subrepo(*split_subrepo(read.subrepo))) == (label, read.subrepo)


@pytest.mark.parametrize("text", ["", "a", "a:b", "//a:b:c", "//a:", "/a:b"])
def test_what_is_no_label(text: str) -> None:
    with pytest.raises(PleasingError) as caught:
        parse(text)
    assert str(caught.value) == f"{text!r} is not a label, such as //package:name or ///plugin//package:name"


def test_what_is_built_for_a_platform_follows_it_and_a_source_may_be_a_label() -> None:
    assert str(parse(":a", "p", "plugin", "linux_x")) == "///plugin@linux_x//p:a"
    assert str(parse("///python//p:a", "", "plugin", "linux_x")) == "///python@linux_x//p:a"
    assert str(parse(f"///{HOST}//p:a", "", "", "linux_x")) == "//p:a"
    assert [is_label(text) for text in ("//a", ":a", "@a//b", "@a:b")] == [True] * 4
    assert [is_label(text) for text in ("a.py", "a/b.py", "@a", "python3")] == [False] * 4
