from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.builders.manifest import layer, manifest, repository, share
from tools.errors import PleasingError
from tools.manifests.function import read_function
from tools.manifests.repository import built_functions, find_root


def targets(root: Path) -> list[str]:
    return [built.function.target for built in built_functions(root)]


def test_the_functions_that_were_built(tmp_path: Path) -> None:
    root = repository(tmp_path, manifest(target="//svc:b"), manifest(target="//a:x"))
    assert targets(root) == ["//a:x", "//svc:b"]
    assert built_functions(root)[0].path == "plz-out/gen/a/x.json"


def test_what_is_passed_over(tmp_path: Path) -> None:
    root = repository(
        tmp_path, manifest(target="//svc:b"), manifest(target="//gone:x"), manifest(target="//o:old")
    )
    (root / "gone" / "BUILD").unlink()
    (root / "plz-out/gen/o/old.zip").write_bytes(b"another")
    (root / "plz-out/gen/svc/other.json").write_text('{"code_sha256": 1, "schema_version": 1}')
    (root / "plz-out/gen/svc/text.json").write_text('"code_sha256" "schema_version"')
    assert targets(root) == ["//svc:b"]


def test_a_manifest_without_a_label_is_called_by_its_file(tmp_path: Path) -> None:
    root = repository(tmp_path, manifest(target="//svc:b"))
    path = root / "plz-out/gen/svc/b.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "target": None}))
    assert targets(root) == ["//svc:b"]


def test_nothing_is_built(tmp_path: Path) -> None:
    with pytest.raises(PleasingError) as error:
        built_functions(tmp_path)
    assert str(error.value) == (
        f"no function is built in {tmp_path}: build them first, with plz build --include awslambda //..."
    )


def test_the_root_is_above(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    with pytest.raises(PleasingError) as error:
        find_root(tmp_path / "a")
    assert str(error.value) == (
        f"{tmp_path.resolve() / 'a'} is in no repository of Please: no .plzconfig is there or above it"
    )
    (tmp_path / ".plzconfig").touch()
    assert find_root(tmp_path / "a" / "b") == tmp_path.resolve()


def test_what_a_manifest_says(tmp_path: Path) -> None:
    values = manifest(
        share("pandas", 500, requires=["numpy"], reached=False), layers=[layer("//l:n", share("numpy", 100))]
    )
    path = tmp_path / "app.json"
    path.write_text(json.dumps(values))
    function = read_function(path)
    assert (function.target, function.platform) == ("//svc:lambda", "python3.12 x86_64")
    (pandas,) = function.distributions
    assert (pandas.title, pandas.requires, pandas.reached) == ("pandas 1.0", ("numpy",), False)
    assert function.with_layers == 2000 + 1500 + 300
    assert function.caps["unzipped"].headroom == 262_144_000 - 3800
    assert set(function.caps) == {"unzipped"}


def test_what_is_no_manifest(tmp_path: Path) -> None:
    path = tmp_path / "app.json"
    with pytest.raises(PleasingError) as error:
        read_function(path)
    assert str(error.value) == (
        f"the manifest cannot be read: {path}: No such file or directory; build the function first"
    )
    path.write_text('{"kind": "layer"}')
    with pytest.raises(PleasingError) as error:
        read_function(path)
    assert str(error.value) == (
        f"{path} is no manifest of python_lambda: KeyError: 'handler'. Build the function again"
    )
