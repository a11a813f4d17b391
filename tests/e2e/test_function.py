"""A function with dependencies of every kind, in a user's repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.harness import Repository, call, contents

pytestmark = pytest.mark.network

CALL = "import lambda_function; print(lambda_function.handler({'prices': [1, 2]}, None))"


def test_builds_a_zip_that_runs(engine: str, tmp_path: Path) -> None:
    repository = Repository("function", tmp_path, engine)
    repository.build("//svc:lambda")
    path = repository.zip("//svc:lambda")

    assert call(path, tmp_path / "task", CALL) == '{"greeting":"hello","total":3,"name":"local"}\n'

    names = set(contents(path))
    assert {"lambda_function.py", "svc/echo.py", "svc/local.py", "libs/greeting/words.txt"} <= names
    assert "acme/billing/invoice.py" in names, "the source root is taken off"
    assert "msgspec-0.20.0.dist-info/METADATA" in names
    assert not [name for name in names if name.endswith((".pyi", ".pyc")) or name.startswith(("src", "third_party"))]

    manifest = repository.manifest("//svc:lambda")
    assert manifest["handler"]["direct"] == "svc.echo.answer"
    assert [(found["name"], found["version"]) for found in manifest["distributions"]] == [("msgspec", "0.20.0")]
    assert manifest["caps"]["zip"]["bytes"] == 2_000_000
    assert manifest["caps"]["unzipped"]["name"] == "lambda"


def test_a_zip_over_its_cap_fails_the_build(engine: str, tmp_path: Path) -> None:
    repository = Repository("function", tmp_path, engine)
    run = repository.run("build", "//svc:large")
    assert run.status != 0
    assert "max_size allows 102,400 (100KiB)" in run.output
    assert "msgspec 0.20.0" in run.output
    assert "first-party code" in run.output
    assert not repository.zip("//svc:large").exists()
