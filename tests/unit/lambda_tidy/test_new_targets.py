"""Targets for files that have none."""

from __future__ import annotations

import pytest

from tests.unit.lambda_tidy.conftest import Repository


def test_a_library_and_a_test_for_a_folder(repository: Repository) -> None:
    repository.write("libs/shop/basket.py", "import json\n")
    repository.write("libs/shop/order.py", "from libs.shop.basket import json\n")
    repository.write("libs/shop/order_test.py", "from libs.shop.order import json\n")
    repository.write("libs/shop/test_basket.py", "from libs.shop import basket\n")
    run = repository.tidy()
    assert run.stderr == "lambda_tidy: made libs/shop/BUILD\n"
    assert repository.read("libs/shop/BUILD") == (
        """\
python_library(
    name = "shop",
    srcs = [
        "basket.py",
        "order.py",
    ],
    visibility = ["PUBLIC"],
)

python_test(
    name = "test",
    srcs = [
        "order_test.py",
        "test_basket.py",
    ],
    deps = [":shop"],
)
"""
    )


def test_rules_are_brought_where_nothing_brings_them(repository: Repository) -> None:
    repository.write(".plzconfig", '[Plugin "awslambda"]\nTidyFunctions = svc/*.py:handler\n')
    repository.write("svc/echo.py", "def handler(event, context): ...\n")
    repository.write("svc/tests/echo_test.py", "from svc.echo import handler\n")
    repository.write("lib/BUILD", '# Ours.\n\nfilegroup(name = "x")\n')
    repository.write("lib/a.py", "A = 1\n")
    repository.tidy()
    assert repository.read("svc/BUILD") == (
        'subinclude("///awslambda//build_defs:awslambda")\n\npython_lambda(\n    name = "lambda",\n'
        '    handler = "echo.py:handler",\n)\n'
    )
    assert repository.read("svc/tests/BUILD") == (
        'subinclude("///python//build_defs:python")\n\npython_test(\n    name = "test",\n'
        '    srcs = ["echo_test.py"],\n    deps = ["//svc:lambda"],\n)\n'
    )
    assert repository.read("lib/BUILD") == (
        '# Ours.\n\nsubinclude("///python//build_defs:python")\n\nfilegroup(name = "x")\n\npython_library(\n'
        '    name = "lib",\n    srcs = ["a.py"],\n    visibility = ["PUBLIC"],\n)\n'
    )


def test_the_plugins_own_repository_has_its_rules_under_another_label(repository: Repository) -> None:
    repository.write(".plzconfig", "[PluginDefinition]\nName = awslambda\n")
    repository.write("svc/echo.py", "def handler(event, context): ...\n")
    repository.tidy("--function", "svc/echo.py:handler")
    assert repository.read("svc/BUILD").startswith('subinclude("//build_defs:awslambda")\n')


def test_a_target_for_each_file(repository: Repository) -> None:
    repository.settings("TidyTargets = file", "TidyVisibility = //svc/...", "TidyVisibility = //libs/...")
    repository.write("libs/shop/__init__.py", "from libs.shop.basket import A\n")
    repository.write("libs/shop/basket.py", "A = 1\n")
    repository.write("libs/shop/basket_test.py", "import libs.shop\n")
    repository.tidy()
    assert repository.read("libs/shop/BUILD") == (
        """\
python_library(
    name = "shop",
    srcs = ["__init__.py"],
    visibility = [
        "//libs/...",
        "//svc/...",
    ],
    deps = [":basket"],
)

python_library(
    name = "basket",
    srcs = ["basket.py"],
    visibility = [
        "//libs/...",
        "//svc/...",
    ],
)

python_test(
    name = "basket_test",
    srcs = ["basket_test.py"],
    deps = [":shop"],
)
"""
    )


