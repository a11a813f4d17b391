from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Optional

import pytest

from tests.builders.member import placed
from tools.errors import PleasingError
from tools.lambda_zip.check.handler import Handler, find_handler
from tools.lambda_zip.check.handler_name import HandlerName, parse_handler
from tools.lambda_zip.read.pex import Area

FORMS = "write 'file.py:function', 'package.module:function' or 'package.module.function'"
GOOD = b"def handler(event, context): pass\n"


def find(
    text: str,
    files: Mapping[str, bytes],
    package: str = "svc",
    excluded: Optional[Mapping[str, str]] = None,
    python: tuple[int, int] = (3, 9),
) -> Handler:
    items = [placed(name, data) for name, data in files.items()]
    return find_handler(parse_handler(text, package), items, excluded or {}, python)


def problems(
    text: str, files: Mapping[str, bytes], package: str = "svc", excluded: Optional[Mapping[str, str]] = None
) -> tuple[str, ...]:
    with pytest.raises(PleasingError) as caught:
        find(text, files, package, excluded)
    return caught.value.problems


# Its name


@pytest.mark.parametrize(
    ("text", "package", "file", "module"),
    [
        ("echo.py:handler", "svc", "svc/echo.py", None),
        ("echo.py:handler", "", "echo.py", None),
        ("sub/echo.py:handler", "svc", "svc/sub/echo.py", None),
        ("../other/echo.py:handler", "svc", "other/echo.py", None),
        ("./echo.py:handler", "svc", "svc/echo.py", None),
        ("my-function.py:handler", "svc", "svc/my-function.py", None),
        ("svc.echo:handler", "x", None, "svc.echo"),
        ("svc.echo.handler", "x", None, "svc.echo"),
        ("svc/echo.handler", "x", None, "svc.echo"),
        ("echo.handler", "x", None, "echo"),
        ("my-function.handler", "x", None, "my-function"),
    ],
)
def test_the_forms(text: str, package: str, file: Optional[str], module: Optional[str]) -> None:
    assert parse_handler(text, package) == HandlerName(text, file, module, "handler")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "handler '' is empty or holds white space"),
        ("echo.py: handler", "handler 'echo.py: handler' is empty or holds white space"),
        ("echo.py:", "handler 'echo.py:': '' is no name of a function"),
        ("echo.py:a.b", "handler 'echo.py:a.b': 'a.b' is no name of a function"),
        ("echo.py:1", "handler 'echo.py:1': '1' is no name of a function"),
        ("echo", "handler 'echo' cannot be read"),
        (".handler", "handler '.handler' cannot be read"),
        ("a..handler", "handler 'a..handler' cannot be read"),
        ("a:b:handler", "handler 'a:b:handler' cannot be read"),
        ("a\\b.handler", "handler 'a\\\\b.handler' cannot be read"),
        ("a\x00.handler", "handler 'a\\x00.handler' cannot be read"),
        ("/a.handler", "handler '/a.handler' cannot be read"),
        ("a.b:", "handler 'a.b:' cannot be read"),
    ],
)
def test_malformed_names(text: str, problem: str) -> None:
    with pytest.raises(PleasingError) as caught:
        parse_handler(text, "svc")
    assert str(caught.value) == f"{problem}; {FORMS}"


@pytest.mark.parametrize("text", ["/etc/a.py:handler", "../../a.py:handler"])
def test_files_out_of_the_repository(text: str) -> None:
    with pytest.raises(PleasingError) as caught:
        parse_handler(text, "svc")
    where = text.partition(":")[0]
    assert str(caught.value) == f"handler {text!r}: {where} is out of the repository; name a file of it"


# Its module


def test_a_file() -> None:
    found = find("echo.py:handler", {"svc/echo.py": GOOD, "echo.py": b""})
    assert (found.name, found.module_file, found.certainty, found.warnings) == (
        "svc.echo.handler",
        "svc/echo.py",
        "defined",
        [],
    )
    assert found.entry == (
        b'"""Entry point of the function: lambda_function.handler is svc.echo.handler."""\n\n'
        b'from svc.echo import handler\n\n__all__ = ["handler"]\n'
    )


def test_a_file_of_the_repository_comes_before_a_distributions() -> None:
    theirs = placed("svc/echo.py", b"theirs = 1\n", None, Area.THIRD_PARTY)
    ours = placed("echo.py", GOOD)._replace(path="svc/echo.py")
    for items in ([theirs, ours], [ours, theirs]):
        assert find_handler(parse_handler("echo.py:handler", "svc"), items, {}, (3, 9)).name == "echo.handler"
    assert (
        find_handler(parse_handler("echo.py:theirs", "svc"), [theirs], {}, (3, 9)).name == "svc.echo.theirs"
    )


