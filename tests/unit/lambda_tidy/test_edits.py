"""Edits change deps and keep all else of a BUILD file to the byte."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.unit.lambda_tidy.conftest import Repository
from tools.lambda_tidy.edit import change_lists
from tools.lambda_tidy.layout import sort_key
from tools.lambda_tidy.list_change import ListChange


def changed(
    text: str, add: tuple[str, ...] = (), remove: tuple[str, ...] = (), line: int = 1, column: int = 0
) -> str:
    return change_lists(text, {(line, column): [ListChange("deps", add, remove)]})


@pytest.mark.parametrize(
    ("before", "add", "remove", "after"),
    [
        ('f(\n    name = "x",\n)\n', ("//a",), (), 'f(\n    name = "x",\n    deps = ["//a"],\n)\n'),
        ('f(\n    name = "x"\n)\n', ("//a",), (), 'f(\n    name = "x",\n    deps = ["//a"],\n)\n'),
        (
            'f(\n    name = "x",  # why\n    # last\n)\n',
            ("//b", "//a"),
            (),
            'f(\n    name = "x",  # why\n    deps = [\n        "//a",\n        "//b",\n    ],\n    # last\n)\n',
        ),
        ('f(name = "x")\n', ("//a", ":b"), (), 'f(name = "x", deps = ["//a", ":b"])\n'),
        (
            'f(\n    name = "x",\n    **rest,\n)\n',
            ("//a",),
            (),
            'f(\n    name = "x",\n    deps = ["//a"],\n    **rest,\n)\n',
        ),
        ("f(\n    deps = [],\n)\n", ("//a",), (), 'f(\n    deps = ["//a"],\n)\n'),
        (
            'f(\n    deps = ["//b"],\n)\n',
            ("//a",),
            (),
            'f(\n    deps = [\n        "//a",\n        "//b",\n    ],\n)\n',
        ),
        (
            'f(\n    deps = [\n        "//a",\n        "//c",  # why\n    ],  # end\n    # last\n)\n',
            ("//b", "//d"),
            ("//a",),
            'f(\n    deps = [\n        "//b",\n        "//c",  # why\n        "//d",\n    ],  # end\n    # last\n)\n',
        ),
        (
            'f(\n    deps = [  # open\n        # of a\n        "//a",\n        "//b",  # of b\n        # close\n    ],\n)\n',
            ("//c",),
            ("//a",),
            'f(\n    deps = [  # open\n        # of a\n        "//b",  # of b\n        "//c",\n        # close\n    ],\n)\n',
        ),
        (
            'f(\n    deps = [\n        "//a",\n        "//b"\n    ],\n)\n',
            ("//c",),
            ("//b",),
            'f(\n    deps = [\n        "//a",\n        "//c",\n    ],\n)\n',
        ),
        (
            'f(\n    name = "x",\n    # of deps\n    deps = ["//a"],\n    tags = ["b"],\n)\n',
            (),
            ("//a",),
            'f(\n    name = "x",\n    # of deps\n    tags = ["b"],\n)\n',
        ),
        (
            'f(\n    name = "x",\n    deps = ["//a"],\n)\n',
            (),
            ("//a",),
            'f(\n    name = "x",\n)\n',
        ),
        (
            'f(\n    name = "x",\n    deps = [\n        "//a",\n        # stays\n    ],\n)\n',
            (),
            ("//a",),
            'f(\n    name = "x",\n    deps = [\n        # stays\n    ],\n)\n',
        ),
        ('f(name = "x", deps = ["//a"])\n', (), ("//a",), 'f(name = "x")\n'),
        (
            'f(\n    deps = ["//b"] + CONFIG.MORE + ["//c", "//d"],\n)\n',
            ("//a",),
            ("//c",),
            'f(\n    deps = [\n        "//a",\n        "//b",\n    ] + CONFIG.MORE + ["//d"],\n)\n',
        ),
        (
            'f(\n    deps = [\n        "//b",\n        "//x" if CONFIG.X else "//y",\n    ],\n)\n',
            ("//a",),
            (),
            'f(\n    deps = [\n        "//b",\n        "//x" if CONFIG.X else "//y",\n        "//a",\n    ],\n)\n',
        ),
        (
            'f(\n    deps = [\n        "//z",\n        "//b",\n    ],\n)\n',
            ("//a",),
            (),
            'f(\n    deps = [\n        "//z",\n        "//b",\n        "//a",\n    ],\n)\n',
        ),
        (
            "f(\n    deps = ['//b', '''//c'''],\n)\n",
            (),
            ("//c",),
            'f(\n    deps = ["//b"],\n)\n',
        ),
    ],
)
def test_a_list(before: str, add: tuple[str, ...], remove: tuple[str, ...], after: str) -> None:
    assert changed(before, add, remove) == after


def test_a_call_in_a_loop() -> None:
    before = 'for n in ["é", "b"]:\n    f(\n        name = n,\n        srcs = ["a.py"],\n    )\n'
    after = changed(before, ("//b", "//a"), line=2, column=4)
    assert after == before.replace(
        '        srcs = ["a.py"],\n',
        '        srcs = ["a.py"],\n        deps = [\n            "//a",\n            "//b",\n        ],\n',
    )


ODD = '''\
#!/usr/bin/env plz
"""What this package is."""   # odd spacing

subinclude("//build:rules" ) ; X = 1

NAMES = [ n.upper() for n in ["a","b"]
]   # a comprehension

def own(name:str, deps:list=[]):
    """A rule of this file."""
    return python_library(name = name, srcs = ["own.py"], deps = deps)

# Above the call.
python_library(
    # Above the name.
    name = "b",   # behind the name
    srcs = ["b.py"],
    tags = {"k": ["v"]},

    deps = [   # behind the bracket
        # Above c.
        "//c",  # of c, which goes
        "//kept",  # keep

        # Below all.
    ] + (["//x"] if CONFIG.OS == "linux" else []),  # at the end
    # Last.
)

if CONFIG.OS == "linux":
    python_library(name = "l", srcs = ["l.py"])
else:
    own("m", deps = ["//c"])

[genrule(name = n, outs = [n], cmd = "touch $OUT") for n in NAMES]
unknown_rule(name = "u", srcs = ["u.py"], deps = ["//c"])
'''


def test_a_hand_made_file_loses_nothing(repository: Repository) -> None:
    repository.write("c/BUILD", 'python_library(name = "c", srcs = ["c.py"], visibility = ["PUBLIC"])\n')
    repository.write("a/BUILD", 'python_library(name = "a", srcs = ["a.py"], visibility = ["PUBLIC"])\n')
    for name in ("a", "c"):
        repository.write(f"{name}/{name}.py", "A = 1\n")
    (repository.root / "b").mkdir()
    (repository.root / "b" / "BUILD").write_text(ODD)
    for name in ("b", "l", "u", "own"):
        repository.write(f"b/{name}.py", "import a.a\n" if name in "bl" else "import c.c\n")
    repository.tidy()
    assert repository.read("b/BUILD") == ODD.replace('        "//c",  # of c, which goes\n', "").replace(
        '        "//kept",  # keep\n', '        "//kept",  # keep\n        "//a",\n'
    ).replace('name = "l", srcs = ["l.py"]', 'name = "l", srcs = ["l.py"], deps = ["//a"]')


def test_an_expression_stays_and_is_told(repository: Repository) -> None:
    repository.write("a/BUILD", 'python_library(name = "a", srcs = ["a.py"], visibility = ["PUBLIC"])\n')
    repository.write("a/a.py", "A = 1\n")
    text = '\nDEPS = ["//b:c"]\n\npython_library(name = "b", srcs = ["b.py"], deps = DEPS)\npython_library(name = "c")\n'
    (repository.root / "b").mkdir()
    (repository.root / "b" / "BUILD").write_text(text)
    repository.write("b/b.py", "import a.a\n")
    run = repository.tidy()
    assert run.notes == ["b/BUILD:4: deps of //b:b is an expression, which stays as it is; it lacks //a"]
    assert repository.read("b/BUILD") == text


def test_line_endings_and_the_mode_of_a_file_stay(repository: Repository) -> None:
    repository.write("a/a.py", "A = 1\n")
    repository.write("a/a_test.py", "import a.a\n")
    path = repository.root / "a" / "BUILD"
    path.write_bytes(
        b'python_library(\r\n    name = "a",\r\n    srcs = ["a.py"],\r\n)\r\n\r\npython_test(\r\n    name = "t",\r\n    srcs = ["a_test.py"],\r\n)\r\n'
    )
    path.chmod(0o640)
    repository.tidy()
    assert path.read_bytes().endswith(b'    srcs = ["a_test.py"],\r\n    deps = [":a"],\r\n)\r\n')
    assert path.stat().st_mode & 0o777 == 0o640


LABELS = [
    ":A",
    ":a",
    ":a.b",
    ":a-b",
    ":a_b",
    ":ab",
    ":k",
    "///x//a",
    "//Third.a:b",
    "//b",
    "//c",
    "//third.a:b",
    "//third:b",
    "//third-a:b",
    "//third_party:b",
    "//third_party/python",
    "//third_party/python:b",
    "//third_party/python/x:b",
    "//z:q",
    "@x//a",
]


def test_labels_are_sorted_as_plz_fmt_does() -> None:
    shuffled = LABELS[1::2] + LABELS[::2]
    assert sorted(shuffled, key=sort_key) == LABELS


@pytest.mark.plz
@pytest.mark.skipif(shutil.which("plz") is None, reason="there is no plz on PATH")
def test_plz_fmt_leaves_what_is_written_as_it_is(tmp_path: Path) -> None:
    (tmp_path / ".plzconfig").write_text("[Please]\nVersion = >=17.31.2\n")
    texts = [
        changed('f(\n    name = "x",\n)\n', ("//a",)),
        changed('f(\n    name = "x",\n)\n', tuple(LABELS)),
        changed('f(\n    name = "x",\n    deps = ["//k"],\n)\n', tuple(LABELS)),
        changed(
            'f(\n    name = "x",\n    deps = [\n        ":j",\n        # c\n        "//k",\n    ],\n)\n',
            ("//a",),
        ),
        changed(
            'f(\n    name = "x",\n    deps = [\n        "//b",\n        "//k",  # keep\n    ],\n)\n',
            ("//a",),
            ("//b",),
        ),
        changed('f(\n    name = "x",\n    deps = ["//b"] + CONFIG.X,\n)\n', ("//a",)),
        changed("for n in N:\n    f(\n        name = n,\n    )\n", ("//a", "//b"), line=2, column=4),
    ]
    for number, text in enumerate(texts):
        (tmp_path / f"BUILD{number}").write_text(text)
    names = [f"BUILD{number}" for number in range(len(texts))]
    subprocess.run(["plz", "--noupdate", "fmt", "-w", *names], cwd=tmp_path, check=True, timeout=60)
    assert [(tmp_path / name).read_text() for name in names] == texts
