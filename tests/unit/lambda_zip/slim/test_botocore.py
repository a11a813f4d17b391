"""botocore_services on the real botocore and boto3, which answer from the packed zip."""

from __future__ import annotations

import hashlib
import http.server
import importlib.metadata
import json
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.builders.command import Result, run
from tests.builders.member import placed
from tests.builders.pex import PexBuilder
from tools.errors import PleasingError
from tools.lambda_zip.slim.botocore_calls import calls_in, check_calls
from tools.lambda_zip.slim.botocore_data import Services, choose_services

EDGE = 1_048_576
_DISTRIBUTIONS = ("boto3", "botocore", "s3transfer", "jmespath", "python-dateutil", "six", "urllib3")

HANDLER = """
import boto3

QUEUE = "sqs"

def handler(event, context):
    where = {"endpoint_url": event, "region_name": "eu-central-1", "aws_access_key_id": "a", "aws_secret_access_key": "b"}
    s3 = boto3.client("s3", **where)
    s3.delete_object(Bucket="bucket", Key="key")
    body = s3.get_object(Bucket="bucket", Key="key")["Body"].read()
    names = [bucket.name for bucket in boto3.session.Session().resource("s3", **where).buckets.all()]
    pages = [page["KeyCount"] for page in s3.get_paginator("list_objects_v2").paginate(Bucket="bucket")]
    sqs = boto3.client(service_name=QUEUE, **where)
    sent = sqs.send_message(QueueUrl=event + "/queue", MessageBody="hello")["MessageId"]
    chain = [boto3.client(name, **where).meta.service_model.service_id for name in ("sts", "sso", "sso-oidc")]
    return [body.decode(), names, pages, sent, chain]
"""


class Server(http.server.BaseHTTPRequestHandler):
    """Answers as S3 and SQS do."""

    def _answer(self, body: bytes, kind: str, **headers: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        if self.path.startswith("/bucket/key"):
            self._answer(b"text", "text/plain", ETag='"1"')
        elif self.path.startswith("/bucket"):
            self._answer(b"<ListBucketResult><KeyCount>1</KeyCount></ListBucketResult>", "application/xml")
        else:
            self._answer(
                b"<ListAllMyBucketsResult><Buckets><Bucket><Name>bucket</Name></Bucket></Buckets></ListAllMyBucketsResult>",
                "application/xml",
            )

    def do_DELETE(self) -> None:
        self._answer(b"", "application/xml")

    def do_POST(self) -> None:
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["MessageBody"]
        digest = hashlib.md5(message.encode()).hexdigest()
        self._answer(
            json.dumps({"MessageId": "1", "MD5OfMessageBody": digest}).encode(), "application/x-amz-json-1.0"
        )

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def aws() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def packed(folder: Path, source: str, *arguments: str) -> Result:
    pytest.importorskip("boto3", reason="boto3 is not installed")
    builder = PexBuilder(python=(3, 11), inits=False).add_source("svc/app.py", source)
    for name in _DISTRIBUTIONS:
        for file in importlib.metadata.files(name) or ():
            if not str(file).startswith("../") and file.suffix != ".pyc":
                builder.add_third_party(file.as_posix(), file.locate().read_bytes())  # type: ignore[attr-defined]
    pex = builder.write(folder / "app.pex")
    where = ("--output", folder / "app.zip", "--manifest", folder / "app.json")
    purpose = ("--handler", "svc/app.py:handler", "--runtime", "python3.11", "--architecture", "x86_64")
    return run("pack", pex, *where, *purpose, "--no-verify", *arguments)


def test_two_services_answer_from_the_zip(tmp_path: Path, aws: str) -> None:
    # The chain's names are computed, in this test alone.
    result = packed(
        tmp_path,
        HANDLER,
        "--botocore-service=s3",
        "--botocore-service=sqs",
        "--no-botocore-services-checked",
    )
    assert result == (0, "", "")
    manifest = json.loads((tmp_path / "app.json").read_bytes())
    sizes = {item["name"]: item["zip_bytes"] for item in manifest["distributions"]}
    assert sizes["botocore"] < EDGE
    left_out = manifest["left_out"]
    assert left_out["botocore_services"] == ["s3", "sqs"]
    rules = {item["rule"]: item["files"] for item in left_out["rules"]}
    assert rules["services that are not in use"] > 1000
    assert rules["examples of services"] >= 3
    with zipfile.ZipFile(tmp_path / "app.zip") as archive:
        names = archive.namelist()
        archive.extractall(tmp_path / "task")
        record = {
            line.rsplit(",", 2)[0]: line.rsplit(",", 2)[1:]
            for name in names
            if name.startswith("botocore-") and name.endswith("/RECORD")
            for line in archive.read(name).decode().splitlines()
        }
    services = {
        name.split("/")[2] for name in names if name.startswith("botocore/data/") and name.count("/") == 4
    }
    assert {"s3", "sqs", "sts", "sso", "sso-oidc"} <= services
    assert len(services) <= 6
    assert {
        "botocore/data/endpoints.json",
        "botocore/data/partitions.json",
        "botocore/data/_retry.json",
    } <= set(names)
    model = "botocore/data/sqs/2012-11-05/service-2.json"
    data = (tmp_path / "task" / model).read_bytes()
    assert b'"documentation":"' not in data
    import base64

    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
    assert record[model] == [f"sha256={digest}", str(len(data))]
    assert record.keys() == {name for name in names if name.startswith("botocore")}
    code = "import sys, json; sys.path.insert(0, sys.argv[1]); import lambda_function; print(json.dumps(lambda_function.handler(sys.argv[2], None)))"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", code, str(tmp_path / "task"), aws],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={"HOME": str(tmp_path), "AWS_EC2_METADATA_DISABLED": "true"},
    )
    assert done.stderr == ""
    assert json.loads(done.stdout) == [
        "text",
        ["bucket"],
        [1],
        "1",
        ["STS", "SSO", "SSO OIDC"],
    ]


