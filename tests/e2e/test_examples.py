"""The examples of this repository, built from a copy of it as a new user would, and called."""

from __future__ import annotations

import fcntl
import io
import json
import platform
import shutil
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection

from tests.builders.checkout import copy_checkout
from tests.builders.please import run_limited, run_please
from tests.e2e.harness import EMBEDDED, PLEASE, call, contents
from tests.e2e.kept_outputs import KeptOutputs

pytestmark = [pytest.mark.network, pytest.mark.slow]

WITH_PLZ = pytest.mark.skipif(shutil.which("plz") is None, reason="there is no plz on PATH")

_NAMES = ("echo", "plot", "edge_redirect", "edge_small")


class Examples(NamedTuple):
    """A copy of this repository with examples that one engine has built."""

    engine: str
    repository: Path
    kept: KeptOutputs

    def zip(self, name: str) -> Path:
        return self.repository / "plz-out" / "gen" / "examples" / name / "lambda.zip"

    def build(self, *targets: str) -> None:
        if self.engine == PLEASE:
            run = run_please(["build", *targets], self.repository)
        else:
            self.kept.give(self.repository)
            command = [sys.executable, "-m", "tools.embedded_please", "build", *targets]
            run = run_limited(command, self.repository, {"PYTHONPATH": str(self.repository)})
        assert run.status == 0, run.output


def _built(engine: str, run_folder: Path) -> Examples:
    """Return the examples as the first process of this run that needed them has built them; the zips alone are left."""
    folder = run_folder / f"examples-{engine}"
    kept = KeptOutputs(run_folder / "kept" / "examples")
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = Examples(engine, folder / "repository", kept)
        if not made.repository.exists():
            new = Examples(engine, copy_checkout(folder / "new"), kept)
            new.build(*(f"//examples/{name}:lambda" for name in _NAMES))
            if engine == EMBEDDED:
                kept.take(new.repository)
            for name in _NAMES:
                made.zip(name).parent.mkdir(parents=True)
                for suffix in (".zip", ".json"):
                    new.zip(name).with_suffix(suffix).replace(made.zip(name).with_suffix(suffix))
            shutil.rmtree(new.repository)
    return made


@pytest.fixture(scope="session")
def embedded(run_folder: Path) -> Examples:
    return _built(EMBEDDED, run_folder)


@pytest.fixture(scope="session")
def please(run_folder: Path) -> Examples:
    if shutil.which("plz") is None:
        pytest.skip("there is no plz on PATH")
    return _built(PLEASE, run_folder)


@pytest.fixture(params=[EMBEDDED, pytest.param(PLEASE, marks=pytest.mark.plz)])
def examples(request: pytest.FixtureRequest) -> Examples:
    built = request.getfixturevalue(str(request.param))
    assert isinstance(built, Examples)
    return built


def test_echo(examples: Examples, tmp_path: Path) -> None:
    code = """
import json, lambda_function
event = {"rawPath": "/a", "queryStringParameters": {"q": "1"}, "unknown": 2}
print(json.dumps([lambda_function.handler(event, None), lambda_function.handler({"rawPath": 1}, None)]))
"""
    good, bad = json.loads(call(examples.zip("echo"), tmp_path / "task", code))
    assert good["statusCode"] == 200
    assert json.loads(good["body"]) == {"rawPath": "/a", "queryStringParameters": {"q": "1"}, "body": None}
    assert bad["statusCode"] == 400
    assert json.loads(bad["body"]) == {"error": "Expected `str`, got `int` - at `$.rawPath`"}


def test_echo_holds_nothing_but_what_it_needs(examples: Examples) -> None:
    names = set(contents(examples.zip("echo")))
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"lambda_function.py", "msgspec", "msgspec-0.20.0.dist-info", "examples"}
    assert {name for name in names if name.startswith("examples/")} == {
        "examples/__init__.py",
        "examples/echo/__init__.py",
        "examples/echo/echo.py",
    }
    assert not [name for name in names if name.endswith(".pyc") or "REQUESTED" in name or "INSTALLER" in name]


