"""What the README tells a team to write, taken from the README and built."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.builders.aws import Aws, make_function
from tests.e2e.harness import PLEASE, ROOT, Repository, call

pytestmark = pytest.mark.network

README = (ROOT / "README.md").read_text()

# A block of the README that is a file: its first line names it in a comment.
_FILE = re.compile(r"^```\w+\n(?:#|;) ([\w./]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _repository(engine: str, tmp_path: Path) -> Repository:
    """A repository with the files that the README tells to write, and no others."""
    files = {match[1]: match[2] for match in _FILE.finditer(README)}
    assert set(files) == {
        "plugins/BUILD",
        ".plzconfig",
        "third_party/python/BUILD",
        "svc/BUILD",
        "svc/hello.py",
    }
    repository = Repository("function", tmp_path, engine)
    for folder in ("plugins", "third_party", "svc", "libs", "src"):
        shutil.rmtree(repository.path / folder)
    for name, text in files.items():
        path = repository.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return repository


def test_the_files_of_the_readme_build_a_function(engine: str, tmp_path: Path) -> None:
    repository = _repository(engine, tmp_path)
    repository.build("//svc:lambda")
    code = "import lambda_function; print(lambda_function.handler({}, None))"
    assert call(repository.zip("//svc:lambda"), tmp_path / "task", code) == "hello from idna 3.10\n"
    assert repository.manifest("//svc:lambda")["caps"]["zip"]["bytes"] == 900 * 1024


@pytest.mark.plz
@pytest.mark.skipif(shutil.which("plz") is None, reason="there is no plz on PATH")
def test_deploy_it(aws: Aws, tmp_path: Path) -> None:
    section = README.partition("**4. Deploy it**")[2]
    commands = section.partition("```sh\n")[2].partition("```")[0].splitlines()
    assert len(commands) == 3
    repository = _repository(PLEASE, tmp_path)
    repository.build("//svc:lambda")
    manifest = repository.manifest("//svc:lambda")
    make_function(
        aws,
        tmp_path,
        FunctionName="hello",
        Runtime=manifest["runtime"],
        Architectures=[manifest["architecture"]],
    )
    told = []
    for command in commands:
        program, *arguments = shlex.split(command)
        assert program == "plz"
        run = repository.run(*arguments)
        assert run.status == 0, run.output
        told.append(run.stdout.splitlines())
    assert told[0][-1].startswith("hello: would update the code directly: ")
    assert told[1][-1].startswith("hello: updated the code directly: ")
    assert told[2][-1] == "hello: made the alias live, which is version 1"
    found = aws.client("lambda").get_function_configuration(FunctionName="hello")
    assert found["CodeSha256"] == manifest["code_sha256"]


def test_the_function_without_its_dependency_does_not_build(engine: str, tmp_path: Path) -> None:
    repository = _repository(engine, tmp_path)
    repository.edit("svc/BUILD", '    deps = ["//third_party/python:idna"],\n', "")
    output = repository.fail("//svc:lambda")
    assert (
        "svc/hello.py:1: 'import idna' fails in Lambda: idna is neither in the zip nor in python3." in output
    )
    assert "add '//third_party/python:idna' to deps" in output
    assert not repository.zip("//svc:lambda").exists()


@pytest.mark.plz
@pytest.mark.skipif(shutil.which("plz") is None, reason="there is no plz on PATH")
def test_the_readmes_function_is_tested_and_run_as_it_says(tmp_path: Path) -> None:
    repository = _repository(PLEASE, tmp_path)
    section = README.partition("## Test it")[2].partition("\n## ")[0]
    rule = re.search(r"^python_lambda_test\(.*\)$", section, re.MULTILINE)
    assert rule is not None
    with (repository.path / "svc" / "BUILD").open("a") as stream:
        stream.write(rule[0] + "\n")
    response = re.search(r"^echo '(.*)' > (svc/hello\.json)$", section, re.MULTILINE)
    assert response is not None
    (repository.path / response[2]).write_text(response[1])
    run = repository.run("test", "//svc:lambda_test")
    assert run.status == 0, run.output
    assert "1 test run; 1 passed" in run.output

    section = README.partition("## Run it")[2].partition("\n## ")[0]
    command = re.search(r"^plz (run //svc:lambda_invoke -- --event sqs)$", section, re.MULTILINE)
    assert command is not None
    run = repository.run(*command[1].split())
    assert (run.status, run.stdout) == (0, '"hello from idna 3.10"\n'), run.output


def test_the_error_in_the_readme_is_what_the_build_says(engine: str, tmp_path: Path) -> None:
    section = README.partition("## What an error looks like")[2]
    shown = section.partition("```text\n")[2].partition("```")[0]
    lines = [_numbers(line) for line in shown.splitlines() if line.strip()]
    repository = Repository("function", tmp_path, engine)
    output = repository.fail("//svc:large")
    told = {_numbers(line) for line in output.splitlines()}
    # Sizes differ by platform; the words do not.
    for line in lines:
        if "msgspec" not in line and "/" not in line:
            assert line in told
    assert json.dumps(lines).count("msgspec") >= 2


def _numbers(line: str) -> str:
    line = re.sub(r"[\d,.]+ ?(?:bytes|KiB|MiB|B|%)?", "N", line.strip())
    return re.sub(r"\s+", " ", line.replace("//examples/echo:lambda", "//svc:large"))
