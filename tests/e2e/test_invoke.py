"""Functions that are run and tested in a user's repository, by real Please."""

from __future__ import annotations

import json
import shutil
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from tests.e2e.harness import PLEASE, Repository

pytestmark = [
    pytest.mark.network,
    pytest.mark.plz,
    pytest.mark.skipif(shutil.which("plz") is None, reason="there is no plz on PATH"),
    pytest.mark.skipif(sys.platform != "linux", reason="the functions of this test are for Linux"),
]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return Repository("invoke", tmp_path_factory.mktemp("invoke"), PLEASE)


def results(repository: Repository) -> dict[str, ElementTree.Element]:
    root = ElementTree.parse(repository.path / "plz-out" / "log" / "test_results.xml").getroot()
    return {case.get("name") or "": case for case in root.iter("testcase")}


@pytest.mark.parametrize(
    ("target", "names"),
    [
        ("cases", {"svc/events/ok.json", "svc/events/bad.json"}),
        ("subset", {"apigateway-v2"}),
        ("lambda_smoke_test", {"import of the handler"}),
        ("pytest", {"test_total", "test_nothing_to_add"}),
    ],
)
def test_passes(repository: Repository, target: str, names: set[str]) -> None:
    run = repository.run("test", f"//svc:{target}")
    assert run.status == 0, run.output
    found = results(repository)
    assert set(found) == names
    assert not [
        name
        for name, case in found.items()
        for tag in ("failure", "error", "skipped")
        if case.find(tag) is not None
    ]


def test_one_case_by_name(repository: Repository) -> None:
    run = repository.run("test", "--rerun", "//svc:cases", "bad")
    assert run.status == 0, run.output
    assert "svc/events/bad.json" in run.output
    assert "svc/events/ok.json" not in run.output


def test_fails_with_the_difference(repository: Repository) -> None:
    run = repository.run("test", "//svc:wrong")
    assert run.status != 0
    assert "$.total: not expected: 3" in run.output
    failure = results(repository)["svc/events/ok.json"].find("failure")
    assert failure is not None
    assert failure.get("message") == "the response is not what svc/expected/subset.json has (exact):"


def test_another_machines_function_is_skipped(repository: Repository) -> None:
    run = repository.run("test", "//svc:other_smoke_test")
    assert run.status == 0, run.output
    assert results(repository)["import of the handler"].find("skipped") is not None
    assert "1 skipped" in run.output


def test_a_missing_interpreter_fails_or_skips(repository: Repository) -> None:
    run = repository.run("test", "//svc:old_fails")
    assert run.status != 0
    assert "python3.8 needs an interpreter of Python 3.8, and none was found" in run.output
    run = repository.run("test", "//svc:old_skips")
    assert run.status == 0, run.output
    assert results(repository)["import of the handler"].find("skipped") is not None


def test_coverage_is_in_the_repositorys_paths(repository: Repository) -> None:
    run = repository.run("cover", "//svc:cases")
    assert run.status == 0, run.output
    coverage = json.loads((repository.path / "plz-out" / "log" / "coverage.json").read_text())
    assert coverage["files"] == {"src/python/acme/orders.py": "CCCC", "svc/app.py": "CNNCCCUC"}


def test_run(repository: Repository) -> None:
    (repository.path / "event.json").write_text('{"prices": [2, 3]}')
    run = repository.run("run", "//svc:lambda_invoke", "--", "--event", "event.json")
    assert (run.status, run.stdout) == (0, '{"total": 5}\n'), run.output
    assert "asked for ['prices']" in run.stderr
    assert "//svc:lambda: init " in run.stderr

    (repository.path / "event.json").write_text('{"prices": []}')
    run = repository.run("run", "//svc:lambda_invoke", "--", "--event", "event.json")
    assert run.status == 1
    assert '  File "src/python/acme/orders.py", line 4, in total\n' in run.stderr


def test_nothing_is_fetched_until_it_is_needed(tmp_path: Path) -> None:
    repository = Repository("invoke", tmp_path, PLEASE)
    repository.build("//svc:lambda")
    assert not list((repository.path / "plz-out").rglob("awslambdaric*"))
    program = repository.path / "plz-out" / "bin" / "svc" / "lambda_invoke"
    repository.build("//svc:lambda_invoke")
    assert list((repository.path / "plz-out").rglob("awslambdaric*"))
    assert str(repository.path) not in program.read_text(), "it is the same for everybody"


def test_what_the_runtime_brings_is_there(tmp_path: Path) -> None:
    repository = Repository("invoke", tmp_path, PLEASE)
    third_party = repository.path / "third_party" / "python"
    third_party.mkdir(parents=True)
    (third_party / "BUILD").write_text(
        """
subinclude("///awslambda//build_defs:awslambda")

python_requirement(
    name = "six",
    version = "1.17.0",
    visibility = ["PUBLIC"],
)
"""
    )
    (repository.path / "svc" / "brought.py").write_text(
        "import six\n\n\ndef handler(event, context):\n    return [six.__version__, six.__file__]\n"
    )
    (repository.path / "svc" / "expected" / "six.json").write_text('["1.17.0", "/var/runtime/six.py"]')
    with (repository.path / "svc" / "BUILD").open("a") as file:
        file.write(
            """
python_lambda(
    name = "brought",
    handler = "brought.py:handler",
    imports_ok = ["six"],
)

python_lambda_test(
    name = "with_libs",
    cases = {"events/ok.json": "expected/six.json"},
    function = ":brought",
    runtime_libs = ["//third_party/python:six"],
)

python_lambda_test(
    name = "without_libs",
    cases = {"events/ok.json": "expected/six.json"},
    function = ":brought",
)
"""
        )
    run = repository.run("test", "//svc:with_libs")
    assert run.status == 0, run.output
    run = repository.run("test", "//svc:without_libs")
    assert run.status != 0
    assert "No module named 'six'" in run.output
    repository.edit(".plzconfig", "SourceRoots", "RuntimeLibs = //third_party/python:six\nSourceRoots")
    run = repository.run("test", "//svc:without_libs")
    assert run.status == 0, run.output
    run = repository.run("run", "//svc:brought_invoke", "--", "--event", "apigateway-v2")
    assert (run.status, run.stdout) == (0, '["1.17.0", "/var/runtime/six.py"]\n'), run.output