def test_a_new_file_goes_into_the_target_of_its_folder(repository: Repository) -> None:
    repository.write("libs/a.py", "A = 1\n")
    repository.write("libs/a_test.py", "import libs.a\n")
    repository.tidy()
    repository.write("libs/b.py", "import libs.c.d\n")
    repository.write("libs/c/d.py", "D = 1\n")
    repository.write("libs/test_b.py", "import libs.b\n")
    run = repository.tidy()
    assert run.stderr == "lambda_tidy: changed libs/BUILD\nlambda_tidy: made libs/c/BUILD\n"
    assert repository.read("libs/BUILD") == (
        """\
python_library(
    name = "libs",
    srcs = [
        "a.py",
        "b.py",
    ],
    visibility = ["PUBLIC"],
    deps = ["//libs/c:d"],
)

python_test(
    name = "test",
    srcs = [
        "a_test.py",
        "test_b.py",
    ],
    deps = [":libs"],
)
""".replace("//libs/c:d", "//libs/c")
    )


@pytest.mark.parametrize(
    "build",
    [
        'python_library(name = "all", srcs = glob(["*.py"]))',
        'python_library(name = "all", srcs = glob(["**/*.py"], exclude = ["*_test.py"]))',
        'SRCS = ["a.py"]\npython_library(name = "all", srcs = SRCS)',
        'genrule(name = "gen", srcs = ["a.py"], outs = ["b.txt"], cmd = "cp $SRCS $OUT")',
        'filegroup(name = "gen", srcs = ["a.py"])',
        'own_rule(name = "own", handler = "a.py:handler")',
        '[python_library(name = n, srcs = [n + ".py"], data = ["a.py"]) for n in ["b"]]',
        'python_binary(name = "run", main = "a.py")',
    ],
)
def test_what_a_build_file_speaks_of_has_a_target(repository: Repository, build: str) -> None:
    repository.write("p/BUILD", build + "\n")
    repository.write("p/a.py", "A = 1\n")
    assert repository.tidy().stderr == "lambda_tidy: nothing to change in 1 BUILD file\n"


def test_a_folder_whose_files_another_package_takes_becomes_none(repository: Repository) -> None:
    repository.write("svc/BUILD", 'filegroup(name = "data", srcs = ["events/a.json", "deep/er/b.json"])\n')
    repository.write("svc/events/a.json", "{}")
    repository.write("svc/events/make.py", "A = 1\n")
    repository.write("svc/other/make.py", "A = 1\n")
    repository.tidy()
    assert sorted(repository.build_files()) == ["svc/BUILD", "svc/other/BUILD"]
    assert repository.read("svc/BUILD").endswith(
        'python_library(\n    name = "svc",\n    srcs = ["events/make.py"],\n    visibility = ["PUBLIC"],\n)\n'
    )


def test_an_empty_init_alone_needs_no_target(repository: Repository) -> None:
    repository.write("acme/__init__.py", '"""The company."""\n')
    repository.write("acme/a/__init__.py")
    repository.write("acme/a/b.py", "B = 1\n")
    repository.tidy()
    assert repository.build_files() == {
        "acme/a/BUILD": (
            'python_library(\n    name = "a",\n    srcs = [\n        "__init__.py",\n        "b.py",\n    ],\n'
            '    visibility = ["PUBLIC"],\n)\n'
        )
    }


def test_functions_are_named(repository: Repository) -> None:
    repository.settings("TidyFunctions = svc/*/app.py:handler")
    for name in ("one", "two"):
        repository.write(f"svc/{name}/app.py", "def handler(event, context): ...\n")
    repository.write("svc/none/app.py", "def main(): ...\n")
    repository.write("edge/redirect.py", "from edge.rewrite import run\ndef run_it(event, context): ...\n")
    repository.write("edge/rewrite.py", "def run(event, context): ...\n")
    repository.tidy("--function", "edge/redirect.py:run_it", "--function=//edge/rewrite.py:run")
    assert "python_lambda" not in repository.read("svc/none/BUILD")
    assert repository.read("svc/one/BUILD") == (
        'python_lambda(\n    name = "lambda",\n    handler = "app.py:handler",\n)\n'
    )
    assert repository.read("edge/BUILD") == (
        'python_lambda(\n    name = "redirect",\n    handler = "redirect.py:run_it",\n    deps = [":rewrite"],\n)\n\n'
        'python_lambda(\n    name = "rewrite",\n    handler = "rewrite.py:run",\n)\n'
    )