def test_code_is_checked_against_the_services(tmp_path: Path) -> None:
    result = packed(tmp_path, HANDLER, "--botocore-service=sqs", "--no-check-imports")
    assert result.status == 1
    assert result.err.splitlines() == [
        "app.pex: error: svc/app.py:8: boto3.client('s3', **where): botocore_services does not have 's3'; add it there, as "
        "the call would fail with UnknownServiceError",
        "app.pex: error: svc/app.py:11: boto3.session.Session().resource('s3', **where): botocore_services does not have "
        "'s3'; add it there, as the call would fail with UnknownServiceError",
        "app.pex: error: svc/app.py:15: boto3.client(name, **where): only running the code tells which service this is; "
        "write its name, or set botocore_services_checked = False and name all services in botocore_services",
    ]


def test_a_service_that_there_is_not() -> None:
    items = [
        placed(f"botocore/data/{name}/2020-01-01/service-2.json.gz") for name in ("s3", "sqs", "dynamodb")
    ]
    with pytest.raises(PleasingError) as error:
        choose_services(items, ["s3", "Dynamo-DB", "kinesis"])
    assert list(error.value.problems) == [
        "botocore_services: this botocore has no service 'Dynamo-DB' (did you mean dynamodb?); correct the name",
        "botocore_services: this botocore has no service 'kinesis'; correct the name",
    ]
    with pytest.raises(PleasingError) as error:
        choose_services([], ["s3"])
    assert list(error.value.problems) == [
        "botocore_services: the function has no botocore; add boto3 or botocore to its deps, or take botocore_services out"
    ]


@pytest.mark.parametrize(
    ("source", "services"),
    [
        ("import boto3\nboto3.client('s3')", ["s3"]),
        ("boto3.resource(service_name='s3')", ["s3"]),
        ("from boto3 import client as make\nmake('s3')", ["s3"]),
        ("NAME = 's3'\nboto3.client(NAME)", ["s3"]),
        ("NAME = 's3'\nNAME = 'sqs'\nboto3.client(NAME)", [None]),
        ("NAME = 's3'\ndef f(NAME):\n    boto3.client(NAME)", [None]),
        ("boto3.client(f'{x}')", [None]),
        ("boto3.client(**options)", [None]),
        ("session.create_client('s3', region_name='x')", ["s3"]),
        ("self.client()", []),
        ("redis.client(1)", []),
        ("def client(name): ...\nclient('s3')", []),
        ("this is no Python", []),
    ],
)
def test_calls(source: str, services: list[object]) -> None:
    assert [call.service for call in calls_in(source.encode())] == services


def test_code_without_the_sdk_is_judged_by_names_of_services_alone() -> None:
    services = Services(frozenset({"s3", "sqs"}), frozenset({"s3"}))
    check_calls([placed("a.py", b"redis.client('x'); redis.client(y); s.client('s3')")], services, True)
    with pytest.raises(PleasingError, match="botocore_services does not have 'sqs'"):
        check_calls([placed("a.py", b"session.client('sqs')")], services, True)
    with pytest.raises(PleasingError, match=r"no service 's33' \(did you mean s3\?\); correct the name"):
        check_calls([placed("a.py", b"import boto3\nboto3.client('s33')")], services, True)
    check_calls([placed("a.py", b"import boto3\nboto3.client(x)")], services, False)
