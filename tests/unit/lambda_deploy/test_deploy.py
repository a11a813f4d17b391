"""Deployments to moto's server, which answers as AWS does, on this machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Optional

import pytest

from tests.builders.aws import KEY, SECRET, Aws, make_function
from tests.builders.command import pack
from tests.builders.pex import PexBuilder, echo_pex
from tools.lambda_deploy import cli


@pytest.fixture
def function(aws: Aws, tmp_path: Path) -> str:
    make_function(aws, tmp_path)
    return "orders"


class Deployed:
    """What a run of lambda_deploy came to."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status = status
        self.out = out
        self.err = err


@pytest.fixture
def deploy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: str, pex: Optional[PexBuilder] = None, edge: Optional[str] = None) -> Deployed:
        options = ("--edge", edge) if edge else ()
        manifest = tmp_path / "app.json"
        assert (
            pack((pex or echo_pex()).write(tmp_path / "app.pex"), "--manifest", manifest, *options).status
            == 0
        )
        capsys.readouterr()
        names = ("--target", "//svc:lambda", "--function", "orders")
        status = cli.main([str(tmp_path / "app.zip"), str(manifest), *names, *arguments])
        said = capsys.readouterr()
        for text in said:
            assert KEY not in text
            assert SECRET not in text
        return Deployed(status, said.out, said.err)

    return run


def code_of(tmp_path: Path) -> str:
    return str(json.loads((tmp_path / "app.json").read_bytes())["code_sha256"])


def test_the_first_deployment_then_nothing_to_do(
    aws: Aws, function: str, deploy: Any, tmp_path: Path
) -> None:
    first = deploy()
    assert (first.status, first.err) == (0, "")
    code = code_of(tmp_path)
    assert first.out.startswith("orders: updated the code directly: ")
    assert first.out.endswith(f"(CodeSha256 {code})\n")
    assert aws.client("lambda").get_function_configuration(FunctionName=function)["CodeSha256"] == code
    aws.calls.clear()
    second = deploy()
    assert (second.status, second.err) == (0, "")
    assert second.out == f"orders: nothing to do, the code is the same (CodeSha256 {code})\n"
    assert aws.changes == []


def test_changed_code_a_version_and_an_alias(aws: Aws, function: str, deploy: Any) -> None:
    first = deploy("--alias", "live")
    assert (first.status, first.err) == (0, "")
    assert first.out.splitlines()[1:] == [
        "orders: version 1 is arn:aws:lambda:us-east-1:123456789012:function:orders:1",
        "orders: made the alias live, which is version 1",
    ]
    changed = echo_pex().add_source("svc/echo.py", "def handler(event, context):\n    return [event]\n")
    second = deploy("--alias", "live", pex=changed)
    assert (second.status, second.err) == (0, "")
    assert second.out.splitlines()[1:] == [
        "orders: version 2 is arn:aws:lambda:us-east-1:123456789012:function:orders:2",
        "orders: moved the alias live from version 1 to 2",
    ]
    alias = aws.client("lambda").get_alias(FunctionName=function, Name="live")
    assert alias["FunctionVersion"] == "2"


def test_publish_alone(aws: Aws, function: str, deploy: Any) -> None:
    result = deploy("--publish")
    assert (result.status, result.err) == (0, "")
    assert result.out.splitlines()[1:] == [
        "orders: version 1 is arn:aws:lambda:us-east-1:123456789012:function:orders:1"
    ]


def test_the_edge_gets_a_version(aws: Aws, tmp_path: Path, deploy: Any) -> None:
    make_function(aws, tmp_path, Timeout=5, MemorySize=128)
    result = deploy(edge="viewer-request")
    assert (result.status, result.err) == (0, "")
    assert result.out.splitlines()[1:] == [
        "orders: version 1 is arn:aws:lambda:us-east-1:123456789012:function:orders:1"
    ]


def test_a_dry_run_changes_nothing(aws: Aws, function: str, deploy: Any) -> None:
    result = deploy("--dry-run", "--alias", "live")
    assert (result.status, result.err) == (0, "")
    updated, published = result.out.splitlines()
    assert updated.startswith("orders: would update the code directly: ")
    assert published == "orders: would publish a version and move the alias live to it"
    assert aws.changes == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"Architectures": ["arm64"]},
            "the function's architecture is arm64, and the zip is for x86_64; set architecture = 'arm64' in the rule, "
            "or change the function's",
        ),
        (
            {"Runtime": "python3.12"},
            "the function's runtime is python3.12, and the zip is for python3.11; set runtime = 'python3.12' in the "
            "rule, or change the function's",
        ),
    ],
)
def test_a_function_that_cannot_run_it(
    aws: Aws, tmp_path: Path, deploy: Any, options: dict[str, Any], message: str
) -> None:
    make_function(aws, tmp_path, **options)
    result = deploy()
    assert (result.status, result.out) == (1, "")
    assert result.err == f"//svc:lambda: error: {message}\n"
    assert aws.changes == []


