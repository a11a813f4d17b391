from __future__ import annotations

import ast
import sys

import pytest

from tools.imports.syntax import may_be_newer, newer_syntax

CASES = [
    ("with (open('a') as f, open('b') as g):\n    pass", 8, 9, "with and several items in parentheses"),
    ("@a[0]\ndef f(): pass", 8, 8, "a decorator that is not a name or its call"),
    ("match x:\n    case 1: pass", 9, 10, "a match statement"),
    ("try:\n    pass\nexcept* A:\n    pass", 10, 11, "except*"),
    ("a[1, *b]", 10, 11, "an unpacked index"),
    ("type X = int", 11, 12, "a type statement"),
    ("def f[T](a): pass", 11, 12, "type parameters"),
    ("class A[T]: pass", 11, 12, "type parameters"),
    ('x = f"{a["b"]}"', 11, 12, "an f-string with its own quote, a backslash, a comment or a line break in a replacement field"),
    ("x = f'{chr(10)!r:{\"\\n\"}}'", 11, 12, "an f-string with its own quote, a backslash, a comment or a line break in a replacement field"),
    ("type X[T = int] = list[T]", 12, 13, "the default of a type parameter"),
    ("try:\n    pass\nexcept A, B:\n    pass", 13, 14, "except with several types and no parentheses"),
    ("x = t'{a}'", 13, 14, "a template string"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "minor", "parses", "what"), CASES)
def test_newer_syntax(source: str, minor: int, parses: int, what: str) -> None:
    assert may_be_newer(source.encode(), minor)
    if sys.version_info[1] < parses:
        with pytest.raises(SyntaxError):
            ast.parse(source)
        return
    found = newer_syntax(ast.parse(source), source.encode(), minor)
    assert what in [item.what for item in found]
    assert {item.line for item in found} <= {1, 3}


OLD = [
    "with open('a') as f, open('b') as g:\n    pass",
    "with (open('a')) as f:\n    pass",
    "@a.b(c)\ndef f(): pass",
    "match = 1\nmatch.group()",
    "a[b * c]; d = [1, *e]",
    "type = 1\ntype(x)",
    "def f(a): return a[0]",
    "x = f'{a}{b:>{c}}{{}}' f\"{d['e']}\"",
    "x = f'{a[\"b\"]}'",
    "try:\n    pass\nexcept (A, B):\n    pass",
    "x = {**a}; print(*b)",
    "t = 't'",
]


@pytest.mark.parametrize("source", OLD)
def test_what_every_python_parses(source: str) -> None:
    assert newer_syntax(ast.parse(source), source.encode(), 8) == []


def test_an_ordinary_source_is_not_parsed_for_its_syntax() -> None:
    source = "\n".join(OLD[3:8]).encode()
    assert not may_be_newer(source, 12)
