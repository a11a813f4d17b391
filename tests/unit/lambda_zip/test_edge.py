"""`--edge`, from the command line to the zip."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.builders.command import pack
from tests.builders.pex import echo_pex


@pytest.mark.parametrize(
    ("arguments", "name", "size"),
    [
        (("--edge", "viewer-request"), "edge-viewer", 1_048_576),
        (("--edge", "origin-response"), "edge-origin", 52_428_800),
        (("--edge", "viewer-request", "--max-size", "900KiB"), "900KiB", 921_600),
        (("--edge", "viewer-request", "--max-size", "50MB"), "edge-viewer", 1_048_576),
    ],
)
def test_the_caps_of_an_event(tmp_path: Path, arguments: tuple[str, ...], name: str, size: int) -> None:
    manifest = tmp_path / "app.json"
    result = pack(echo_pex().write(tmp_path / "app.pex"), "--manifest", manifest, *arguments)
    assert (result.status, result.err) == (0, "")
    found = json.loads(manifest.read_bytes())
    assert found["edge"] == arguments[1]
    cap = found["caps"]["zip"]
    assert (cap["name"], cap["bytes"]) == (name, size)


def test_what_fails_at_the_edge_is_refused(tmp_path: Path) -> None:
    source = "import os\n\nTABLE = os.environ['TABLE']\n\n\ndef handler(event, context):\n    return TABLE\n"
    builder = echo_pex().add_source("svc/echo.py", source)
    result = pack(builder.write(tmp_path / "app.pex"), "--edge", "viewer-request", "--verify")
    assert result.status == 1
    assert result.err == (
        "app.pex: error: svc/echo.py:3 reads the environment variable TABLE, and viewer-request functions have none "
        "but Lambda's own (CloudFront dg, Restrictions on Lambda@Edge). Put it in the rule: config = {'TABLE': ...}, "
        "and read it from the module that python_lambda makes of that\n"
    )
    assert not (tmp_path / "app.zip").exists()


def test_an_event_that_cloudfront_does_not_have(tmp_path: Path) -> None:
    result = pack(echo_pex().write(tmp_path / "app.pex"), "--edge", "viewer")
    assert result.status == 1
    assert result.err == (
        "app.pex: error: edge 'viewer' is no event of CloudFront; write one of viewer-request, origin-request, "
        "origin-response, viewer-response\n"
    )