def test_a_function_that_is_not_there(aws: Aws, deploy: Any) -> None:
    result = deploy()
    assert (result.status, result.out) == (1, "")
    assert result.err == (
        "//svc:lambda: error: there is no function orders in us-east-1; create it first, with runtime python3.11, "
        "architecture x86_64 and handler lambda_function.handler\n"
    )


def test_a_throttled_call_is_tried_again(aws: Aws, function: str, deploy: Any) -> None:
    aws.throttled = 2
    result = deploy()
    assert (result.status, result.err) == (0, "")
    assert aws.throttled == 0


def test_a_big_zip_goes_through_a_bucket(
    aws: Aws, function: str, deploy: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tools.aws import facts

    small = facts.ZIP_LIMITS["direct-upload"]._replace(size=100)
    monkeypatch.setitem(facts.ZIP_LIMITS, "direct-upload", small)
    result = deploy()
    size = (tmp_path / "app.zip").stat().st_size
    assert (result.status, result.out) == (1, "")
    assert result.err == (
        f"//svc:lambda: error: the zip has {size:,} bytes, and Lambda takes 100 at most in a direct upload "
        f"({small.source}); pass --s3-bucket to upload it through S3\n"
    )
    aws.client("s3").create_bucket(Bucket="artefacts")
    sha256 = json.loads((tmp_path / "app.json").read_bytes())["sha256"]
    result = deploy("--s3-bucket", "artefacts")
    assert (result.status, result.err) == (0, "")
    assert result.out.startswith(f"orders: updated the code through s3://artefacts/orders/{sha256}.zip: ")
    stored = aws.client("s3").get_object(Bucket="artefacts", Key=f"orders/{sha256}.zip")["Body"].read()
    assert stored == (tmp_path / "app.zip").read_bytes()


def test_the_same_zip_is_uploaded_once(aws: Aws, function: str, deploy: Any, tmp_path: Path) -> None:
    aws.client("s3").create_bucket(Bucket="artefacts")
    assert deploy("--s3-bucket", "artefacts", "--s3-key", "app.zip").status == 0
    aws.client("lambda").update_function_code(
        FunctionName=function, ZipFile=(tmp_path / "old.zip").read_bytes()
    )
    aws.calls.clear()
    assert deploy("--s3-bucket", "artefacts", "--s3-key", "app.zip").status == 0
    assert [call for call in aws.changes if "artefacts" in call[1]] == []
    found = aws.client("lambda").get_function_configuration(FunctionName=function)
    assert found["CodeSha256"] == code_of(tmp_path)


def test_a_reference_needs_a_bucket_with_versions(aws: Aws, function: str, deploy: Any) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="artefacts")
    result = deploy("--s3-bucket", "artefacts", "--s3-reference")
    assert (result.status, result.out) == (1, "")
    assert result.err == (
        "//svc:lambda: error: --s3-reference needs a bucket with versions, and artefacts has none; turn versioning on, "
        "or leave the option out\n"
    )
    s3.put_bucket_versioning(Bucket="artefacts", VersioningConfiguration={"Status": "Enabled"})
    result = deploy("--s3-bucket", "artefacts", "--s3-key", "other.zip", "--s3-reference")
    shape = aws.client("lambda").meta.service_model.operation_model("UpdateFunctionCode").input_shape
    if "S3ObjectStorageMode" in shape.members:
        assert result.status == 0
    else:  # The last boto3 for Python 3.9.
        assert result.err == (
            "//svc:lambda: error: --s3-reference: this version of boto3 does not know it; update boto3\n"
        )


def test_options_that_go_with_a_bucket(aws: Aws, deploy: Any) -> None:
    result = deploy("--s3-reference")
    assert (result.status, result.out) == (1, "")
    assert result.err == (
        "//svc:lambda: error: --s3-key and --s3-reference go with --s3-bucket; name the bucket\n"
    )


def test_without_credentials(aws: Aws, deploy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    result = deploy()
    assert (result.status, result.out) == (1, "")
    assert result.err == (
        "//svc:lambda: error: cannot read the configuration of orders: no AWS credentials were found; configure them "
        "as for the AWS CLI, or pass --profile\n"
    )


def test_what_aws_refuses_is_told_in_its_words(aws: Aws, function: str, deploy: Any) -> None:
    result = deploy("--s3-bucket", "none-of-ours")
    assert (result.status, result.out) == (1, "")
    assert result.err.startswith("//svc:lambda: error: cannot upload app.zip to s3://none-of-ours/orders/")
    assert result.err.endswith(": AWS says NoSuchBucket: The specified bucket does not exist\n")