def test_plot(examples: Examples, tmp_path: Path) -> None:
    code = """
import base64, json, lambda_function
days = {f"2026-0{month}-{day:02}": day * month for month in (1, 2, 3) for day in range(1, 29)}
answer = lambda_function.handler({"body": json.dumps(days)}, None)
png = base64.b64decode(answer.pop("body"))
print(json.dumps([answer, png[:24].hex(), len(png), lambda_function.handler({"body": "[]"}, None)["statusCode"]]))
"""
    answer, head, size, bad = json.loads(call(examples.zip("plot"), tmp_path / "task", code))
    assert answer["statusCode"] == 200
    assert answer["headers"] == {"content-type": "image/png"}
    header = bytes.fromhex(head)
    assert header.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">2I", header[16:24]) == (640, 320)
    assert size > 5_000
    assert bad == 400


def test_edge_small_fits_as_it_is_slimmed(examples: Examples, tmp_path: Path) -> None:
    code = """
import json, lambda_function
event = {"Records": [{"cf": {"request": {"uri": "/reports/a", "headers": {}}}}]}
print(json.dumps(lambda_function.handler(event, None)["headers"]))
"""
    answer = json.loads(call(examples.zip("edge_small"), tmp_path / "task", code))
    assert answer == {"x-site": [{"key": "X-Site", "value": "mumbai; 122 ms"}]}
    manifest = json.loads(examples.zip("edge_small").with_suffix(".json").read_text())
    assert manifest["zip_bytes"] <= 1_048_576
    (rule,) = manifest["left_out"]["rules"]
    assert rule["rule"] == "tests"
    assert manifest["zip_bytes"] + rule["compressed_bytes"] > 1_048_576


def test_edge_redirect(examples: Examples, tmp_path: Path) -> None:
    code = """
import json, time, lambda_function
from examples.edge_redirect import edge_redirect
def ask(uri, cookie=None, query=""):
    headers = {"cookie": [{"key": "Cookie", "value": cookie}]} if cookie else {}
    request = {"uri": uri, "querystring": query, "headers": headers}
    return lambda_function.handler({"Records": [{"cf": {"request": request}}]}, None)
good = "a=b; session=" + edge_redirect.sign("ada", int(time.time()) + 60)
old = "session=" + edge_redirect.sign("ada", int(time.time()) - 60)
forged = good[:-2] + "xx"
print(json.dumps([ask("/a", good)["uri"], ask("/login")["uri"]]
    + [ask("/a b", cookie, "x=1")["headers"]["location"][0]["value"] for cookie in (None, old, forged, "session=é.1.x")]))
"""
    answers = json.loads(call(examples.zip("edge_redirect"), tmp_path / "task", code))
    assert answers == ["/a", "/login"] + ["/login?next=%2Fa%20b%3Fx%3D1"] * 4
    manifest = json.loads(examples.zip("edge_redirect").with_suffix(".json").read_text())
    assert manifest["caps"]["zip"]["bytes"] == 1_048_576
    assert manifest["zip_bytes"] < 10_000


_PLATFORMS = """
for version in ["3.11", "3.12", "3.13"]:
    for machine in ["x86_64", "arm64"]:
        python_lambda(
            name = f"lambda_{version}_{machine}",
            architecture = machine,
            handler = "compiled.py:handler",
            imports_ok = ["mypy_extensions", "pathspec", "typing_extensions"],  # Not where the handler leads.
            max_size = "direct-upload",
            runtime = f"python{version}",
            deps = ["//third_party/python:mypy"],
        )
"""

