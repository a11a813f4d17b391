"""One repository, functions for several runtimes and architectures, one build."""

from __future__ import annotations

import io
import platform
import shutil
import sys
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile

from tests.e2e.harness import Repository, call, contents

pytestmark = pytest.mark.network

VERSIONS = ("3.10", "3.11", "3.13")
MACHINES = {"x86_64": "EM_X86_64", "arm64": "EM_AARCH64"}
CALL = "import lambda_function; print(lambda_function.handler({'text': '<a>'}, None))"


def test_each_function_has_the_wheels_of_its_platform(engine: str, tmp_path: Path) -> None:
    repository = Repository("platforms", tmp_path, engine)
    targets = [f"//svc:lambda_{version}_{machine}" for version in VERSIONS for machine in MACHINES]
    repository.build(*targets)
    for version in VERSIONS:
        for machine, expected in MACHINES.items():
            path = repository.zip(f"//svc:lambda_{version}_{machine}")
            files = contents(path)
            native = {name: data for name, data in files.items() if name.endswith(".so")}
            tag = f"cpython-{version.replace('.', '')}-"
            assert len(native) == 2
            # Read by somebody else's reader of ELF files.
            assert {ELFFile(io.BytesIO(data)).header["e_machine"] for data in native.values()} == {expected}
            assert all(tag in name for name in native)
            assert ("tomli/__init__.py" in files) == (version == "3.10"), "its marker"
            assert not [name for name in files if "native.json" in name or ".unavailable" in name]
            if machine == platform.machine() and sys.platform == "linux":
                python = shutil.which(f"python{version}")
                if python and version == ".".join(map(str, sys.version_info[:2])):
                    assert call(path, tmp_path / f"task{version}", CALL, sys.executable) == (
                        '{"escaped":"&lt;a&gt;"}\n'
                    )


def test_the_host_has_its_own(engine: str, tmp_path: Path) -> None:
    repository = Repository("platforms", tmp_path, engine)
    run = repository.run("run", "//svc:on_the_host")
    assert run.status == 0, run.output
    assert '{"escaped":"&lt;host&gt;"}' in run.stdout


def test_what_has_nothing_for_a_platform_is_told_at_once(engine: str, tmp_path: Path) -> None:
    repository = Repository("platforms", tmp_path, engine)
    output = repository.fail("//svc:too_old")
    assert "onnxruntime 1.20.1 has nothing that python3.8 on x86_64 could load" in output
    assert "msgspec 0.20.0 has nothing that python3.8 on x86_64 could load" in output
    assert "would help: " in output
    assert not repository.zip("//svc:too_old").exists()


def test_a_binary_is_built_for_the_function_that_packs_it(engine: str, tmp_path: Path) -> None:
    repository = Repository("platforms", tmp_path, engine)
    repository.build("//svc:of_binary")
    native = [name for name in contents(repository.zip("//svc:of_binary")) if name.endswith(".so")]
    assert len(native) == 2
    assert all(name.endswith("cpython-313-aarch64-linux-gnu.so") for name in native)


def test_what_the_tools_are_made_of_is_not_declared(engine: str, tmp_path: Path) -> None:
    repository = Repository("platforms", tmp_path, engine)
    metadata = repository.path / "third_party" / "python" / "installer-0.7.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: installer\nVersion: 0.7.0\n")
    build = repository.path / "third_party" / "python" / "BUILD"
    build.write_text(
        'subinclude("///python//build_defs:python")\n'
        + build.read_text()
        + '\npython_library(\n    name = "stray",\n    resources = ["installer-0.7.0.dist-info/METADATA"],\n)\n'
    )
    repository.edit(
        "svc/BUILD",
        '        "//third_party/python:tomli",\n',
        '        "//third_party/python:stray",\n        "//third_party/python:tomli",\n',
    )
    output = repository.fail("//svc:lambda_3.13_x86_64")
    assert "installer 0.7.0 is in the PEX, but no rule in the dependencies declares it" in output
