"""What is imported and no more."""

from __future__ import annotations

import pytest

from tests.unit.lambda_tidy.conftest import Repository


def library(name: str, *srcs: str, deps: str = "", more: str = "") -> str:
    deps = f", deps = [{deps}]" if deps else ""
    listed = ", ".join(f'"{src}"' for src in srcs)
    return f'python_library(name = "{name}", srcs = [{listed}]{more}, visibility = ["PUBLIC"]{deps})\n'


@pytest.fixture
def shop(repository: Repository) -> Repository:
    """Two libraries, of which nothing imports anything yet."""
    repository.write("a/BUILD", library("a", "a.py"))
    repository.write("a/a.py", "A = 1\n")
    repository.write("b/BUILD", library("b", "b.py"))
    repository.write("b/b.py")
    return repository


@pytest.mark.parametrize(
    "source",
    [
        "import a.a",
        "import a.a as other",
        "from a import a",
        "from a.a import A",
        "from a.a import *",
        "import os, a.a",
        "if True:\n    import a.a",
        "class B:\n    import a.a",
        "def b():\n    import a.a",
        "try:\n    import a.a\nexcept ImportError:\n    pass",
        "import importlib\nA = importlib.import_module('a.a')",
        "import sys\nif sys.version_info >= (3, 14):\n    import a.a",
        "import sys\nif sys.version_info < (3, 11):\n    import a.a",
    ],
)
def test_what_is_imported_is_depended_on(shop: Repository, source: str) -> None:
    shop.write("b/b.py", source + "\n")
    assert shop.tidy().stderr == "lambda_tidy: changed b/BUILD\n"
    assert shop.deps("b", "b") == ["//a"]


@pytest.mark.parametrize(
    "source",
    [
        "import os.path, json",
        "'''\nimport a.a\n'''",
        "# import a.a",
        "import a",
        "import b.b",
        "from . import b",
        "if False:\n    import a.a",
        "import winreg",
        "if __name__ == '__main__':\n    import a.a",
        "from __future__ import annotations\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import a.a",
    ],
)
def test_what_is_not_imported_is_not(shop: Repository, source: str) -> None:
    shop.write("b/b.py", source + "\n")
    run = shop.tidy()
    assert run.stderr == "lambda_tidy: nothing to change in 2 BUILD files\n"


def test_source_roots_and_namespace_packages(repository: Repository) -> None:
    repository.settings("SourceRoots = src/python", "SourceRoots = src")
    repository.write("src/python/acme/money/money.py", "M = 1\n")
    repository.write("src/python/acme/orders/order.py", "from acme.money import money\n")
    repository.write("src/tool.py", "from .python.acme.money.money import M\n")
    repository.write("svc/bill.py", "import acme.orders.order\nfrom src.python.acme.money.money import M\n")
    assert repository.tidy().notes == []
    assert repository.deps("src/python/acme/orders", "orders") == ["//src/python/acme/money"]
    assert repository.deps("svc", "svc") == ["//src/python/acme/money", "//src/python/acme/orders"]


def test_code_that_was_copied_into_the_repository(repository: Repository) -> None:
    repository.settings("ModuleDir = vendor.py", section="python")
    repository.write("vendor/py/copied/__init__.py", "from copied import part\n")
    repository.write("vendor/py/copied/part.py", "C = 1\n")
    repository.write("a/a.py", "import copied.part\n")
    assert repository.tidy().notes == []
    assert repository.deps("a", "a") == ["//vendor/py/copied"]


def test_what_an_init_exports_is_of_the_target_that_has_it(repository: Repository) -> None:
    repository.write("p/__init__.py", "from p.inner.thing import Thing\n")
    repository.write("p/inner/thing.py", "class Thing: ...\n")
    repository.write("q/q.py", "from p import Thing\n")
    repository.tidy()
    assert repository.deps("q", "q") == ["//p"]
    assert repository.deps("p", "p") == ["//p/inner"]


def test_what_nothing_imports_is_taken_out(shop: Repository) -> None:
    shop.write("b/BUILD", library("b", "b.py", deps='"//a", ":c", "//a:a"') + library("c", "c.py"))
    shop.write("b/c.py", "C = 1\n")
    shop.write("b/b.py", "import b.c\n")
    shop.tidy()
    assert shop.deps("b", "b") == [":c"]


