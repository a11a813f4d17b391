"""Tests of the BUILD language: Python, but for what is tested here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.embedded_please.conftest import Repository
from tools.embedded_please.language import compile_file
from tools.errors import PleasingError

ROOT = Path(__file__).resolve().parent.parent.parent.parent


def _run(source: str, **names: Any) -> dict[str, Any]:
    exec(compile_file(source, "BUILD"), names)
    return names


def test_defaults_are_read_late_and_none_gives_them() -> None:
    source = (
        "def f(a:str, b:list=[], c:str=NAME, *, d=None):\n    'Text.'\n    b += [a]\n    return [b, c, d]\n"
    )
    names = _run(source + "first = f('x')\n", NAME="one")
    assert names["f"].__doc__ == "Text."
    assert names["first"] == [["x"], "one", None]
    names["NAME"] = "two"
    assert names["f"]("y", None, None) == [["y"], "two", None]
    assert names["f"]("y", ["z"], "") == [["z", "y"], "", None]


def test_annotations_are_for_please() -> None:
    source = "def f(test_only:bool&testonly=False, m:str|list=None):\n    return test_only\n"
    assert _run(source)["f"]() is False


def test_adding_to_a_list_leaves_the_callers_alone() -> None:
    names = _run("def f(x):\n    x += [1]\n    return x\n")
    mine: list[int] = []
    assert (names["f"](mine), mine) == ([1], [])


def test_syntax_errors_have_a_line() -> None:
    with pytest.raises(PleasingError, match=r"^p/BUILD:2: .*"):
        compile_file("a = 1\nb = = 2\n", "p/BUILD")


def test_the_rules_of_this_repository_compile() -> None:
    defined = {
        name
        for path in (ROOT / "build_defs").glob("*.build_defs")
        for name in compile_file(path.read_text(), path.name).co_names
    }
    assert {"python_lambda", "python_requirement", "python_tool"} <= defined


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("x = 1\nfail('no')", "BUILD:2: no"),
        ("pip_libary(name = 'a')", "BUILD:1: name 'pip_libary' is not defined (real Please may know it)"),
        ("{}['a']", "BUILD:1: KeyError: 'a'"),
        ("def f():\n    fail('no')\nf()", "BUILD:3: no\n  in f, BUILD:2"),
        ("filegroup(name = 'a')\n" * 2, "BUILD:2: there are two targets named a in this package"),
        (
            "build_rule(name = 'a', output_dirs = ['b'])",
            "BUILD:1: the embedded engine knows no argument output_dirs; real Please may",
        ),
        ("glob(['*'])", "BUILD:1: glob(['*']) found no files; set allow_empty = True if that is in order"),
        (
            "genrule(name = 'g', outs = ['b'], cmd = 'true')\nsubinclude(':g')",
            "BUILD:2: //:g is wanted while its own BUILD file is being read",
        ),
        (
            "subinclude('//defs:gen')",
            "BUILD:1: subinclude('//defs:gen'): the embedded engine takes filegroups of files only",
        ),
        (
            "subinclude('///mine//build_defs:mine')",
            "BUILD:1: there is no plugin mine: it takes a plugin_repo of that name and "
            '[Plugin "mine"] Target = //its:target in .plzconfig',
        ),
    ],
)
def test_errors(repository: Repository, source: str, message: str) -> None:
    repository.write("defs/BUILD", "genrule(name = 'gen', outs = ['a.build_defs'], cmd = 'true')\n")
    repository.write("BUILD", source + "\n")
    assert repository.fail("//:x") == [message]


def test_builtins(repository: Repository) -> None:
    for path in ("a.py", "b.txt", "below/c.py", ".hidden.py", "other/BUILD", "other/d.py"):
        repository.write(f"lib/{path}", "")
    repository.write(
        "lib/BUILD",
        "values = [glob(['*.py', '**/*.py']), glob(['**'], exclude = ['*.py']), glob(['x'], allow_empty = True),\n"
        "          package_name(), canonicalise(':a'), join_path('a', '', 'b'), tag('a', 'b'), tag('_a#b', 'c'),\n"
        "          looks_like_build_label(':a')]\n"
        "log.warning(package_name() + ' is read')\n"
        "text_file(name = 'value', content = str(values))\n",
    )
    run = repository.build("//lib:value")
    assert run.stderr == "lib is read\n"
    assert repository.out("lib/value") == str(
        [["a.py", "below/c.py"], ["b.txt"], [], "lib", "//lib:a", "a/b", "_a#b", "_a#b_c", True]
    )