def test_another_name_is_imported_as_handler() -> None:
    found = find("echo.py:main", {"svc/echo.py": b"def main(a, b): pass\n"})
    assert found.entry is not None
    assert b"from svc.echo import main as handler\n" in found.entry


@pytest.mark.parametrize(
    ("path", "module"), [("my-function.py", "my-function"), ("class.py", "class"), ("1a.py", "1a")]
)
def test_a_file_that_no_import_statement_can_spell(path: str, module: str) -> None:
    found = find(f"{path}:handler", {f"svc/{path}": GOOD})
    assert found.name == f"svc.{module}.handler"
    assert found.entry is not None
    assert (
        f"import importlib\n\nhandler = importlib.import_module('svc.{module}').handler\n".encode()
        in found.entry
    )


@pytest.mark.parametrize(
    ("files", "file"),
    [
        (["svc/echo.py"], "svc/echo.py"),
        (["svc/echo/__init__.py"], "svc/echo/__init__.py"),
        (["svc/echo.py", "svc/echo/__init__.py"], "svc/echo/__init__.py"),
        (["svc/echo/other.py", "svc/echo.py"], "svc/echo.py"),
    ],
)
def test_a_module_is_found_as_python_finds_it(files: list[str], file: str) -> None:
    found = find("svc.echo:handler", dict.fromkeys(files, GOOD))
    assert (found.name, found.module_file) == ("svc.echo.handler", file)


def test_a_module_without_source_may_have_it() -> None:
    for name in ("svc/echo.cpython-311-x86_64-linux-gnu.so", "svc/echo.pyc", "svc/echo/__init__.abi3.so"):
        found = find("svc.echo.handler", {name: b""})
        assert (found.name, found.module_file, found.certainty) == ("svc.echo.handler", name, "may be")
        assert [str(warning) for warning in found.warnings] == [
            f"handler 'svc.echo.handler': {name} is not source, so only Lambda knows its names"
        ]


def test_a_missing_file() -> None:
    assert problems("echo.py:handler", {"other/echo.py": GOOD, "svc/main.py": GOOD}) == (
        "handler 'echo.py:handler': svc/echo.py is not in the PEX; add it to srcs, or the library that has it to deps. "
        "There is other/echo.py",
    )


def test_a_missing_module() -> None:
    assert problems("a.b:handler", {"svc/main.py": GOOD}) == (
        "handler 'a.b:handler': there is no module a.b in the zip, neither a/b.py nor a/b/__init__.py; add what has it to "
        "deps, or correct the name",
    )
    assert problems("a.main:handler", {"svc/main.py": GOOD})[0].endswith(
        "or correct the name. There is svc/main.py"
    )


def test_an_excluded_file() -> None:
    assert problems("echo.py:handler", {}, excluded={"svc/echo.py": "echo.py"}) == (
        "handler 'echo.py:handler': exclude takes echo.py, which has the handler; change the pattern",
    )
    assert problems("svc.echo:handler", {}, excluded={"x": "svc/echo.py"}) == (
        "handler 'svc.echo:handler': exclude takes svc/echo.py, which has the handler; change the pattern",
    )


@pytest.mark.parametrize("path", ["svc/echo.v2.py", "svc.d/echo.py", "svc/e.cho/__init__.py"])
def test_a_path_with_a_dot(path: str) -> None:
    assert problems(f"{path}:handler", {path: GOOD}, package="") == (
        f"handler '{path}:handler': {path} cannot be imported, as its path has a dot in it, which Lambda and Python take for "
        "the end of a package's name; rename it",
    )


@pytest.mark.parametrize(
    ("other", "shadow"),
    [
        ("svc/echo/__init__.py", "svc/echo/__init__.py"),
        ("svc/echo.abi3.so", "svc/echo.abi3.so"),
        ("svc.py", "svc.py"),
        ("svc.cpython-311-x86_64-linux-gnu.so", "svc.cpython-311-x86_64-linux-gnu.so"),
    ],
)
def test_a_module_that_another_shadows(other: str, shadow: str) -> None:
    assert problems("echo.py:handler", {"svc/echo.py": GOOD, other: GOOD}) == (
        f"handler 'echo.py:handler': Python imports {shadow} where svc/echo.py is meant, as it finds that first; rename one",
    )


def test_a_package_is_not_shadowed_by_a_module_beside_it() -> None:
    assert (
        find("echo.py:handler", {"svc/echo.py": GOOD, "svc/__init__.py": b"", "svc.py": GOOD}).name
        == "svc.echo.handler"
    )


