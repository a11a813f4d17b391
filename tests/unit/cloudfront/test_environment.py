from __future__ import annotations

import ast

import pytest

from tools.cloudfront.environment import VariableRead, variable_reads


def reads(source: str) -> list[VariableRead]:
    return variable_reads(ast.parse(source))


@pytest.mark.parametrize(
    ("source", "name", "has_default"),
    [
        ("import os\nos.environ['A']", "A", False),
        ("import os\nos.environ.get('A')", "A", False),
        ("import os\nos.environ.get('A', 'b')", "A", True),
        ("import os\nos.getenv('A')", "A", False),
        ("import os\nos.getenv('A', default='b')", "A", True),
        ("import os as system\nsystem.getenv('A')", "A", False),
        ("from os import environ\nenviron['A']", "A", False),
        ("from os import environ as e\ne.get('A')", "A", False),
        ("from os import getenv\ngetenv('A')", "A", False),
        ("import os\nos.environ[NAME]", None, False),
        ("import os\nos.getenv(NAME, 1)", None, True),
    ],
)
def test_a_read(source: str, name: str, has_default: bool) -> None:
    assert reads(source) == [VariableRead(2, name, has_default)]


@pytest.mark.parametrize(
    "source",
    [
        "import os\nos.environ['A'] = 'b'",
        "import os\ndel os.environ['A']",
        "import os\nos.environ.copy()",
        "environ['A']",
        "from myos import environ\nenviron['A']",
        "from .os import environ\nenviron['A']",
        "class os:\n    environ = {}\nos.environ['A']",
        "import os\nos.path.join('A')",
        "getenv('A')",
    ],
)
def test_what_is_no_read(source: str) -> None:
    assert reads(source) == []


def test_reads_come_by_line() -> None:
    source = "import os\nos.getenv('B')\ndef f():\n    return os.environ['A']\nos.getenv('C')\n"
    assert [(read.line, read.name) for read in reads(source)] == [(2, "B"), (4, "A"), (5, "C")]
