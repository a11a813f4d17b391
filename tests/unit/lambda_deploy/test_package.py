from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.builders.command import pack
from tests.builders.pex import echo_pex
from tools.errors import PleasingError
from tools.lambda_deploy.package import read_package


@pytest.fixture
def built(tmp_path: Path) -> tuple[Path, Path]:
    manifest = tmp_path / "app.json"
    assert pack(echo_pex().write(tmp_path / "app.pex"), "--manifest", manifest).status == 0
    return tmp_path / "app.zip", manifest


def test_a_package_is_what_its_manifest_says(built: tuple[Path, Path]) -> None:
    package = read_package(*built)
    values = json.loads(built[1].read_bytes())
    assert (package.size, package.code_sha256) == (built[0].stat().st_size, values["code_sha256"])
    assert (package.runtime, package.architecture, package.edge) == ("python3.11", "x86_64", None)
    assert package.handlers == ("lambda_function.handler", "svc.echo.handler")


def test_another_zip(built: tuple[Path, Path]) -> None:
    path, manifest = built
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(PleasingError) as caught:
        read_package(path, manifest)
    assert str(caught.value) == (
        f"{path} is not the zip that {manifest} describes; build both again, in one build"
    )


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"zip_bytes": "x"}', "[" * 100_000])
def test_what_is_no_manifest(built: tuple[Path, Path], text: str) -> None:
    path, manifest = built
    manifest.write_text(text)
    with pytest.raises(PleasingError, match=r"app\.json is not a manifest of python_lambda \("):
        read_package(path, manifest)


def test_files_that_are_not_there(built: tuple[Path, Path]) -> None:
    path, manifest = built
    path.unlink()
    with pytest.raises(PleasingError) as caught:
        read_package(path, manifest)
    assert str(caught.value) == f"cannot read {path}: No such file or directory; build the function first"
    manifest.unlink()
    with pytest.raises(PleasingError) as caught:
        read_package(path, manifest)
    assert str(caught.value) == f"cannot read {manifest}: No such file or directory; build the function first"
