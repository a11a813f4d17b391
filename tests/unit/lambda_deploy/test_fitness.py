from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

import pytest

from tools.lambda_deploy.fitness import Fitness, fitness
from tools.lambda_deploy.package import Package

RULE = "which CloudFront refuses (CloudFront dg, Restrictions on Lambda@Edge)"


def package(edge: Optional[str] = None) -> Package:
    handlers = ("lambda_function.handler", "svc.echo.handler")
    return Package(Path("app.zip"), 1000, "00", "AA==", "python3.13", "x86_64", edge, handlers)


def configuration(**changes: Any) -> dict[str, Any]:
    return {
        "Runtime": "python3.13",
        "Architectures": ["x86_64"],
        "Handler": "lambda_function.handler",
        "Timeout": 3,
        "MemorySize": 128,
        **changes,
    }


@pytest.mark.parametrize("handler", ["lambda_function.handler", "svc.echo.handler"])
def test_a_function_that_can_run_the_zip(handler: str) -> None:
    assert fitness(package(), configuration(Handler=handler), "eu-west-1") == Fitness([], [])
    assert fitness(package("viewer-request"), configuration(), "us-east-1") == Fitness([], [])


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (
            {"Runtime": "python3.12"},
            "the function's runtime is python3.12, and the zip is for python3.13; set runtime = 'python3.12' in the "
            "rule, or change the function's",
        ),
        (
            {"Architectures": ["arm64"]},
            "the function's architecture is arm64, and the zip is for x86_64; set architecture = 'arm64' in the "
            "rule, or change the function's",
        ),
        ({"PackageType": "Image"}, "the function is made from a container image, which no zip can replace"),
    ],
)
def test_a_function_that_cannot(changes: dict[str, Any], problem: str) -> None:
    assert fitness(package(), configuration(**changes), "eu-west-1") == Fitness([problem], [])


def test_another_handler_is_a_warning() -> None:
    found = fitness(package(), configuration(Handler="index.main"), "eu-west-1")
    assert found == Fitness(
        [],
        [
            "the function's handler is index.main; the zip has lambda_function.handler, which is svc.echo.handler"
        ],
    )


@pytest.mark.parametrize(
    ("edge", "changes", "text"),
    [
        ("viewer-request", {"Environment": {"Variables": {"A": "b"}}}, "has environment variables"),
        ("viewer-request", {"Layers": [{"Arn": "a"}]}, "has layers"),
        ("viewer-request", {"VpcConfig": {"SubnetIds": ["s"]}}, "is in a VPC"),
        ("viewer-request", {"DeadLetterConfig": {"TargetArn": "a"}}, "has a dead-letter queue"),
        ("viewer-request", {"TracingConfig": {"Mode": "Active"}}, "has X-Ray tracing"),
        ("viewer-request", {"EphemeralStorage": {"Size": 1024}}, "has 1024 MB of /tmp; it may have 512"),
        ("viewer-request", {"Timeout": 6}, "has a timeout of 6 s; viewer-request functions may have 5"),
        ("origin-request", {"Timeout": 31}, "has a timeout of 31 s; origin-request functions may have 30"),
        (
            "viewer-response",
            {"MemorySize": 256},
            "has 256 MB of memory; viewer-response functions may have 128",
        ),
    ],
)
def test_what_the_edge_refuses(edge: str, changes: dict[str, Any], text: str) -> None:
    assert fitness(package(edge), configuration(**changes), "us-east-1").problems == [
        f"the function {text}, {RULE}"
    ]
    # The same is fine for a function of Lambda.
    assert fitness(package(), configuration(**changes), "us-east-1") == Fitness([], [])


def test_the_edge_is_in_one_region() -> None:
    assert fitness(package("origin-response"), configuration(MemorySize=1024), "eu-west-1").problems == [
        f"the function is in eu-west-1; it must be in us-east-1, {RULE}"
    ]