# One distribution with 200 native files of each version and machine. pandas and matplotlib, which the plot is made of,
# bring 14, and took as long as all the rest of the tests.
_MYPY = """
python_requirement(
    name = "mypy",
    version = "1.18.2",
    hashes = [
        "sha256:1331eb7fd110d60c24999893320967594ff84c38ac6d19e0a76c5fd809a84c86",
        "sha256:1379451880512ffce14505493bd9fe469e0697543717298242574882cf8cdb8d",
        "sha256:01199871b6110a2ce984bde85acd481232d17413868c9807e95c1b0739a58914",
        "sha256:5d6c838e831a062f5f29d11c9057c6009f60cb294fea33a98422688181fe2893",
        "sha256:a431a6f1ef14cf8c144c6b14793a23ec4eae3db28277c358136e79d7d062f62d",
        "sha256:c3ad2afadd1e9fea5cf99a45a822346971ede8685cc581ed9cd4d42eaf940986",
    ],
    visibility = ["PUBLIC"],
)
"""

_COMPILED = """
from mypy import sharedparse


def handler(event, context):
    compiled = sharedparse.__file__.endswith(".so") and sharedparse.special_function_elide_names("__eq__")
    return {"statusCode": 200 if compiled else 500}
"""


@pytest.fixture(params=[EMBEDDED, pytest.param(PLEASE, marks=[pytest.mark.plz, WITH_PLZ])])
def six_platforms(request: pytest.FixtureRequest, run_folder: Path, tmp_path: Path) -> Iterator[Examples]:
    made = Examples(
        request.param, copy_checkout(tmp_path / "repository"), KeptOutputs(run_folder / "kept" / "examples")
    )
    folder = made.repository / "examples" / "plot"
    (folder / "compiled.py").write_text(_COMPILED)
    with (made.repository / "third_party" / "python" / "BUILD").open("a") as third_party:
        third_party.write(_MYPY)
    build_file = folder / "BUILD"
    build_file.write_text(build_file.read_text() + _PLATFORMS)
    yield made
    shutil.rmtree(made.repository)


def test_six_platforms_in_one_build(six_platforms: Examples, tmp_path: Path) -> None:
    examples = six_platforms
    glibc = {"3.11": (2, 26), "3.12": (2, 34), "3.13": (2, 34)}
    machines = {"x86_64": "EM_X86_64", "arm64": "EM_AARCH64"}
    names = [f"lambda_{version}_{machine}" for version in glibc for machine in machines]
    examples.build(*(f"//examples/plot:{name}" for name in names))
    for version, has in glibc.items():
        for machine, expected in machines.items():
            path = examples.zip("plot").with_name(f"lambda_{version}_{machine}.zip")
            native = {name: data for name, data in contents(path).items() if ".so" in name.rpartition("/")[2]}
            assert len(native) > 80
            for name, data in native.items():
                # Read by somebody else's reader of ELF files.
                elf = ELFFile(io.BytesIO(data))
                assert elf.header["e_machine"] == expected, name
                assert _glibc(elf) <= has, name
                tag = name.partition(".cpython-")[2].partition("-")[0]
                assert tag in ("", version.replace(".", "")), name
            if (machine, version) == (platform.machine(), ".".join(map(str, sys.version_info[:2]))):
                code = "import lambda_function as f; print(f.handler({'body': '{\"2026-01-01\": 1}'}, None)['statusCode'])"
                assert call(path, tmp_path / version, code) == "200\n"
            path.unlink()


def _glibc(elf: ELFFile) -> tuple[int, ...]:
    """Return the highest version of glibc that a file asks for."""
    highest: tuple[int, ...] = (0,)
    for section in elf.iter_sections():
        if isinstance(section, GNUVerNeedSection):
            for _, versions in section.iter_versions():
                for version in versions:
                    family, _, number = version.name.partition("_")
                    if family == "GLIBC" and number[:1].isdigit():
                        highest = max(highest, tuple(map(int, number.split("."))))
    return highest


@pytest.mark.plz
@pytest.mark.parametrize("name", _NAMES)
def test_both_engines_give_the_same_files(embedded: Examples, please: Examples, name: str) -> None:
    one, other = contents(embedded.zip(name)), contents(please.zip(name))
    assert sorted(one) == sorted(other)
    assert [file for file in one if one[file] != other[file]] == []