def test_functions_that_are_not_there(repository: Repository) -> None:
    repository.write("svc/app.py", "def main(): ...\n")
    assert repository.fail("--function", "svc/app.py:handler", "--function", "svc/echo.py:handler") == [
        "--function svc/app.py:handler: svc/app.py defines no 'handler'; correct the name",
        "--function svc/echo.py:handler: there is no file svc/echo.py; write it as svc/echo.py:handler",
    ]


def test_conftest_is_a_library_that_tests_below_depend_on(repository: Repository) -> None:
    repository.settings("TestRunner = pytest", section="python")
    repository.write("p/conftest.py", "import p.helper\n")
    repository.write("p/helper.py", "H = 1\n")
    repository.write("p/q/q_test.py", "def test(): ...\n")
    repository.write("other/o_test.py", "def test(): ...\n")
    repository.tidy()
    assert repository.read("p/BUILD").startswith(
        'python_library(\n    name = "conftest",\n    srcs = ["conftest.py"],\n    test_only = True,\n'
        '    visibility = ["PUBLIC"],\n    deps = [":p"],\n)\n'
    )
    assert repository.deps("p/q", "test") == ["//p:conftest"]
    assert repository.deps("other", "test") == []


def test_what_depends_on_test_only_targets_is_one(repository: Repository) -> None:
    repository.write(
        "t/BUILD", 'python_library(name = "t", srcs = ["t.py"], test_only = True, visibility = ["PUBLIC"])\n'
    )
    repository.write("t/t.py", "T = 1\n")
    repository.write("a/a.py", "import t.t\n")
    repository.write("b/b.py", "import a.a\n")
    repository.write("c/c.py", "C = 1\n")
    repository.tidy()
    assert "test_only = True" in repository.read("a/BUILD")
    assert "test_only = True" in repository.read("b/BUILD")
    assert "test_only" not in repository.read("c/BUILD")


def test_only_the_folders_that_are_named(repository: Repository) -> None:
    for name in ("a", "b", "c", "c/d"):
        repository.write(f"{name}/m.py", "M = 1\n")
    repository.tidy("//a", "c/...")
    assert sorted(repository.build_files()) == ["a/BUILD", "c/BUILD", "c/d/BUILD"]
    assert repository.fail("x", "../y") == [
        "there is no folder x in the repository",
        "there is no folder ../y in the repository",
    ]


def test_what_is_passed_over(repository: Repository) -> None:
    repository.settings("TidyExclude = old/*", "TidyExclude = gone")
    repository.write(".hidden/a.py", "A = 1\n")
    repository.write("plz-out/gen/a.py", "A = 1\n")
    repository.write("venv/pyvenv.cfg")
    repository.write("venv/lib/a.py", "A = 1\n")
    repository.write("nested/.plzconfig")
    repository.write("nested/p/a.py", "A = 1\n")
    repository.write("old/a.py", "A = 1\n")
    repository.write("gone/p/a.py", "A = 1\n")
    repository.write("p/my-script.py", "A = 1\n")
    repository.write("p/setup.py", "A = 1\n")
    assert repository.tidy().stderr == "lambda_tidy: nothing to change in 0 BUILD files\n"


def test_names_that_are_taken(repository: Repository) -> None:
    repository.write("p/BUILD", 'genrule(name = "p", outs = ["x"], cmd = "touch $OUT")\n')
    repository.write("p/a.py", "A = 1\n")
    repository.write("a.py", "A = 1\n")
    repository.write("b_test.py", "import a\n")
    repository.tidy()
    assert 'name = "p_lib"' in repository.read("p/BUILD")
    assert repository.deps("", "test") == [":a"]


def test_build_files_have_the_name_that_the_settings_give(repository: Repository) -> None:
    repository.write(
        ".plzconfig",
        "[Parse]\nBuildFileName = BUILD.plz\nPreloadSubincludes = ///python//build_defs:python\n",
    )
    repository.write("p/a.py", "A = 1\n")
    assert repository.tidy().stderr == "lambda_tidy: made p/BUILD.plz\n"