@pytest.mark.parametrize("top", ["sys", "time", "builtins"])
def test_a_built_in_module(top: str) -> None:
    assert problems(f"{top}.handler", {f"{top}.py": GOOD}) == (
        f"handler '{top}.handler': Lambda refuses a handler below {top!r}, as that is a built-in module of Python; rename "
        "the file or its folder",
    )


def test_a_name_that_is_too_long() -> None:
    module = "a" * 121
    assert find(f"{module[:-1]}.handler", {f"{module[:-1]}.py": GOOD}).name == f"{module[:-1]}.handler"
    assert problems(f"{module}.handler", {f"{module}.py": GOOD}) == (
        f"handler '{module}.handler': {module}.handler has 129 characters; Lambda takes at most 128 "
        "(API_FunctionConfiguration). Move the module nearer to a source root",
    )


# The root module


def test_the_users_own_lambda_function_is_left_as_it_is() -> None:
    found = find("lambda_function.py:handler", {"lambda_function.py": GOOD}, package="")
    assert (found.name, found.entry) == ("lambda_function.handler", None)


def test_the_users_own_lambda_function_with_another_name() -> None:
    assert problems("lambda_function.main", {"lambda_function.py": b"main = 1\n"}) == (
        "handler 'lambda_function.main': lambda_function.py in app.pex lands on lambda_function.py, but the zip's root "
        "lambda_function.py is written by this tool, so that every function can be deployed as lambda_function.handler. Call "
        "the function handler, or rename the file",
    )


@pytest.mark.parametrize("name", ["lambda_function.py", "lambda_function/a.py", "lambda_function.abi3.so"])
def test_something_else_that_is_called_lambda_function(name: str) -> None:
    assert problems("svc.echo.handler", {"svc/echo.py": GOOD, name: b""}) == (
        f"handler 'svc.echo.handler': {name} in app.pex lands on {name}, but the zip's root lambda_function.py is written by "
        "this tool, so that every function can be deployed as lambda_function.handler. Rename that file",
    )


# Its function


def test_a_missing_function() -> None:
    source = b"def one(): pass\ndef two(): pass\n"
    assert problems("echo.py:handler", {"svc/echo.py": source}) == (
        "handler 'echo.py:handler': svc/echo.py does not define 'handler' at its top level; its functions are: one, two",
    )
    assert problems("echo.py:handler", {"svc/echo.py": b""})[0].endswith("its functions are: none")


def test_a_coroutine() -> None:
    assert problems("echo.py:handler", {"svc/echo.py": b"\nasync def handler(): pass\n"}) == (
        "handler 'echo.py:handler': svc/echo.py:2: 'handler' is async, and Lambda's Python runtime does not await it; write "
        "a def that calls asyncio.run",
    )


def test_a_name_that_may_be_there() -> None:
    found = find("echo.py:handler", {"svc/echo.py": b"from x import *\n"})
    assert (found.certainty, [str(warning) for warning in found.warnings]) == (
        "may be",
        [
            "handler 'echo.py:handler': svc/echo.py may define 'handler' (line 1 imports * from x); only importing it would tell"
        ],
    )


def test_source_that_cannot_be_parsed() -> None:
    (problem,) = problems("echo.py:handler", {"svc/echo.py": b"\ndef handler(:\n"})
    assert problem.startswith("handler 'echo.py:handler': svc/echo.py:2 cannot be parsed: ")
    assert problem.endswith("; correct the file")
    (problem,) = problems("echo.py:handler", {"svc/echo.py": b"a\x00"})
    assert "cannot be parsed: source code" in problem


def test_source_for_a_newer_python_is_not_looked_into() -> None:
    found = find("echo.py:handler", {"svc/echo.py": b"future syntax\n"}, python=(3, 99))
    assert found.certainty == "may be"
    (warning,) = map(str, found.warnings)
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert warning.startswith(
        f"handler 'echo.py:handler': svc/echo.py:1 was not checked, as Python {version} cannot parse it ("
    )
    assert warning.endswith(")")


def test_all_problems_at_once() -> None:
    assert len(problems("sys.handler", {"sys.py": b"", "lambda_function.py": b""})) == 3


def test_a_handler_that_two_arguments_do_not_fit() -> None:
    assert problems("echo.py:handler", {"svc/echo.py": b"import os\ndef handler(event): pass\n"}) == (
        "handler 'echo.py:handler': svc/echo.py:2: Lambda calls 'handler' with an event and a context, but it takes 1 "
        "argument; write def handler(event, context)",
    )


def test_decorators_are_noted() -> None:
    source = b"@tracer.capture\n@app.route('/')\ndef handler(): pass\n"
    assert find("echo.py:handler", {"svc/echo.py": source}).decorators == ("tracer.capture", "app.route('/')")
    assert find("echo.py:handler", {"svc/echo.py": GOOD}).decorators == ()
