"""What Please itself makes of the output: it reads it, finds no cycle, and has nothing to format."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.builders.please import run_please
from tests.unit.lambda_lock.locks import FIXTURES, Runner, uv

pytestmark = [
    pytest.mark.plz,
    pytest.mark.skipif(shutil.which("plz") is None, reason="plz is not on PATH"),
]

# Rules with the arguments of the real ones, so that the graph is all that is tested.
STUB = """
def python_requirement(name, version, package_name=None, hashes=[], deps=[], platform_deps={}, extras=[],
                       marker=None, sdist=False, url=None, zip_safe=False, licences=[], visibility=None, test_only=False):
    arch = CONFIG.ARCH if CONFIG.ARCH.startswith("lambda") else "host"
    return build_rule(
        name = name,
        outs = [f"{name}.txt"],
        cmd = f"echo {version} > $OUT",
        deps = deps + (platform_deps[arch] if arch in platform_deps else []),
        visibility = visibility,
        test_only = test_only,
    )

def python_library(name, deps=[], visibility=None, test_only=False):
    return filegroup(name = name, deps = deps, visibility = visibility, test_only = test_only)
"""

LOCKS = [
    ("orders/uv/uv.lock", "requests", "pysocks", "exceptiongroup"),
    ("cases/uv/uv.lock", "fixtures", "testtools_alone", "zipp"),
]


def _plz(folder: Path, *arguments: str) -> str:
    run = run_please(arguments, folder, limit=120)
    assert run.status == 0, run.output
    return run.stdout


def _repository(run: Runner, lock: str) -> None:
    run.write(".plzconfig", "")
    run.write("defs/stub.build_defs", STUB)
    run.write(
        "defs/BUILD",
        'filegroup(\n    name = "stub",\n    srcs = ["stub.build_defs"],\n    visibility = ["PUBLIC"],\n)\n',
    )
    run.write("libs/shared/BUILD", 'filegroup(\n    name = "shared",\n    visibility = ["PUBLIC"],\n)\n')
    stub = ("--subinclude", "//defs:stub", "--python-subinclude", "//defs:stub")
    mapped = ("--map", "shared-lib=//libs/shared") if "cases" in lock else ()
    assert run(FIXTURES / lock, *stub, *mapped).status == 0


@pytest.mark.parametrize(("lock", "target", "needed", "absent"), LOCKS)
def test_please_builds_the_graph(run: Runner, lock: str, target: str, needed: str, absent: str) -> None:
    _repository(run, lock)
    _plz(run.folder, "build", "//third_party/python:all")
    deps = _plz(run.folder, "query", "deps", f"//third_party/python:{target}")
    assert f"//third_party/python:{needed}" in deps
    assert f"//third_party/python:{absent}" not in deps


def test_platform_has_its_own_edges(run: Runner) -> None:
    _repository(run, "orders/uv/uv.lock")
    host = _plz(run.folder, "query", "deps", "//third_party/python:anyio")
    function = _plz(run.folder, "query", "deps", "///linux_lambda313arm64//third_party/python:anyio")
    assert "exceptiongroup" in host
    assert "///linux_lambda313arm64//third_party/python:idna" in function
    assert "exceptiongroup" not in function


@pytest.mark.parametrize("lock", [lock for lock, *_ in LOCKS])
def test_please_has_nothing_to_format(run: Runner, lock: str) -> None:
    _repository(run, lock)
    # Silent and 0 where a file is as it should be.
    assert _plz(run.folder, "fmt", "third_party/python/BUILD") == ""


def test_please_has_nothing_to_format_in_what_is_kept(run: Runner) -> None:
    lock = uv(
        {
            "a 1": ["b", "c", "d.e", "d-f ; python_version < '3.12'"],
            "b 1": [],
            "c 1": [],
            "d.e 1": [],
            "d-f 1": [],
        },
        direct=["a"],
    )
    path = run.write("uv.lock", lock)
    run.write(".plzconfig", "")
    run(path)
    text = run.output.read_text().replace(
        '    version = "1",\n    visibility = ["PUBLIC"],\n    zip_safe = True,\n    deps = [\n        ":b",\n',
        '    version = "1",  # keep\n    visibility = ["PUBLIC"],\n    licences = ["MIT"],  # keep\n'
        '    zip_safe = True,\n    deps = [\n        "//x:y",  # keep\n        # keep\n        "///sub//x:y",\n'
        '        "@z//x",  # keep\n        ":b",\n',
    )
    text = text.replace('"host": [":d_f"]', '"host": [\n":zz",  # keep\n]')
    run.output.write_text(f'# Ours.\nfilegroup(\n    name = "ours",\n)\n\n{text}')
    assert run(path).text.count("# keep\n") == 6
    assert _plz(run.folder, "fmt", "third_party/python/BUILD") == ""
