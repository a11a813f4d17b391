from __future__ import annotations

import importlib.util
import sys
from typing import Optional

import pytest

from tests.builders.member import first_party, third_party
from tests.builders.pex import bytecode
from tools.lambda_zip.read.pex import Kind, Part, Pex
from tools.lambda_zip.read.python_version import python_of, python_of_magic


def pex(*parts: Part, python: Optional[tuple[int, int]] = None) -> Pex:
    return Pex("app.pex", Kind.PLEASE, list(parts), [], python)


@pytest.mark.skipif(sys.version_info >= (3, 15), reason="the table ends with 3.14")
def test_this_interpreters_bytecode_is_known() -> None:
    assert python_of_magic(importlib.util.MAGIC_NUMBER) == sys.version_info[:2]


@pytest.mark.parametrize(
    ("magic", "python"),
    [
        (b"\x61\x0d\r\n", (3, 9)),
        (b"\xa7\x0d\r\n", (3, 11)),
        (b"\xcb\x0d\r\n", (3, 12)),
        (b"", None),
        (b"\xa7\x0d", None),
        (b"\xa7\x0d\r\r", None),
        (b"\x03\xf3\r\n", None),
        (b"\xff\xff\r\n", None),
        (b"\x00\x01\r\n", None),
    ],
)
def test_magic_numbers(magic: bytes, python: Optional[tuple[int, int]]) -> None:
    assert python_of_magic(magic) == python


def test_what_the_pex_says_comes_first() -> None:
    assert python_of(pex(first_party("a.pyc", bytecode((3, 11))), python=(3, 9))) == (3, 9)


def test_bytecode_of_first_party_code_comes_next() -> None:
    native = third_party("_a.cpython-312-x86_64-linux-gnu.so")
    assert python_of(pex(native, first_party("a.py"), first_party("a.pyc", bytecode((3, 11))))) == (3, 11)


@pytest.mark.parametrize(
    ("names", "python"),
    [
        (["_a.cpython-312-x86_64-linux-gnu.so"], (3, 12)),
        (["a.so", "_b.abi3.so", "_c.cp310-win_amd64.pyd"], (3, 10)),
        (["_a.cpython-313t-x86_64-linux-gnu.so"], (3, 13)),
        (["_a.cpython-312-x86_64-linux-gnu.so", "_a.cpython-311-x86_64-linux-gnu.so"], None),
        (["a.py"], None),
    ],
)
def test_tags_of_extension_modules_come_last(names: list[str], python: Optional[tuple[int, int]]) -> None:
    assert python_of(pex(*map(third_party, names), first_party("x.cpython-39-x.so"))) == python


def test_empty_bytecode_tells_nothing() -> None:
    assert python_of(pex(first_party("a.pyc", b""))) is None
