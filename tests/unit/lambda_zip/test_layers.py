"""Layers: their zips, and functions that leave out what they hold."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped, unused-ignore]
import pytest

from tests.builders.command import Result, pack, run
from tests.builders.pex import PexBuilder, echo_pex
from tests.unit.native.elf_builder import Library, build_elf

DOCS = Path(__file__).parents[3] / "docs"


def layer(
    folder: Path, name: str, builder: PexBuilder, *arguments: object, runtime: str = "python3.11"
) -> Result:
    """Pack a layer into `<name>.zip`, beside its PEX and its manifest."""
    pex = builder.write(folder / f"{name}.pex")
    return run(
        "layer",
        pex,
        f"--target=//layers:{name}",
        "--output",
        folder / f"{name}.zip",
        "--manifest",
        folder / f"{name}.json",
        f"--runtime={runtime}",
        "--architecture=x86_64",
        *arguments,
    )


def distributions(**versions: str) -> PexBuilder:
    builder = PexBuilder()
    for name, version in versions.items():
        builder.add_distribution(name, version, {f"{name}/__init__.py": b"x = 1\n"})
    return builder


def made(folder: Path, name: str, builder: PexBuilder, *arguments: object, **options: str) -> Path:
    result = layer(folder, name, builder, *arguments, **options)
    assert (result.status, result.err) == (0, "")
    return folder / f"{name}.zip"


def function(folder: Path, builder: PexBuilder, *zips: Path, arguments: tuple[object, ...] = ()) -> Result:
    manifests = [path.with_suffix(".json") for path in zips]
    words = [
        "--layers",
        *zips,
        "--layer-manifests",
        *manifests,
        "--manifest",
        folder / "app.json",
        *arguments,
    ]
    return pack(builder.write(folder / "app.pex"), *words)


def manifest(folder: Path, name: str = "app") -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / f"{name}.json").read_bytes())
    schema = "layer" if found.get("kind") else "manifest"
    jsonschema.Draft202012Validator(json.loads((DOCS / f"{schema}.schema.json").read_bytes())).validate(found)
    return found


def names(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads((DOCS / "layer.schema.json").read_bytes()))


def test_a_layer_has_its_distributions_below_python(tmp_path: Path) -> None:
    path = made(tmp_path, "data", distributions(numpy="2.0", six="1.16"))
    assert names(path) == [
        "python/numpy-2.0.dist-info/METADATA",
        "python/numpy-2.0.dist-info/RECORD",
        "python/numpy-2.0.dist-info/WHEEL",
        "python/numpy/__init__.py",
        "python/six-1.16.dist-info/METADATA",
        "python/six-1.16.dist-info/RECORD",
        "python/six-1.16.dist-info/WHEEL",
        "python/six/__init__.py",
    ]
    with zipfile.ZipFile(path) as archive:
        record = archive.read("python/six-1.16.dist-info/RECORD").decode()
        assert record.splitlines()[-1].startswith("six/__init__.py,sha256=")
    found = manifest(tmp_path, "data")
    assert (found["kind"], found["target"]) == ("layer", "//layers:data")
    assert (found["compatible_runtimes"], found["compatible_architectures"]) == (["python3.11"], ["x86_64"])
    assert (found["zip_bytes"], found["files"]) == (path.stat().st_size, 8)
    assert [(item["name"], item["version"], item["files"]) for item in found["distributions"]] == [
        ("numpy", "2.0", 4),
        ("six", "1.16", 4),
    ]
    assert sum(item["zip_bytes"] for item in found["distributions"]) == found["zip_bytes"] - 22


def test_a_layer_is_checked_for_each_platform_that_it_is_for(tmp_path: Path) -> None:
    builder = PexBuilder().add_distribution(
        "numpy",
        "2.0",
        {
            "numpy/__init__.py": b"",
            "numpy/core.cpython-311-x86_64-linux-gnu.so": build_elf([Library("libc.so.6")]),
        },
        tags=("cp311-cp311-manylinux2014_x86_64",),
    )
    both = ("--compatible-runtime=python3.12", "--compatible-architecture=arm64")
    result = layer(tmp_path, "data", builder, *both)
    assert result.status == 1
    told = [line.partition(": error: ")[2].partition(": ")[0] for line in result.err.splitlines()]
    assert told == ["for python3.11 on arm64", "for python3.12 on x86_64", "for python3.12 on arm64"]
    assert not (tmp_path / "data.zip").exists()
    made(tmp_path, "pure", distributions(six="1.16"), *both)
    found = manifest(tmp_path, "pure")
    assert found["compatible_runtimes"] == ["python3.11", "python3.12"]
    assert found["compatible_architectures"] == ["x86_64", "arm64"]


def test_a_layer_takes_no_first_party_code(tmp_path: Path) -> None:
    result = layer(tmp_path, "data", distributions(six="1.16").add_source("acme/tool.py"))
    assert result == (
        1,
        "",
        "//layers:data: error: a layer holds distributions, and acme/tool.py of this repository would be in it, so that "
        "Python could find a package partly here and partly in a function. Take it out of deps, and leave it to the "
        "functions\n",
    )


def test_a_layer_without_anything(tmp_path: Path) -> None:
    assert layer(tmp_path, "data", PexBuilder().add("acme/__init__.py")).err == (
        "//layers:data: error: the layer would hold nothing: name distributions in deps\n"
    )


def test_a_layer_has_caps_of_its_own(tmp_path: Path) -> None:
    result = layer(tmp_path, "data", distributions(six="1.16"), "--max-size=100")
    assert result.status == 1
    assert "and max_size allows 100 (100): " in result.err


def test_what_a_layer_requires_must_be_in_it(tmp_path: Path) -> None:
    builder = PexBuilder().add_distribution(
        "pandas",
        "2.2",
        {"pandas/__init__.py": b""},
        extra={"METADATA": b"Metadata-Version: 2.1\nName: pandas\nVersion: 2.2\nRequires-Dist: numpy>=2\n"},
    )
    assert layer(tmp_path, "data", builder).err == (
        "//layers:data: error: pandas 2.2 requires numpy>=2, and nothing in the zip is that. Add "
        "'//third_party/python:numpy' to the deps of pandas's rule, or name it in imports_ok where the function runs "
        "without\n"
    )


def test_a_function_leaves_out_what_its_layer_holds(tmp_path: Path) -> None:
    builder = echo_pex().add_source("svc/echo.py", "import six, numpy\ndef handler(event, context): pass\n")
    builder.add_distribution("six", "1.16", {"six/__init__.py": b"x = 1\n"})
    # numpy is in the layer alone: the imports of the function lead there too.
    path = made(tmp_path, "data", distributions(numpy="2.0", six="1.16"))
    result = function(tmp_path, builder, path)
    assert (result.status, result.err) == (0, "")
    assert not [name for name in names(tmp_path / "app.zip") if name.startswith(("six", "numpy"))]
    found = manifest(tmp_path)
    assert [item["name"] for item in found["distributions"]] == ["msgspec"]
    (only,) = found["layers"]
    of_layer = manifest(tmp_path, "data")
    assert (only["target"], only["sha256"]) == ("//layers:data", of_layer["sha256"])
    assert [(item["name"], item["reached"]) for item in only["distributions"]] == [
        ("numpy", True),
        ("six", True),
    ]
    cap = found["caps"]["unzipped"]
    assert (cap["name"], cap["bytes"]) == ("lambda", 262_144_000)
    assert cap["headroom_bytes"] == 262_144_000 - found["unzipped_bytes"] - of_layer["unzipped_bytes"]


def test_without_the_layer_the_import_would_fail(tmp_path: Path) -> None:
    builder = echo_pex().add_source("svc/echo.py", "import numpy\ndef handler(event, context): pass\n")
    path = made(tmp_path, "data", distributions(six="1.16"))
    assert "'import numpy' fails in Lambda" in function(tmp_path, builder, path).err


def test_two_versions_of_one_distribution(tmp_path: Path) -> None:
    builder = echo_pex().add_distribution("six", "1.17", {"six/__init__.py": b"x = 1\n"})
    one = made(tmp_path, "one", distributions(six="1.16", numpy="2.0"))
    two = made(tmp_path, "two", distributions(numpy="2.1"))
    assert function(tmp_path, builder, one, two).err == (
        "app.pex: error: numpy is in the layer //layers:one as 2.0 and in the layer //layers:two as 2.1. Build both from "
        "one version\n"
        "app.pex: error: six is in the function as 1.17 and in its layer //layers:one as 1.16. Build both from one "
        "version, or take the layer out\n"
    )


def test_five_layers_are_the_most_and_the_edge_has_none(tmp_path: Path) -> None:
    zips = [made(tmp_path, f"l{place}", distributions(**{f"d{place}": "1"})) for place in range(6)]
    assert function(tmp_path, echo_pex(), *zips).err == (
        "app.pex: error: there are 6 layers, and Lambda takes 5 (dg/gettingstarted-limits); put what several hold into "
        "one\n"
    )
    assert function(tmp_path, echo_pex(), *zips[:5]).status == 0
    edge = function(tmp_path, echo_pex(), zips[0], arguments=("--edge=viewer-request",))
    assert edge.err == (
        "app.pex: error: edge = 'viewer-request': Lambda@Edge has no layers (CloudFront dg, Restrictions on Lambda@Edge); "
        "take layers out of the rule\n"
    )


def test_a_layer_of_another_runtime_or_architecture(tmp_path: Path) -> None:
    path = made(tmp_path, "data", distributions(six="1.16"), runtime="python3.12")
    assert function(tmp_path, echo_pex(), path, arguments=("--architecture=arm64",)).err == (
        "app.pex: error: the layer //layers:data is for python3.12, and the function runs on python3.11; build the layer "
        "for it: runtime, or compatible_runtimes\n"
        "app.pex: error: the layer //layers:data is for x86_64, and the function runs on arm64; build the layer for it: "
        "architecture, or compatible_architectures\n"
    )


def test_the_cap_is_on_the_sum(tmp_path: Path) -> None:
    path = made(tmp_path, "data", distributions(six="1.16"))
    held = manifest(tmp_path, "data")["unzipped_bytes"]
    assert function(tmp_path, echo_pex(), path).status == 0
    own = manifest(tmp_path)["unzipped_bytes"]
    result = function(tmp_path, echo_pex(), path, arguments=(f"--max-unzipped-size={own + held - 1}",))
    assert result.err.startswith(
        f"app.pex: error: the zip unpacks to {own:,} bytes, and with its layers (//layers:data {held:,}) to "
        f"{own + held:,} bytes "
    )
    assert function(tmp_path, echo_pex(), path, arguments=(f"--max-unzipped-size={own + held}",)).status == 0


def test_a_package_of_two_places(tmp_path: Path) -> None:
    builder = echo_pex().add_distribution("plug", "1", {"six/plug.py": b""})
    path = made(tmp_path, "data", distributions(six="1.16"))
    assert function(tmp_path, builder, path).err == (
        "app.pex: error: the package six is partly in the function (six/plug.py, of plug) and partly in a layer "
        "(six/__init__.py, of six), and Python would find only one part. Put the distributions that share it into one "
        "place\n"
    )
    shared = PexBuilder().add_distribution(
        "six",
        "1.16",
        {"six/__init__.py": b"__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n"},
    )
    assert function(tmp_path, builder, made(tmp_path, "open", shared)).status == 0
    namespace = PexBuilder().add_distribution("google-one", "1", {"google/one.py": b""})
    other = echo_pex().add_distribution("google-two", "1", {"google/two.py": b""})
    assert function(tmp_path, other, made(tmp_path, "google", namespace)).status == 0


def test_what_is_no_layer(tmp_path: Path) -> None:
    path = made(tmp_path, "data", distributions(six="1.16"))
    function(tmp_path, echo_pex(), path)
    assert function(tmp_path, echo_pex(), tmp_path / "app.zip").err == (
        "app.pex: error: app.json is no manifest of a layer; layers are labels of python_lambda_layer\n"
    )
    path.write_bytes(path.read_bytes() + b"x")
    size = path.stat().st_size
    assert function(tmp_path, echo_pex(), path).err == (
        f"app.pex: error: //layers:data: its zip has {size:,} bytes, and its manifest tells of one with {size - 1:,}. "
        "They are of two builds: build both again\n"
    )


def test_the_same_number_of_zips_and_manifests(tmp_path: Path) -> None:
    pex = echo_pex().write(tmp_path / "app.pex")
    assert pack(pex, "--layers", "a.zip", "b.zip", "--layer-manifests", "a.json").err == (
        "app.pex: error: there are 2 zips of layers and 1 manifests; give --layers and --layer-manifests the same layers "
        "in the same order\n"
    )


@pytest.mark.parametrize(
    ("source", "reached"),
    [
        ("import msgspec\n", True),
        ("def later():\n    import msgspec\n", True),
        ("try:\n    import msgspec\nexcept ImportError:\n    pass\n", True),
        ("", False),
    ],
)
def test_what_the_handler_reaches(tmp_path: Path, source: str, reached: bool) -> None:
    builder = echo_pex().add_source("svc/echo.py", f"{source}def handler(event, context): pass\n")
    assert function(tmp_path, builder).status == 0
    (only,) = manifest(tmp_path)["distributions"]
    assert (only["reached"], only["requires"]) == (reached, [])


def test_nobody_looked_what_is_reached(tmp_path: Path) -> None:
    assert function(tmp_path, echo_pex(), arguments=("--no-check-imports",)).status == 0
    (only,) = manifest(tmp_path)["distributions"]
    assert (only["reached"], only["requires"]) == (None, None)
