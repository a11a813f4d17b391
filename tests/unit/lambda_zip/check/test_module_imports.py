from __future__ import annotations

import pytest

from tests.builders.member import placed
from tools.errors import PleasingError
from tools.lambda_zip.check.module_imports import check_module_imports
from tools.lambda_zip.read.distribution import Distribution


def problems(source: str, module_dir: str = "third_party/python") -> tuple[str, ...]:
    try:
        check_module_imports([placed("svc/echo.py", source.encode())], module_dir)
    except PleasingError as error:
        return error.problems
    return ()


@pytest.mark.parametrize(
    ("source", "found", "instead"),
    [
        (
            "from third_party.python import msgspec",
            "from third_party.python import msgspec",
            "import msgspec",
        ),
        (
            "from third_party.python import a as b, c",
            "from third_party.python import a as b, c",
            "import a as b, c",
        ),
        (
            "from third_party.python.a.b import c as d",
            "from third_party.python.a.b import c as d",
            "from a.b import c as d",
        ),
        ("import third_party.python.msgspec", "import third_party.python.msgspec", "import msgspec"),
        ("import third_party.python.a as b", "import third_party.python.a as b", "import a as b"),
        ("import third_party.python", "import third_party.python", "import each package by its own name"),
        (
            "from third_party import python",
            "from third_party import python",
            "import each package by its own name",
        ),
        ("from third_party.python import a", "from third_party.python import a", "import a"),
    ],
)
def test_imports_through_the_module_directory(source: str, found: str, instead: str) -> None:
    assert problems(f"if True:\n    {source.strip()}\n") == (
        f"svc/echo.py:2: {found!r} works only under Please; in Lambda, third-party packages are at the root. Write {instead!r}",
    )


@pytest.mark.parametrize(
    "source",
    [
        "",
        "import python",
        "from third_party import other",
        "from .third_party.python import a",
        "import third_party.pythonic",
        "# third_party.python",
        "x = 'from third_party.python import a'",
        "import third_party",
        "from third_party.python import (",
        "third_party python \x00",
    ],
)
def test_other_code(source: str) -> None:
    assert problems(source) == ()


def test_all_places_are_told_in_order() -> None:
    source = "import third_party.python.b\n\nimport third_party.python.a, third_party.python.c\n"
    assert [problem.partition(" works")[0] for problem in problems(source)] == [
        "svc/echo.py:1: 'import third_party.python.b'",
        "svc/echo.py:3: 'import third_party.python.a'",
        "svc/echo.py:3: 'import third_party.python.c'",
    ]


def test_the_module_directory_is_a_setting() -> None:
    assert len(problems("import vendor.a", "vendor")) == 1
    assert problems("import third_party.python.a", "vendor") == ()
    assert problems("import a", "") == ()
    assert problems("from vendor import a", "vendor")[0].endswith("Write 'import a'")


def test_code_of_distributions_is_not_read() -> None:
    item = placed("a.py", b"import third_party.python.b", Distribution("a", "1", "", "a-1.dist-info"))
    check_module_imports([item, placed("svc/data.txt", b"import third_party.python.b")], "third_party/python")
