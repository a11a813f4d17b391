"""A function with dependencies of every kind, in a user's repository."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from pathlib import Path

import pytest

from tests.e2e.harness import EMBEDDED, PLEASE, Repository, call, contents

pytestmark = pytest.mark.network

CALL = "import lambda_function; print(lambda_function.handler({'prices': [1, 2]}, None))"
LAMBDA = "//svc:lambda"


def test_builds_a_zip_that_runs(engine: str, tmp_path: Path) -> None:
    repository = Repository("function", tmp_path, engine)
    repository.build(LAMBDA)
    path = repository.zip(LAMBDA)

    assert call(path, tmp_path / "task", CALL) == '{"greeting":"hello","total":3,"name":"local"}\n'

    names = set(contents(path))
    assert {"lambda_function.py", "svc/echo.py", "svc/local.py", "libs/greeting/words.txt"} <= names
    assert "acme/billing/invoice.py" in names, "the source root is taken off"
    assert "msgspec-0.20.0.dist-info/METADATA" in names
    assert not [
        name for name in names if name.endswith((".pyi", ".pyc")) or name.startswith(("src", "third_party"))
    ]

    manifest = repository.manifest(LAMBDA)
    assert manifest["handler"]["direct"] == "svc.echo.answer"
    assert [(found["name"], found["version"]) for found in manifest["distributions"]] == [
        ("msgspec", "0.20.0")
    ]
    assert manifest["caps"]["zip"]["bytes"] == 2_000_000
    assert manifest["caps"]["unzipped"]["name"] == "lambda"
    assert manifest["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert manifest["warnings"] == []


def test_a_folder_beside_the_zip(engine: str, tmp_path: Path) -> None:
    repository = Repository("function", tmp_path, engine)
    repository.edit("svc/BUILD", 'exclude = ["*.pyi"],', 'exclude = ["*.pyi"],\n    layout = "folder",')
    for name in ("local", "other"):
        repository.edit("svc/local.py", "local", name)
        repository.build(LAMBDA)
        path = repository.zip(LAMBDA)
        folder = path.with_suffix("")
        assert contents(path) == {
            file.relative_to(folder).as_posix(): file.read_bytes()
            for file in folder.rglob("*")
            if file.is_file()
        }


def test_python_rules_1_works_as_well(engine: str, tmp_path: Path) -> None:
    if engine == EMBEDDED:
        pytest.skip("the embedded engine has its own Python rules, whichever the repository names")
    repository = Repository("function", tmp_path, engine)
    repository.edit("plugins/BUILD", "v2.0.2", "v1.14.0")
    repository.build(LAMBDA)
    assert call(repository.zip(LAMBDA), tmp_path / "task", CALL).startswith('{"greeting":"hello"')


def test_a_zip_over_its_cap_fails_the_build(engine: str, tmp_path: Path) -> None:
    repository = Repository("function", tmp_path, engine)
    output = repository.fail("//svc:large")
    assert "//svc:large: error: the zip is " in output
    assert "max_size allows 102,400 (100KiB)" in output
    assert "msgspec 0.20.0" in output
    assert "first-party code" in output
    assert not repository.zip("//svc:large").exists()


def test_a_cap_that_a_rebuild_breaks_leaves_no_zip(engine: str, tmp_path: Path) -> None:
    repository = Repository("function", tmp_path, engine)
    repository.build(LAMBDA)
    repository.edit("svc/BUILD", 'exclude = ["*.pyi"],', 'exclude = ["*.pyi"],\n    max_size = 1024,')
    assert "max_size allows 1,024 (1024)" in repository.fail(LAMBDA)


def test_a_package_overrides_the_settings(engine: str, tmp_path: Path) -> None:
    repository = Repository("function", tmp_path, engine)
    repository.edit(
        "svc/BUILD",
        'python_lambda(\n    name = "lambda",',
        'package(awslambda = {"max_size": "1KiB"})\n\npython_lambda(\n    name = "lambda",',
    )
    assert "max_size allows 1,024 (1KiB)" in repository.fail(LAMBDA)


def test_the_same_inputs_give_the_same_bytes(engine: str, tmp_path: Path) -> None:
    digests = []
    mask = os.umask(0o022)
    try:
        for number, (zone, umask) in enumerate((("UTC", 0o022), ("Pacific/Chatham", 0o027))):
            os.umask(umask)
            folder = tmp_path / f"a clone{number}".replace(" ", "-" * (number + 1))
            folder.mkdir()
            repository = Repository("function", folder, engine, alone=True)
            run = repository.run("build", LAMBDA, TZ=zone)
            assert run.status == 0, run.output
            digests.append(hashlib.sha256(repository.zip(LAMBDA).read_bytes()).hexdigest())
    finally:
        os.umask(mask)
    assert digests[0] == digests[1]


@pytest.mark.plz
@pytest.mark.skipif(shutil.which("plz") is None, reason="there is no plz on PATH")
def test_both_engines_give_the_same_bytes(tmp_path: Path) -> None:
    for compression in ("good", "best", "copy"):
        digests = set()
        for engine in (EMBEDDED, PLEASE):
            (tmp_path / compression / engine).mkdir(parents=True)
            repository = Repository("function", tmp_path / compression / engine, engine)
            repository.edit("svc/BUILD", 'exclude = ["*.pyi"],', f'compression = "{compression}",')
            repository.build(LAMBDA)
            manifest = repository.manifest(LAMBDA)
            assert manifest["compression"]["name"] == compression
            digests.add(manifest["sha256"])
        assert len(digests) == 1, compression


def test_deprecated_runtime_is_a_warning(engine: str, tmp_path: Path) -> None:
    repository = Repository("function", tmp_path, engine)
    # Without native code, so that the runtime may be any.
    repository.edit("svc/BUILD", '        "//third_party/python:msgspec",\n', "")
    repository.edit("svc/echo.py", "import msgspec\n", "import json as msgspec\n")
    repository.edit("svc/BUILD", 'exclude = ["*.pyi"],', 'runtime = "python3.8",')
    run = repository.build(LAMBDA)
    assert (
        "python3.8 is deprecated by AWS since 2024-10-14 (functions cannot be created from 2027-02-01, nor updated from "
        "2027-03-03); move to a newer one, such as python3.14" in run.output
    )


def test_unknown_runtime_and_architecture_are_told_together(engine: str, tmp_path: Path) -> None:
    repository = Repository("function", tmp_path, engine)
    repository.edit(
        "svc/BUILD", 'exclude = ["*.pyi"],', 'runtime = "python3.1",\n    architecture = "amd64",'
    )
    output = repository.fail(LAMBDA)
    assert (
        "python_lambda lambda: runtime 'python3.1' is not one that Lambda has; known are python3.8, "
        in output
    )
    assert "architecture 'amd64' is not one that Lambda has; known are x86_64, arm64" in output


def test_a_stray_distribution_is_refused(engine: str, tmp_path: Path) -> None:
    repository = Repository("function", tmp_path, engine)
    metadata = repository.path / "third_party" / "python" / "none-0.1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: none\nVersion: 0.1\n")
    build = repository.path / "third_party" / "python" / "BUILD"
    build.write_text(
        build.read_text()
        + '\npython_library(\n    name = "stray",\n    resources = ["none-0.1.dist-info/METADATA"],\n)\n'
    )
    repository.edit(
        "svc/BUILD", '        ":local",\n', '        ":local",\n        "//third_party/python:stray",\n'
    )
    output = repository.fail(LAMBDA)
    assert "none 0.1 is in the PEX, but no rule in the dependencies declares it" in output
    repository.edit(".plzconfig", "MaxSize = 2MB", "MaxSize = 2MB\nCheckProvenance = false")
    repository.build(LAMBDA)


def test_an_import_through_the_module_directory_is_refused(engine: str, tmp_path: Path) -> None:
    repository = Repository("function", tmp_path, engine)
    repository.edit("svc/echo.py", "import msgspec\n", "from third_party.python import msgspec\n")
    output = repository.fail(LAMBDA)
    assert "svc/echo.py:1: 'from third_party.python import msgspec' works only under Please" in output
    assert "Write 'import msgspec'" in output


def test_a_handler_that_is_not_there_is_refused(engine: str, tmp_path: Path) -> None:
    repository = Repository("function", tmp_path, engine)
    repository.edit("svc/BUILD", "echo.py:answer", "echo.py:handler")
    output = repository.fail(LAMBDA)
    assert "svc/echo.py does not define 'handler' at its top level; its functions are: answer" in output


def test_a_module_may_be_the_handler(engine: str, tmp_path: Path) -> None:
    repository = Repository("function", tmp_path, engine)
    repository.edit(
        "svc/BUILD", 'handler = "echo.py:answer"', 'handler = "svc.echo.answer",\n    srcs = ["echo.py"]'
    )
    repository.build(LAMBDA)
    assert call(repository.zip(LAMBDA), tmp_path / "task", CALL).startswith('{"greeting":"hello"')


def test_outputs_have_names_and_plain_modes(engine: str, tmp_path: Path) -> None:
    repository = Repository("function", tmp_path, engine)
    svc = repository.path / "svc" / "BUILD"
    svc.write_text(
        svc.read_text()
        + '\ngenrule(\n    name = "size",\n    srcs = [":lambda|zip"],\n    outs = ["size.txt"],\n'
        + '    cmd = "wc -c < $SRC > $OUT",\n)\n'
    )
    repository.build("//svc:size")
    path = repository.zip(LAMBDA)
    assert int((path.parent / "size.txt").read_text()) == path.stat().st_size
    assert stat.S_IMODE(path.stat().st_mode) & 0o444 == 0o444
