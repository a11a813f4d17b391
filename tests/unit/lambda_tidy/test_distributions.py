"""Distributions: from modules to rules of third_party, and where these do not agree with imports."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.unit.lambda_tidy.conftest import Repository

LOCK = "plz run ///awslambda//tools/lambda_lock -- --lock"


def rules(*names: str, lock: str = "") -> str:
    head = (
        f"# lambda_lock: begin. Made from {lock}; what stands up to the end is made anew.\n\n" if lock else ""
    )
    return head + "\n".join(
        f'python_requirement(\n    name = "{name}",\n    version = "1",\n    visibility = ["PUBLIC"],\n)\n'
        for name in names
    )


def wheel(repository: Repository, path: str, *names: str, entry_points: str = "") -> None:
    file = repository.root / "plz-out" / "gen" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(f"third_party/python/{name}", b"")
        archive.writestr("third_party/python/x-1.dist-info/METADATA", b"")
        if entry_points:
            archive.writestr("third_party/python/x-1.dist-info/entry_points.txt", entry_points)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("import requests", "requests"),
        ("from requests.adapters import HTTPAdapter", "requests"),
        ("import yaml", "pyyaml"),
        ("import PIL.Image", "pillow"),
        ("import psycopg2", "psycopg2"),
        ("import cv2", "opencv_python"),
        ("import google.cloud.storage", "google_cloud_storage"),
        ("from google.cloud import storage", "google_cloud_storage"),
        ("import typing_extensions", "typing_extensions"),
        ("import ruamel.yaml", "ruamel_yaml"),
    ],
)
def test_distributions_that_were_not_fetched_are_known_by_name(
    repository: Repository, source: str, name: str
) -> None:
    repository.write("third_party/python/BUILD", rules(name))
    repository.write("a/a.py", source + "\n")
    assert repository.tidy().notes == []
    assert repository.deps("a", "a") == [f"//third_party/python:{name}"]


@pytest.mark.parametrize("platform", ["", "linux_lambda313x8664/"])
def test_distributions_that_were_built_are_known_by_their_modules(
    repository: Repository, platform: str
) -> None:
    repository.write("third_party/python/BUILD", rules("dist_one", "dist_two", "dist_three", "_native"))
    start = f"{platform}third_party/python"
    wheel(repository, f"{start}/dist_one.pex.zip", "ns/__init__.py", "ns/one/__init__.py")
    wheel(repository, f"{start}/dist_two.pex.zip", "ns/__init__.py", "ns/two/deep.py", "odd_name.py")
    wheel(
        repository,
        f"{start}/dist_three.pex.zip",
        "fast.cpython-313-x86_64-linux-gnu.so",
        "x-1.data/scripts/y.py",
    )
    repository.write("a/a.py", "import ns.one\nimport odd_name\nimport fast\n")
    repository.write("b/b.py", "from ns.two import deep\n")
    repository.tidy()
    start = "//third_party/python:dist_"
    assert repository.deps("a", "a") == [f"{start}one", f"{start}three", f"{start}two"]
    assert repository.deps("b", "b") == [f"{start}two"]


def test_two_distributions_with_one_module(repository: Repository) -> None:
    repository.write("third_party/python/BUILD", rules("one", "two"))
    for name in ("one", "two"):
        wheel(repository, f"third_party/python/{name}.pex.zip", "same.py")
    repository.write("a/a.py", "import same\n")
    assert repository.fail() == [
        "a/a.py:1: //third_party/python:one and //third_party/python:two have the module same; take it out of one of "
        "them, or say which to depend on: '# tidy: prefer //third_party/python:one' in a/a.py, or TidyPrefer in .plzconfig"
    ]


def test_the_repositorys_own_modules_and_the_standard_library_go_first(repository: Repository) -> None:
    repository.write("third_party/python/BUILD", rules("json", "mine"))
    repository.write("mine/__init__.py", "M = 1\n")
    repository.write("a/a.py", "import json\nimport mine\n")
    repository.tidy()
    assert repository.deps("a", "a") == ["//mine"]


def test_several_versions_and_cycles_are_known_by_the_library_that_stands_for_them(
    repository: Repository,
) -> None:
    repository.write(
        "third_party/python/BUILD",
        rules("other")
        + """
