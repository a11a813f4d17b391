from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped, unused-ignore]
import pytest

from tests.builders.command import pack
from tests.builders.pex import PexBuilder, PexKind, echo_pex

SCHEMA = json.loads((Path(__file__).parents[4] / "docs" / "manifest.schema.json").read_bytes())


def manifest(pex: PexBuilder, tmp_path: Path, *arguments: object) -> dict[str, Any]:
    result = pack(pex.write(tmp_path / "app.pex"), "--manifest", tmp_path / "app.json", *arguments)
    assert result.status == 0, result.err
    found: dict[str, Any] = json.loads((tmp_path / "app.json").read_bytes())
    jsonschema.Draft202012Validator(SCHEMA).validate(found)
    return found


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("kind", PexKind)
def test_it_is_as_the_schema_says(tmp_path: Path, kind: PexKind) -> None:
    found = manifest(echo_pex(kind), tmp_path, "--max-size", "edge-viewer", "--max-unzipped-size", "1MB")
    data = (tmp_path / "app.zip").read_bytes()
    digest = hashlib.sha256(data).digest()
    assert found["handler"] == {
        "entry": "lambda_function.handler",
        "direct": "svc.echo.handler",
        "file": "svc/echo.py",
        "certainty": "defined",
        "decorators": [],
    }
    assert found["imports"] == {"checked": True, "ok": []}
    assert (found["runtime"], found["runtime_deprecated_from"], found["architecture"]) == (
        "python3.11",
        "2027-06-30",
        "x86_64",
    )
    assert (found["sha256"], found["code_sha256"]) == (digest.hex(), base64.b64encode(digest).decode())
    assert (found["zip_bytes"], found["schema_version"]) == (len(data), 1)
    (distribution,) = found["distributions"]
    assert (distribution["name"], distribution["version"], distribution["files"]) == ("msgspec", "0.19.0", 5)
    shares = [distribution, found["first_party"], found["third_party_without_metadata"]]
    assert sum(share["zip_bytes"] for share in shares) == len(data) - 22
    assert sum(share["unzipped_bytes"] for share in shares) == found["unzipped_bytes"]
    assert sum(share["files"] for share in shares) == found["files"]
    assert found["third_party_without_metadata"] == {"files": 0, "unzipped_bytes": 0, "zip_bytes": 0}
    assert found["caps"] == {
        "zip": {"name": "edge-viewer", "bytes": 1_048_576, "headroom_bytes": 1_048_576 - len(data)},
        "unzipped": {
            "name": "1MB",
            "bytes": 1_000_000,
            "headroom_bytes": 1_000_000 - found["unzipped_bytes"],
        },
    }
    assert found["warnings"] == []


def test_it_is_sorted_and_tells_nothing_of_the_machine(tmp_path: Path) -> None:
    manifest(echo_pex().add_distribution("aaa", "1", {"aaa.py": b"x"}), tmp_path)
    text = (tmp_path / "app.json").read_text()
    assert text == json.dumps(json.loads(text), indent=2, sort_keys=True) + "\n"
    assert [share["name"] for share in json.loads(text)["distributions"]] == ["aaa", "msgspec"]
    assert str(tmp_path) not in text


def test_warnings_are_in_it_but_not_those_of_the_day(tmp_path: Path) -> None:
    builder = echo_pex().add("svc/Data.json", b"other").add_third_party("loose.py", b"x")
    found = manifest(builder, tmp_path, "--runtime", "python3.8", "--exclude", "nothing")
    assert found["runtime_deprecated_from"] == "2024-10-14"
    assert found["warnings"] == [
        "exclude: 'nothing' matches no file of the zip; take it out or correct it",
        "svc/Data.json and svc/data.json differ only in case; on macOS and Windows the zip unpacks to one file",
    ]
    assert found["third_party_without_metadata"]["files"] == 1


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("sha256", "x"),
        ("extra", 1),
        ("files", 0),
        ("architecture", "amd64"),
        ("caps", {}),
        ("warnings", [""]),
    ],
)
def test_what_the_schema_refuses(tmp_path: Path, key: str, value: object) -> None:
    found = {**manifest(echo_pex(), tmp_path), key: value}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMA).validate(found)
