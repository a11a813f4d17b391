from __future__ import annotations

import ast

import pytest

from tools.imports.statement import Import, When, absolute_name, package_of, read_imports


def read(source: str, package: str = "svc", minor: int = 12) -> list[Import]:
    return read_imports(ast.parse(source), package, minor)


def whens(source: str, minor: int = 12) -> dict[str, When]:
    return {item.module: item.when for item in read(source, minor=minor)}


def test_absolute_and_relative_imports() -> None:
    found = read(
        "import a.b as c, d\nfrom e import f as g, h\nfrom . import i\nfrom .j import *\nfrom ..k import l\n"
    )
    assert [(item.module, item.name, item.line, item.text) for item in found] == [
        ("a.b", "", 1, "import a.b"),
        ("d", "", 1, "import d"),
        ("e", "f", 2, "from e import f"),
        ("e", "h", 2, "from e import h"),
        ("svc", "i", 3, "from . import i"),
        ("svc.j", "*", 4, "from .j import *"),
        ("", "l", 5, "from ..k import l"),
    ]
    assert {item.when for item in found} == {When.IMPORTED}


def test_names() -> None:
    assert package_of("svc/echo.py") == "svc"
    assert package_of("a/b/__init__.py") == "a.b"
    assert package_of("echo.py") == ""
    assert absolute_name(2, "c", "a.b") == "a.c"
    assert absolute_name(1, "", "a.b") == "a.b"
    assert absolute_name(1, "c", "") == ""


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    import x",
        "async def f():\n    import x",
        "class A:\n    def f(self):\n        import x",
        "if unknown:\n    import x",
        "if unknown:\n    pass\nelse:\n    import x",
        "for a in b:\n    import x",
        "while a:\n    import x",
        "with something():\n    import x",
        "import importlib\nimportlib.import_module('x')",
        "a = [__import__('x')]",
        "def f(a=__import__('x')): pass",
        "try:\n    pass\nexcept ValueError:\n    import x",
        "try:\n    import y\nexcept ImportError:\n    pass\nelse:\n    import x",
    ],
)
def test_what_may_run_later(source: str) -> None:
    assert whens(source)["x"] is When.LATER


@pytest.mark.parametrize(
    "source",
    [
        "try:\n    import x\nexcept ImportError:\n    x = None",
        "try:\n    import x\nexcept ModuleNotFoundError:\n    x = None",
        "try:\n    import x\nexcept (KeyError, ImportError):\n    x = None",
        "try:\n    import x\nexcept Exception:\n    x = None",
        "try:\n    import x\nexcept:\n    x = None",
        "try:\n    import x\nexcept errors.OptionalMissing:\n    x = None",
        "try:\n    if True:\n        import x\nexcept ImportError:\n    x = None",
        "with contextlib.suppress(ImportError):\n    import x",
    ],
)
def test_what_is_caught(source: str) -> None:
    assert whens(source)["x"] is When.GUARDED


@pytest.mark.parametrize(
    "source",
    [
        "class A:\n    import x",
        "with warnings.catch_warnings():\n    import x",
        "with contextlib.suppress(KeyError):\n    import x",
        "try:\n    import x\nexcept AttributeError:\n    x = None",
        "try:\n    import x\nexcept ImportError as error:\n    raise RuntimeError('install x') from error",
        "try:\n    pass\nfinally:\n    import x",
        "if sys.version_info >= (3, 9):\n    import x",
        "if TYPE_CHECKING:\n    pass\nelse:\n    import x",
        "if True:\n    import x",
    ],
)
def test_what_runs_with_the_module(source: str) -> None:
    assert whens(source)["x"] is When.IMPORTED


@pytest.mark.parametrize(
    "source",
    [
        "if TYPE_CHECKING:\n    import x",
        "if typing.TYPE_CHECKING:\n    import x",
        "if __name__ == '__main__':\n    import x",
        "if sys.platform == 'win32':\n    import x",
        "if sys.version_info < (3, 8):\n    import x",
        "raise SystemExit\nimport x",
        "importlib.import_module(name)",
        "importlib.import_module('.x', 'other')",
    ],
)
def test_what_never_runs_or_cannot_be_told(source: str) -> None:
    assert "x" not in whens(source)


def test_a_relative_name_of_importlib_is_below_its_own_package() -> None:
    assert [item.module for item in read("import_module('.x', __package__)")] == ["svc.x"]
    assert [item.module for item in read("import_module('.x', package=__package__)")] == ["svc.x"]


def test_a_fallback_names_what_has_to_fail_first() -> None:
    found = read("try:\n    import tomllib\nexcept ImportError:\n    import tomli as tomllib")
    assert found == [
        Import("tomllib", "", 2, When.GUARDED, "import tomllib"),
        Import("tomli", "", 4, When.IMPORTED, "import tomli", (("tomllib", ""),)),
    ]


def test_the_version_chooses_the_branch() -> None:
    source = "if sys.version_info >= (3, 11):\n    import tomllib\nelse:\n    import tomli"
    assert list(whens(source, 11)) == ["tomllib"]
    assert list(whens(source, 10)) == ["tomli"]


def test_a_long_chain_of_elif_is_no_recursion() -> None:
    source = "if a:\n    pass\n" + "".join(f"elif a == {n}:\n    import m{n}\n" for n in range(90))
    assert len(read(source)) == 90
