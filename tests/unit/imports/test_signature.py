from __future__ import annotations

import ast
from typing import Optional

import pytest

from tools.imports.signature import Signature, signature_of


def read(source: str) -> Optional[Signature]:
    return signature_of(ast.parse(source), "handler")


@pytest.mark.parametrize(
    "arguments",
    [
        "event, context",
        "event, context=None",
        "*args",
        "event, *rest",
        "event, context, /",
        "a=1, b=2, c=3",
        "e, c, *, k=1",
        "e, c, **kw",
    ],
)
def test_what_can_be_called(arguments: str) -> None:
    assert read(f"def handler({arguments}): pass") == Signature(1, (), None)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ("", "it takes no arguments"),
        ("event", "it takes 1 argument"),
        ("event=None", "it takes 1 argument"),
        ("**kw", "it takes no arguments"),
        ("a, b, c", "it takes 3 arguments"),
        ("a, b, *, c", "it cannot be called without the keyword argument 'c'"),
    ],
)
def test_what_cannot(arguments: str, problem: str) -> None:
    assert read(f"def handler({arguments}): pass") == Signature(1, (), problem)


def test_a_decorator_takes_the_arguments() -> None:
    assert read("@tracer.capture\n@app(1)\ndef handler(): pass") == Signature(
        3, ("tracer.capture", "app(1)"), None
    )


def test_what_is_no_def_is_not_judged() -> None:
    assert read("handler = make()") is None
    assert read("def handler(): pass\nhandler = wrap(handler)") is None
    assert read("from x import handler") is None
    assert read("class handler: pass") is None
