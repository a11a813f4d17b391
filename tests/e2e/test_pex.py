"""Functions from PEXes that somebody else built: a user's python_binary, and pex-tool's files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.harness import Repository, call, contents

pytestmark = pytest.mark.network

CALL = "import lambda_function; print(lambda_function.handler({'a': 1}, None))"


@pytest.mark.parametrize("target", ["//svc:of_binary", "//svc:of_filegroup"])
def test_of_a_binary(engine: str, tmp_path: Path, target: str) -> None:
    repository = Repository("pex", tmp_path, engine)
    repository.build(target)
    assert call(repository.zip(target), tmp_path / "task", CALL) == '{"a":1}\n'
    assert repository.manifest(target)["distributions"][0]["name"] == "msgspec"


def test_of_a_file_of_pex_tool(engine: str, tmp_path: Path) -> None:
    repository = Repository("pex", tmp_path, engine)
    sources = tmp_path / "sources" / "svc"
    sources.mkdir(parents=True)
    (sources / "app.py").write_bytes((repository.path / "svc" / "app.py").read_bytes())
    pex = repository.path / "svc" / "tool.pex"
    subprocess.run(
        [sys.executable, "-m", "pex", "msgspec==0.20.0", "-D", str(sources.parent), "-o", str(pex)],
        check=True,
        # Nothing of the user's, which other runs may be writing to.
        env={**os.environ, "PEX_ROOT": str(tmp_path / "pex")},
    )
    output = repository.fail("//svc:of_file")
    assert "msgspec 0.20.0 is in the PEX, but no rule in the dependencies declares it" in output
    repository.edit(
        ".plzconfig",
        "Target = //plugins:awslambda",
        "Target = //plugins:awslambda\nCheckProvenance = false",
    )
    repository.build("//svc:of_file")
    path = repository.zip("//svc:of_file")
    assert call(path, tmp_path / "task", CALL) == '{"a":1}\n'
    assert "PEX-INFO" not in contents(path)


def test_a_damaged_file_is_refused(engine: str, tmp_path: Path) -> None:
    repository = Repository("pex", tmp_path, engine)
    (repository.path / "svc" / "tool.pex").write_bytes(b"#!/bin/sh\nexit 1\n")
    output = repository.fail("//svc:of_file")
    assert "tool.pex has no zip end record in its 17 bytes: it is truncated, or not a PEX" in output
    assert not repository.zip("//svc:of_file").exists()
