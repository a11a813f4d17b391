from __future__ import annotations

import pytest

from tools.aws.facts import UNZIPPED_LIMITS, ZIP_LIMITS
from tools.errors import PleasingError
from tools.lambda_zip.cap import Cap, parse_cap, preset_cap, smallest


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("900000", 900_000),
        ("1_000", 1000),
        ("900KiB", 921_600),
        ("1MB", 1_000_000),
        ("1 mb", 1_000_000),
        ("2GiB", 2 << 30),
        ("1.5MiB", 1_572_864),
        ("3b", 3),
        (" 7 ", 7),
        ("0.5KB", 500),
    ],
)
def test_a_size(text: str, size: int) -> None:
    assert parse_cap(text, "max_size", ZIP_LIMITS) == Cap(size, text.strip(), "")


def test_a_preset() -> None:
    assert parse_cap("edge-viewer", "max_size", ZIP_LIMITS) == Cap(
        1_048_576, "edge-viewer", "CloudFront quotas, viewer request and response"
    )
    assert parse_cap("lambda", "max_unzipped_size", UNZIPPED_LIMITS).size == 262_144_000


@pytest.mark.parametrize(
    "text", ["", "big", "1TB", "-1", "1e6", "1MB2", "lambda", "1.", "MB", "٣", "9" * 5000, "9" * 400 + ".5"]
)
def test_an_unknown_size(text: str) -> None:
    with pytest.raises(PleasingError) as caught:
        parse_cap(text, "max_size", ZIP_LIMITS)
    assert str(caught.value) == (
        f"max_size: {text!r} is not a size; write bytes (900000), a size with a unit (900KiB, 1MB) or a preset "
        "(direct-upload, edge-origin, edge-viewer)"
    )


@pytest.mark.parametrize("text", ["0", "0MB", "0.1"])
def test_no_room_at_all(text: str) -> None:
    with pytest.raises(PleasingError) as caught:
        parse_cap(text, "max_unzipped_size", UNZIPPED_LIMITS)
    assert str(caught.value) == (
        f"max_unzipped_size: {text!r} leaves no room for anything; write a size above zero"
    )


def test_the_smallest_cap_holds() -> None:
    viewer = preset_cap(ZIP_LIMITS["edge-viewer"])
    assert viewer == parse_cap("edge-viewer", "max_size", ZIP_LIMITS)
    assert smallest(None, None) is None
    assert smallest(viewer, None) == viewer
    assert smallest(Cap(900, "900", ""), viewer) == Cap(900, "900", "")
    assert smallest(Cap(1_048_576, "1MiB", ""), viewer) == Cap(1_048_576, "1MiB", "")
