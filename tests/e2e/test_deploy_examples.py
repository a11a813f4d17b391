"""The examples of deploying: each is read by its own tool, and takes the hash that the manifest has."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.builders.command import pack
from tests.builders.pex import echo_pex
from tests.e2e.harness import ROOT

_DEPLOY = ROOT / "examples" / "deploy"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A folder with the examples, and a zip where Please writes one."""
    built = tmp_path / "plz-out" / "gen" / "examples" / "echo"
    built.mkdir(parents=True)
    pex = echo_pex().write(tmp_path / "app.pex")
    result = pack(pex, "--manifest", built / "lambda.json", output=built / "lambda.zip")
    assert result.status == 0, result.err
    shutil.copytree(_DEPLOY, tmp_path / "examples" / "deploy")
    return tmp_path


def manifest(repository: Path) -> dict[str, Any]:
    path = repository / "plz-out" / "gen" / "examples" / "echo" / "lambda.json"
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found


def run(*command: object, folder: Path, **variables: str) -> str:
    done = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("name", ["cloudformation", "sam"])
def test_a_template(repository: Path, name: str) -> None:
    if importlib.util.find_spec("cfnlint") is None:
        pytest.skip("cfn-lint is not installed")
    template = repository / "examples" / "deploy" / name / "template.yaml"
    code = "import sys; from cfnlint import runner; sys.argv[0] = 'cfn-lint'; runner.main()"
    assert run(sys.executable, "-W", "ignore", "-c", code, template, folder=repository) == ""


@pytest.mark.parametrize("options", [(), ("--lint",)])
def test_the_template_of_sam_by_sam(repository: Path, options: tuple[str, ...]) -> None:
    if shutil.which("sam") is None:
        pytest.skip("there is no sam on PATH")
    template = repository / "examples" / "deploy" / "sam" / "template.yaml"
    variables = {"AWS_DEFAULT_REGION": "eu-central-1", "SAM_CLI_TELEMETRY": "0"}
    out = run("sam", "validate", "--template", template, *options, folder=repository, **variables)
    assert "is a valid SAM Template" in out


def test_the_template_of_sam_names_the_zip(repository: Path) -> None:
    template = repository / "examples" / "deploy" / "sam" / "template.yaml"
    (line,) = [line for line in template.read_text().splitlines() if "CodeUri:" in line]
    assert (template.parent / line.split(":", 1)[1].strip()).is_file()


@pytest.mark.parametrize(
    ("schema", "name"),
    [("vendor.github-workflows", "github-actions.yml"), ("vendor.gitlab-ci", "gitlab-ci.yml")],
)
def test_a_pipeline(schema: str, name: str) -> None:
    file = ROOT / "examples" / "ci" / name
    out = run(sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, file, folder=ROOT)
    assert out == "ok -- validation done\n"
    text = file.read_text()
    assert "./pleasew build //..." in text
    assert "./pleasew test //..." in text


def test_terraform(repository: Path) -> None:
    if shutil.which("terraform") is None:
        pytest.skip("there is no terraform on PATH")
    folder = repository / "examples" / "deploy" / "terraform"
    plugins = os.environ.get("PLEASING_TERRAFORM_PLUGINS")
    options = [f"-plugin-dir={plugins}"] if plugins else []
    started = subprocess.run(
        ["terraform", "init", "-backend=false", "-no-color", "-input=false", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if started.returncode:
        pytest.skip(
            "terraform cannot get its AWS provider; PLEASING_TERRAFORM_PLUGINS names a folder with it"
        )
    run("terraform", "fmt", "-check", "-diff", "-no-color", folder=folder)
    run("terraform", "validate", "-no-color", folder=folder)
    answer = subprocess.run(
        ["terraform", "console", "-no-color", "-var", "role_arn=arn:aws:iam::123456789012:role/echo"],
        cwd=folder,
        input="local.manifest.code_sha256\n",
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert answer.stdout == f'"{manifest(repository)["code_sha256"]}"\n', answer.stderr


def test_the_cdk(repository: Path, tmp_path: Path) -> None:
    if importlib.util.find_spec("aws_cdk") is None or shutil.which("node") is None:
        pytest.skip("the CDK is not installed: it takes aws-cdk-lib and Node.js")
    folder = repository / "examples" / "deploy" / "cdk"
    out = tmp_path / "cdk.out"
    run(sys.executable, "-W", "ignore", folder / "app.py", folder=folder, CDK_OUTDIR=str(out))
    template = json.loads((out / "echo.template.json").read_bytes())
    (function,) = [
        resource for resource in template["Resources"].values() if resource["Type"] == "AWS::Lambda::Function"
    ]
    properties, found = function["Properties"], manifest(repository)
    assert properties["Runtime"] == found["runtime"]
    assert properties["Architectures"] == [found["architecture"]]
    assert properties["Handler"] == "lambda_function.handler"
    # The CDK hashes what names an asset once more; the zip that it would upload is the very same.
    assets = json.loads((out / "echo.assets.json").read_bytes())["files"]
    copies = [
        out / asset["source"]["path"] for asset in assets.values() if asset["source"]["path"].endswith(".zip")
    ]
    zip_file = repository / "plz-out" / "gen" / "examples" / "echo" / "lambda.zip"
    assert [copy.read_bytes() for copy in copies] == [zip_file.read_bytes()]