@pytest.mark.parametrize(
    "deps",
    [
        '\n    "//a",  # keep\n',
        '\n    "//a",  # keep: it registers itself\n',
        '\n    # keep\n    "//a",\n',
        '\n    # It is there for its side effects,\n    # keep.\n    "//a",\n',
        '"//gone", "///other//a:b", "@other//a"',
    ],
)
def test_what_is_kept(shop: Repository, deps: str) -> None:
    text = f'python_library(\n    name = "b",\n    srcs = ["b.py"],\n    deps = [{deps}],\n)\n'
    shop.write("b/BUILD", text.replace("# keep.", "# keep"))
    before = shop.read("b/BUILD")
    shop.tidy()
    assert shop.read("b/BUILD") == before


@pytest.mark.parametrize("glob", ["//a:*", "//a", "//a:a", "//*"])
def test_what_the_settings_keep(shop: Repository, glob: str) -> None:
    shop.settings(f"TidyKeep = {glob}")
    shop.write("b/BUILD", library("b", "b.py", deps='"//a"'))
    assert shop.tidy().stderr == "lambda_tidy: nothing to change in 2 BUILD files\n"


@pytest.mark.parametrize(
    "other",
    [
        'python_library(name = "a", resources = ["a.txt"])',
        'python_library(name = "a", srcs = [], data = ["a.txt"])',
        'python_binary(name = "a", main = "a.py")',
        'genrule(name = "a", outs = ["a.txt"], cmd = "touch $OUT")',
        'filegroup(name = "a", srcs = ["a.txt"])',
        'own_rule(name = "a")',
    ],
)
def test_what_may_be_there_for_more_than_imports_stays(shop: Repository, other: str) -> None:
    (shop.root / "a" / "a.py").unlink()
    shop.write("a/BUILD", other + "\n")
    shop.write("b/BUILD", library("b", "b.py", deps='"//a"'))
    shop.tidy()
    assert shop.deps("b", "b") == ["//a"]


def test_a_library_whose_files_are_read_stays(shop: Repository) -> None:
    shop.write("a/BUILD", library("a", "a.py", more=', resources = ["words.txt"]'))
    shop.write("a/words.txt")
    shop.write("b/BUILD", library("b", "b.py", deps='"//a"'))
    shop.write("b/b.py", "from importlib.resources import files\nW = files('a') / 'words.txt'\n")
    run = shop.tidy()
    assert shop.deps("b", "b") == ["//a"]
    assert run.notes == []


@pytest.mark.parametrize(
    ("srcs", "files"),
    [
        ('["b.py", ":gen"]', {}),
        ('["b.py"] + CONFIG.SRCS', {}),
        ('["b.py", "broken.py"]', {"b/broken.py": "def (:\n    import json\n"}),
        ('["b.py", "gone.py"]', {}),
    ],
)
def test_nothing_is_taken_out_where_not_all_sources_are_known(
    shop: Repository, srcs: str, files: dict[str, str]
) -> None:
    shop.write("b/BUILD", f'python_library(name = "b", srcs = {srcs}, deps = ["//a"])\n')
    for path, text in files.items():
        shop.write(path, text)
    shop.tidy()
    assert shop.deps("b", "b") == ["//a"]


def test_conditional_imports_as_the_settings_say(shop: Repository) -> None:
    shop.settings("TidyConditional = false")
    shop.write("b/BUILD", library("b", "b.py", deps='"//a"'))
    shop.write("b/b.py", "def b():\n    import a.a\n")
    shop.tidy()
    assert shop.deps("b", "b") == []


@pytest.mark.parametrize(
    ("setting", "library_has", "test_has"),
    [("never", [], []), ("tests", [], ["//a"]), ("always", ["//a"], ["//a"])],
)
def test_imports_for_type_checkers_as_the_settings_say(
    shop: Repository, setting: str, library_has: list[str], test_has: list[str]
) -> None:
    shop.settings(f"TidyTypeChecking = {setting}")
    source = "import typing as t\nif t.TYPE_CHECKING:\n    from a.a import A\n"
    shop.write("b/b.py", source)
    shop.write("b/b_test.py", source)
    shop.tidy()
    assert shop.deps("b", "b") == library_has
    assert shop.deps("b", "test") == test_has


