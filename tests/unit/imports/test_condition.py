from __future__ import annotations

import ast
from typing import Optional

import pytest

from tools.imports.condition import evaluate


def value(text: str, minor: int = 12) -> Optional[bool]:
    return evaluate(ast.parse(text, mode="eval").body, minor)


@pytest.mark.parametrize(
    "text",
    [
        "sys.version_info >= (3, 11)",
        "sys.version_info[0] == 3",
        "sys.version_info[:2] >= (3, 12)",
        "sys.version_info.minor > 11",
        "version_info > (3,)",
        "sys.platform == 'linux'",
        "sys.platform.startswith('lin')",
        "sys.platform in ('linux', 'darwin')",
        "os.name != 'nt'",
        "platform.system() == 'Linux'",
        "platform.python_implementation() == 'CPython'",
        "sys.implementation.name == 'cpython'",
        "not TYPE_CHECKING",
        "PY3 and True",
        "six.PY3 or unknown",
        "__name__ != '__main__'",
        "1",
    ],
)
def test_what_holds_on_lambda(text: str) -> None:
    assert value(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "TYPE_CHECKING",
        "typing.TYPE_CHECKING",
        "t.TYPE_CHECKING and unknown",
        "__name__ == '__main__'",
        "sys.version_info < (3, 12)",
        "sys.platform == 'win32'",
        "sys.platform not in ['linux']",
        "PY2",
        "0",
    ],
)
def test_what_does_not(text: str) -> None:
    assert value(text) is False


@pytest.mark.parametrize(
    "text",
    [
        "unknown",
        "unknown and True",
        "os.environ['A'] == 'b'",
        "1 < 2 < 3",
        "__name__ == 'svc.echo'",
        "sys.version_info[unknown] == 3",
        "sys.version_info[9] == 3",
        "sys.version_info > 3",
        "platform.machine() == 'x86_64'",
        "f(1)",
        "[a for a in b]",
        "sys.platform.startswith(x)",
        "(1, unknown) == (1, 2)",
    ],
)
def test_what_only_running_tells(text: str) -> None:
    assert value(text) is None


def test_the_version_is_the_functions() -> None:
    assert value("sys.version_info >= (3, 11)", 10) is False
    assert value("sys.version_info >= (3, 11)", 11) is True
