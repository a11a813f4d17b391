"""Tests of the BUILD language: Python, but for what is tested here."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.embedded_please.conftest import Repository
from tools.embedded_please.language import compile_file
from tools.errors import PleasingError


def _run(source: str, **names: Any) -> dict[str, Any]:
    exec(compile_file(source, "BUILD"), names)
    return names


def test_defaults_are_read_late_and_none_gives_them() -> None:
    source = (
        "def f(a:str, b:list=[], c:str=NAME, *, d=None):\n    'Text.'\n    b += [a]\n    return [b, c, d]"
    )
    names = _run(source + "\nfirst = f('x')\n", NAME="one")
    assert names["f"].__doc__ == "Text."
    assert names["first"] == [["x"], "one", None]
    names["NAME"] = "two"
    assert names["f"]("y", None, None) == [["y"], "two", None]
    assert names["f"]("y", ["z"], "") == [["z", "y"], "", None]


def test_annotations_are_for_please_and_adding_to_a_list_leaves_the_callers_alone() -> None:
    names = _run("def f(x, test_only:bool&testonly=False, m:str|list=None):\n    x += [1]\n    return x\n")
    mine: list[int] = []
    assert (names["f"](mine), mine) == ([1], [])


def test_syntax_errors_have_a_line() -> None:
    with pytest.raises(PleasingError, match=r"^p/BUILD:2: .*"):
        compile_file("a = 1\nb = = 2\n", "p/BUILD")


_NO_PLUGIN = 'there is no plugin m: it takes a plugin_repo of that name and [Plugin "m"] Target = //its:target in .plzconfig'


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("x = 1\nfail('no')", "2: no"),
        ("pip_libary(name = 'a')", "1: name 'pip_libary' is not defined (real Please may know it)"),
        ("{}['a']", "1: KeyError: 'a'"),
        ("def f():\n    fail('no')\nf()", "3: no\n  in f, BUILD:2"),
        ("filegroup(name = 'a')\n" * 2, "2: there are two targets named a in this package"),
        ("build_rule(name = 'a', x = 1)", "1: the embedded engine knows no argument x; real Please may"),
        ("glob(['*'])", "1: glob(['*']) found no files; set allow_empty = True if that is in order"),
        ("subinclude(':g')", "1: //:g is wanted while its own BUILD file is being read"),
        ("subinclude('//d:g')", "1: subinclude('//d:g'): the embedded engine takes filegroups of files only"),
        ("subinclude('///m//d:m')", f"1: {_NO_PLUGIN}"),
    ],
)
def test_errors(repository: Repository, source: str, message: str) -> None:
    repository.write("d/BUILD", "genrule(name = 'g', outs = ['a.build_defs'], cmd = 'true')\n")
    repository.write("BUILD", source + "\n")
    assert repository.fail("//:x") == [f"BUILD:{message}"]


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
    values = [["a.py", "below/c.py"], ["b.txt"], [], "lib", "//lib:a", "a/b", "_a#b", "_a#b_c", True]
    assert repository.out("lib/value") == str(values)
