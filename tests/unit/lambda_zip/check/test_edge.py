from __future__ import annotations

import pytest

from tests.builders.member import first_party, placed, third_party
from tools.aws.facts import ARCHITECTURES, RUNTIMES
from tools.cloudfront.facts import EVENTS
from tools.errors import PleasingError
from tools.lambda_zip.check.edge import check_edge, parse_edge
from tools.lambda_zip.place.layout import Placed
from tools.lambda_zip.warning import BuildWarning, WarningKind

READS = b"""import os

TABLE = os.environ["TABLE"]
LEVEL = os.environ.get("LEVEL", "INFO")
REGION = os.environ["AWS_REGION"]


def handler(event, context):
    return os.getenv(event["name"])
"""


def check(*files: Placed, architecture: str = "x86_64") -> list[BuildWarning]:
    event = EVENTS["viewer-request"]
    return check_edge(files, event, RUNTIMES["python3.13"], ARCHITECTURES[architecture])


def test_an_event_by_its_name() -> None:
    assert parse_edge("origin-response") is EVENTS["origin-response"]
    with pytest.raises(PleasingError) as caught:
        parse_edge("viewer")
    assert caught.value.problems == (
        "edge 'viewer' is no event of CloudFront; write one of viewer-request, origin-request, "
        "origin-response, viewer-response",
    )


def test_variables_that_are_not_set_at_the_edge() -> None:
    with pytest.raises(PleasingError) as caught:
        check(placed("svc/echo.py", READS), architecture="arm64")
    assert caught.value.problems == (
        "edge = 'viewer-request': Lambda@Edge has no arm64 (CloudFront dg, Restrictions on Lambda@Edge); "
        "set architecture = 'x86_64'",
        "svc/echo.py:3 reads the environment variable TABLE, and viewer-request functions have none but "
        "Lambda's own (CloudFront dg, Restrictions on Lambda@Edge). Put it in the rule: "
        "config = {'TABLE': ...}, and read it from the module that python_lambda makes of that",
    )


def test_a_default_and_a_computed_name_are_warnings() -> None:
    assert check(placed("svc/echo.py", READS.replace(b'os.environ["TABLE"]', b"1"))) == [
        BuildWarning(
            WarningKind.EDGE,
            "svc/echo.py:4: LEVEL is never set at the edge, so that its default always holds",
        ),
        BuildWarning(
            WarningKind.EDGE,
            "svc/echo.py:9 reads an environment variable whose name only running it would tell; "
            "Lambda@Edge sets none but Lambda's own",
        ),
    ]


def test_what_is_not_first_party_source_is_not_looked_into() -> None:
    library = placed("lib/a.py", READS)._replace(area=third_party("x").area)
    assert check(library, placed("svc/data.json", READS), placed("svc/a.py", b"environ = (")) == []
    assert first_party("x").area is not library.area