def test_rules_of_the_repository_itself(shop: Repository) -> None:
    shop.settings("TidyRules = acme_library=python_library", "TidyRules = acme_test = python_test")
    shop.write(
        "b/BUILD", 'acme_library(name = "b", srcs = ["b.py"])\nacme_test(name = "t", srcs = ["b_test.py"])\n'
    )
    shop.write("b/b.py", "import a.a\n")
    shop.write("b/b_test.py", "import b.b\n")
    shop.tidy()
    assert shop.deps("b", "b") == ["//a"]
    assert shop.deps("b", "t") == [":b"]


def test_modules_that_the_settings_ignore(shop: Repository) -> None:
    shop.settings("TidyIgnore = vendor", "TidyIgnore = numpy*")
    shop.write("b/b.py", "import vendor.x.y\nimport numpy_ext\nimport other\n")
    assert [note.partition(". ")[0] for note in shop.tidy().notes] == [
        "b/b.py:3: nothing in the repository has the module other"
    ]


def test_a_function_gets_what_its_handlers_module_is_in(shop: Repository) -> None:
    shop.write(
        "svc/BUILD",
        'python_lambda(name = "one", handler = "a.a:handler")\npython_lambda(name = "two", handler = "a.a.handler")\n'
        'python_lambda(name = "three", handler = "a.a:handler", pex = ":app")\n',
    )
    shop.tidy()
    assert [shop.deps("svc", name) for name in ("one", "two", "three")] == [["//a"], ["//a"], []]


def test_a_function_has_its_configuration_itself(shop: Repository) -> None:
    shop.write("svc/BUILD", 'python_lambda(name = "f", config = {"A": "b"}, handler = "f.py:handler")\n')
    shop.write("svc/f.py", "from svc.f_config import CONFIG\n")
    assert shop.tidy().notes == []
    assert shop.deps("svc", "f") == []


def test_generated_sources(repository: Repository) -> None:
    repository.write(
        "gen/BUILD",
        'genrule(name = "bare", outs = ["bare.py"], cmd = "x")\n'
        'genrule(name = "gen", outs = ["made.py"], cmd = "x")\n'
        'python_library(name = "made", srcs = [":gen"], visibility = ["PUBLIC"])\n',
    )
    repository.write("use/use.py", "import gen.made\nimport gen.bare\n")
    repository.tidy()
    assert repository.deps("use", "use") == ["//gen:bare", "//gen:made"]


def test_two_targets_with_one_module(shop: Repository) -> None:
    shop.write("a/BUILD", library("a", "a.py") + library("other", "a.py"))
    shop.write("b/b.py", "import os\nimport a.a\n")
    assert shop.fail() == [
        "b/b.py:2: //a:a and //a:other have the module a.a; take it out of one of them, or say which to depend on: "
        "'# tidy: prefer //a:a' in b/b.py, or TidyPrefer in .plzconfig"
    ]
    shop.write("b/b.py", "# tidy: prefer //a:other\nimport a.a\n")
    shop.tidy()
    assert shop.deps("b", "b") == ["//a:other"]
    shop.write("b/b.py", "import a.a\n")
    shop.settings("TidyPrefer = //a")
    shop.tidy()
    assert shop.deps("b", "b") == ["//a"]


def test_what_a_target_has_itself_it_takes_from_nobody(shop: Repository) -> None:
    shop.write("a/BUILD", library("a", "a.py") + library("other", "a.py", "c.py"))
    shop.write("a/c.py", "import a.a\n")
    assert shop.tidy().stderr == "lambda_tidy: nothing to change in 2 BUILD files\n"


def test_a_library_goes_before_the_function_with_the_same_file(shop: Repository) -> None:
    shop.write("a/BUILD", 'python_lambda(name = "f", handler = "a.py:A")\n' + library("a", "a.py"))
    shop.write("b/b.py", "import a.a\n")
    shop.tidy()
    assert shop.deps("b", "b") == ["//a"]


def test_a_library_that_stands_for_others_is_as_good(shop: Repository) -> None:
    shop.write("all/BUILD", 'python_library(name = "all", deps = ["//a"], visibility = ["PUBLIC"])\n')
    shop.write("b/BUILD", library("b", "b.py", deps='"//all"'))
    shop.write("b/b.py", "import a.a\n")
    assert shop.tidy().stderr == "lambda_tidy: nothing to change in 3 BUILD files\n"
    shop.write("b/b.py", "B = 1\n")
    shop.tidy()
    assert shop.deps("b", "b") == []
