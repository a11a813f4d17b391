"""Functions at the edge: what their zips hold, and what is refused, on both engines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.harness import PLEASE, Repository, call, contents


@pytest.fixture
def repository(engine: str, tmp_path: Path) -> Repository:
    return Repository("edge", tmp_path, engine)


def test_a_configuration_is_in_the_zip(repository: Repository, tmp_path: Path) -> None:
    repository.build("//svc:redirect", "//svc:of_file")
    code = "import json, lambda_function; print(json.dumps(lambda_function.handler({}, None)))"
    answer = json.loads(call(repository.zip("//svc:redirect"), tmp_path / "redirect", code))
    assert answer["headers"]["location"][0]["value"] == "https://dev.example.com/login"
    manifest = repository.manifest("//svc:redirect")
    assert (manifest["edge"], manifest["architecture"]) == ("viewer-request", "x86_64")
    assert manifest["caps"]["zip"]["bytes"] == 1_048_576
    code = """
import json, lambda_function
event = {"Records": [{"cf": {"request": {"uri": "/", "headers": {}}}}]}
print(json.dumps(lambda_function.handler(event, None)["headers"]))
"""
    headers = json.loads(call(repository.zip("//svc:of_file"), tmp_path / "of_file", code))
    assert headers == {"x-stage": [{"key": "X-Stage", "value": "dev"}]}
    assert repository.manifest("//svc:of_file")["caps"]["zip"]["bytes"] == 52_428_800


def test_an_environment_variable_is_refused(repository: Repository) -> None:
    output = repository.fail("//svc:reads_environment")
    assert (
        "svc/reads_environment.py:3 reads the environment variable LOGIN, and viewer-request functions have none but "
        "Lambda's own (CloudFront dg, Restrictions on Lambda@Edge)."
    ) in output


def test_another_architecture_is_refused(repository: Repository) -> None:
    assert (
        "edge = 'viewer-request': Lambda@Edge has no arm64 (CloudFront dg, Restrictions on Lambda@Edge); set "
        "architecture = 'x86_64'"
    ) in repository.fail("//svc:on_arm")


def test_a_profile_changes_the_configuration_alone(repository: Repository) -> None:
    if repository.engine != PLEASE:
        pytest.skip("profiles are Please's; the embedded engine has none")
    zips = {}
    for profile in ("dev", "staging", "prod"):
        options = () if profile == "dev" else ("--profile", profile)
        run = repository.run("build", *options, "//svc:redirect")
        assert run.status == 0, run.output
        zips[profile] = contents(repository.zip("//svc:redirect"))
    configurations = {name: files.pop("svc/redirect_config.py") for name, files in zips.items()}
    assert zips["dev"] == zips["staging"] == zips["prod"]
    for profile, module in configurations.items():
        assert f"https://{profile}.example.com/login".encode() in module