python_library(name = "numpy", visibility = ["PUBLIC"], deps = [":numpy_1", ":numpy_2"])
python_requirement(name = "numpy_1", package_name = "numpy", version = "1")
python_requirement(name = "numpy_2", package_name = "numpy", version = "2")
python_library(name = "left", visibility = ["PUBLIC"], deps = [":left_alone", ":right_alone"])
python_requirement(name = "left_alone", package_name = "left", version = "1")
python_requirement(name = "right_alone", package_name = "right", version = "1")
""",
    )
    before = repository.read("third_party/python/BUILD")
    repository.write("a/a.py", "import numpy\nimport left\nimport other\n")
    repository.tidy()
    start = "//third_party/python:"
    assert repository.deps("a", "a") == [f"{start}left", f"{start}numpy", f"{start}other"]
    assert repository.read("third_party/python/BUILD") == before


def test_a_lock_without_edges_is_depended_on_as_a_whole(repository: Repository) -> None:
    repository.write(
        "third_party/python/BUILD",
        rules("one", "two")
        + 'python_library(name = "all_requirements", visibility = ["PUBLIC"], deps = [":one", ":two"])\n',
    )
    repository.write("a/a.py", "import one\n")
    repository.tidy()
    assert repository.deps("a", "a") == ["//third_party/python:all_requirements"]


def test_a_plugin_that_is_found_by_entry_points_stays(repository: Repository) -> None:
    repository.write("third_party/python/BUILD", rules("plain", "plugin", "pytest_cov"))
    wheel(
        repository, "third_party/python/plugin.pex.zip", "plugin.py", entry_points="[flask.commands]\na = b\n"
    )
    wheel(
        repository, "third_party/python/plain.pex.zip", "plain.py", entry_points="[console_scripts]\na = b\n"
    )
    start = "//third_party/python:"
    deps = ", ".join(f'"{start}{name}"' for name in ("plain", "plugin", "pytest_cov"))
    repository.write("a/BUILD", f'python_library(name = "a", srcs = ["a.py"], deps = [{deps}])\n')
    repository.write("a/a.py", "A = 1\n")
    run = repository.tidy()
    assert repository.deps("a", "a") == [f"{start}plugin", f"{start}pytest_cov"]
    assert run.notes == [
        "third_party/python/BUILD:1: nothing imports the distribution plain, and nothing depends on "
        "//third_party/python:plain: take the rule out; or say TidyKeep = //third_party/python:plain in .plzconfig"
    ]


@pytest.mark.parametrize(
    ("lock", "add", "remove"),
    [
        ("poetry.lock", "poetry add httpx", "poetry remove unused-thing"),
        ("uv.lock", "uv add httpx", "uv remove unused-thing"),
        ("pdm.lock", "pdm add httpx", "pdm remove unused-thing"),
        ("Pipfile.lock", "pipenv install httpx", "pipenv uninstall unused-thing"),
        (
            "requirements.txt",
            "add httpx to the requirements that requirements.txt is made from, lock them",
            "take unused-thing out of the requirements that requirements.txt is made from, lock them",
        ),
    ],
)
def test_imports_and_the_lock_do_not_agree(repository: Repository, lock: str, add: str, remove: str) -> None:
    repository.write(lock)
    repository.write("third_party/python/BUILD", rules("unused_thing", lock=lock))
    repository.write("a/a.py", "import os\nimport httpx\n")
    repository.write("b/b.py", "from httpx import get\n")
    again = f"{LOCK} {lock} --output third_party/python/BUILD"
    assert repository.tidy().notes == [
        "a/a.py:2 and 1 more: nothing in the repository has the module httpx. If it is the distribution httpx, "
        f"lock it: {add}, then {again}",
        "third_party/python/BUILD:3: nothing imports the distribution unused-thing, and nothing depends on "
        f"//third_party/python:unused_thing: {remove}, then {again}; or say TidyKeep = "
        "//third_party/python:unused_thing in .plzconfig",
    ]


def test_where_the_lock_is_not_found(repository: Repository) -> None:
    repository.write("third_party/python/BUILD", rules("one", lock="gone.lock"))
    repository.write("a/a.py", "import httpx\n")
    assert repository.tidy().notes == [
        "a/a.py:1: nothing in the repository has the module httpx. If it is the distribution httpx, lock it: add httpx "
        "to the lock file gone.lock, and run lambda_lock again",
        "third_party/python/BUILD:3: nothing imports the distribution one, and nothing depends on "
        "//third_party/python:one: take one out of the lock file gone.lock, and run lambda_lock again; or say "
        "TidyKeep = //third_party/python:one in .plzconfig",
    ]


def test_without_a_lock_the_rule_to_paste_is_told(repository: Repository) -> None:
    repository.write("a/a.py", "import yaml\nimport boto3\nimport urllib3\n")
    assert repository.tidy().notes == [
        "a/a.py:1: nothing in the repository has the module yaml. If it is the distribution pyyaml, declare it in "
        '//third_party/python: python_requirement(name = "pyyaml", version = "...")'
    ]


@pytest.mark.parametrize(
    "use",
    [
        'genrule(name = "g", outs = ["o"], cmd = "x", tools = {"t": ["//third_party/python:one"]})',
        'own_rule(name = "g", deps = ["//third_party/python:one"])',
        'python_library(name = "l", deps = ["//third_party/python:one"])\nown_rule(name = "g", deps = [":l"])',
        'python_requirement(name = "two", version = "1", platform_deps = {"host": ["//third_party/python:one"]})\n'
        'own_rule(name = "g", deps = [":two"])',
    ],
)
def test_a_distribution_that_anything_else_names_is_used(repository: Repository, use: str) -> None:
    repository.write("third_party/python/BUILD", rules("one"))
    repository.write("a/BUILD", use + "\n")
    assert repository.tidy().notes == []


def test_distributions_that_the_settings_or_definitions_name_are_used(repository: Repository) -> None:
    repository.settings("RuntimeLibs = //third_party/python:one", "TidyKeep = //third_party/python:two")
    repository.write("third_party/python/BUILD", rules("one", "two", "three"))
    repository.write("build/rules.build_defs", 'def f():\n    return ["//third_party/python:three"]\n')
    assert repository.tidy().notes == []


def test_an_archive_that_is_none_is_passed_over(repository: Repository, tmp_path: Path) -> None:
    repository.write("third_party/python/BUILD", rules("one"))
    repository.write("plz-out/gen/third_party/python/one.pex.zip", "not a zip")
    repository.write("a/a.py", "import one\n")
    repository.tidy()
    assert repository.deps("a", "a") == ["//third_party/python:one"]
