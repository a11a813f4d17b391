from __future__ import annotations

import ast
import sys

import pytest

from tools.imports import module_source
from tools.imports.module_source import find_name, parse_module


def kind(source: str, name: str = "handler") -> str:
    tree = parse_module(source.encode())
    assert isinstance(tree, ast.Module)
    return find_name(tree, name).kind


@pytest.mark.parametrize(
    "source",
    [
        "def handler(): pass",
        "class handler: pass",
        "handler = 1",
        "a = handler = 1",
        "(a, [handler, *b]) = x",
        "handler: int = 1",
        "import handler",
        "import handler.a",
        "import a as handler",
        "from a import handler",
        "from . import a as handler",
        "if x:\n  def handler(): pass",
        "if x:\n  pass\nelif y:\n  pass\nelse:\n  handler = 1",
        "try:\n  pass\nexcept E:\n  handler = 1",
        "try:\n  pass\nfinally:\n  handler = 1",
        "with a as handler: pass",
        "for handler in x: pass",
        "while x:\n  handler = 1",
        "(handler := 1)",
        "handler += 1",
        "async def handler(): pass\nhandler = wrap(handler)",
        "if x:\n  pass\nelse:\n  import handler",
        "def other(): pass\nhandler = other",
    ],
)
def test_a_name_that_is_defined(source: str) -> None:
    assert kind(source) == "defined"


@pytest.mark.parametrize(
    "source",
    [
        "",
        "handler",
        "def f():\n  handler = 1",
        "class A:\n  def handler(self): pass",
        "import a.handler",
        "handler: int",
        "from handler import a",
        "x.handler = 1",
        "print('handler')",
    ],
)
def test_a_name_that_is_missing(source: str) -> None:
    assert kind(source) == "missing"


def test_a_coroutine() -> None:
    tree = parse_module(b"\nasync def handler(): pass\n")
    assert isinstance(tree, ast.Module)
    found = find_name(tree, "handler")
    assert (found.kind, found.line, found.functions) == ("async", 2, ["handler"])


def test_names_that_only_running_would_tell() -> None:
    tree = parse_module(b"def a(): pass\nfrom .x import *\ndef __getattr__(name): pass\n")
    assert isinstance(tree, ast.Module)
    found = find_name(tree, "handler")
    assert (found.kind, found.reason, found.functions) == (
        "may be",
        "line 2 imports * from .x",
        ["a", "__getattr__"],
    )
    tree = parse_module(b"def __getattr__(name): pass\n")
    assert isinstance(tree, ast.Module)
    assert find_name(tree, "handler").reason == "it has a __getattr__"


def test_match_statements_are_looked_into() -> None:
    tree = parse_module(b"match x:\n  case 1:\n    handler = 1\n")
    if isinstance(tree, ast.Module):  # Python 3.10 and newer
        assert find_name(tree, "handler").kind == "defined"
    else:
        assert isinstance(tree, SyntaxError)


def test_a_long_chain_of_elif_is_looked_into() -> None:
    source = (
        "if x == 0: pass\n"
        + "".join(f"elif x == {n}: pass\n" for n in range(1, 900))
        + "else:\n  handler = 1\n"
    )
    assert kind(source) == "defined"


def test_what_cannot_be_parsed() -> None:
    assert isinstance(parse_module(b"def f(:"), SyntaxError)
    assert isinstance(parse_module(b"# coding: none\n"), SyntaxError)
    assert isinstance(parse_module(b"x = '\xff'"), SyntaxError)
    assert isinstance(parse_module(b"a\x00b"), (SyntaxError, ValueError))
    assert isinstance(parse_module(b"-" * 100_000 + b"1"), Exception)


def test_what_is_nested_too_deeply(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(source: bytes, name: str) -> None:
        raise RecursionError("maximum recursion depth exceeded during compilation")

    monkeypatch.setattr(ast, "parse", fail)
    assert str(parse_module(b"")) == "it is nested too deeply"


@pytest.mark.parametrize(
    ("first", "repeated"), [(b"a", b".c"), (b"1", b"+1"), (b"f", b"()")], ids=["attributes", "sums", "calls"]
)
def test_what_overflows_an_older_pythons_stack(first: bytes, repeated: bytes) -> None:
    assert str(parse_module(first + repeated * 200_000)) == "it is nested too deeply"


def test_large_sources_are_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    source = b"x = 1\n" * 30_000
    assert isinstance(parse_module(source), ast.Module)
    monkeypatch.setattr(sys, "version_info", (3, 10))
    assert isinstance(parse_module(source), ast.Module)
    monkeypatch.setattr(module_source, "_ends_the_interpreter", lambda source: True)
    assert str(parse_module(source)) == "it is nested too deeply"
    assert isinstance(parse_module(b"x = 1\n"), ast.Module)


def test_warnings_of_the_source_are_not_shown(recwarn: pytest.WarningsRecorder) -> None:
    assert isinstance(parse_module(b"x = '\\d'\nassert (x, 'y')\n"), ast.Module)
    assert len(recwarn) == 0
