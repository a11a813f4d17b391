from __future__ import annotations

import struct

import pytest

from tests.builders.raw_zip import MAX_16, MAX_32, UT, extra_field, zip64_field
from tools.archive.extra_field import LocalSizes, Sizes, central_sizes, local_sizes

NAME = b"a.txt"
WIDE = 1 << 33


@pytest.mark.parametrize(
    ("extra", "header", "expected"),
    [
        (UT, Sizes(1, 2, 3, 0), Sizes(1, 2, 3, 0)),
        (b"", Sizes(1, 2, 3, 4), Sizes(1, 2, 3, 4)),
        (zip64_field(WIDE), Sizes(MAX_32, 2, 3, 0), Sizes(WIDE, 2, 3, 0)),
        (zip64_field(WIDE), Sizes(1, 2, MAX_32, 0), Sizes(1, 2, WIDE, 0)),
        (zip64_field(WIDE, 7), Sizes(1, MAX_32, MAX_32, 0), Sizes(1, WIDE, 7, 0)),
        (zip64_field(WIDE, 7, 9), Sizes(MAX_32, MAX_32, 3, 0), Sizes(WIDE, 7, 3, 0)),
        (zip64_field(WIDE, 7, 9), Sizes(MAX_32, MAX_32, MAX_32, 0), Sizes(WIDE, 7, 9, 0)),
        (
            zip64_field(WIDE, 7, 9) * 2 + zip64_field(WIDE, 7, 8),
            Sizes(MAX_32, MAX_32, 3, 0),
            Sizes(WIDE, 7, 3, 0),
        ),
        (
            extra_field(1, struct.pack("<3QL", WIDE, 7, 9, 1)),
            Sizes(MAX_32, MAX_32, MAX_32, MAX_16),
            Sizes(WIDE, 7, 9, 1),
        ),
        (extra_field(1, struct.pack("<L", 1)), Sizes(1, 2, 3, MAX_16), Sizes(1, 2, 3, 1)),
    ],
)
def test_what_the_directory_says(extra: bytes, header: Sizes, expected: Sizes) -> None:
    assert central_sizes(extra, NAME, header) == expected


@pytest.mark.parametrize(
    ("extra", "header", "problem"),
    [
        (b"", Sizes(MAX_32, 2, 3, 0), "it is marked as zip64, but has no zip64 field"),
        (UT, Sizes(1, 2, MAX_32, 0), "it is marked as zip64, but has no zip64 field"),
        (
            zip64_field(),
            Sizes(MAX_32, 2, 3, 0),
            "its zip64 field is too short, or longer than what there is to say",
        ),
        (
            zip64_field(1),
            Sizes(1, 2, 3, 0),
            "its zip64 field is too short, or longer than what there is to say",
        ),
        (
            zip64_field(1, 2),
            Sizes(MAX_32, 2, 3, 0),
            "its zip64 field is too short, or longer than what there is to say",
        ),
        (
            zip64_field(1, 2, 3, 4),
            Sizes(MAX_32, 2, 3, 0),
            "its zip64 field is too short, or longer than what there is to say",
        ),
        (
            zip64_field(1),
            Sizes(MAX_32, 2, 3, MAX_16),
            "its zip64 field is too short, or longer than what there is to say",
        ),
        (
            zip64_field(1, 2, 3) + zip64_field(1, 2, 4),
            Sizes(MAX_32, MAX_32, MAX_32, 0),
            "its zip64 fields contradict each other",
        ),
        (b"\x01", Sizes(1, 2, 3, 0), "its extra fields are malformed"),
        (b"\x01\x00\x08\x00", Sizes(1, 2, 3, 0), "its extra fields are malformed"),
        (extra_field(0x9901, b""), Sizes(1, 2, 3, 0), "it is encrypted; Lambda could not read it"),
    ],
)
def test_what_the_directory_cannot_say(extra: bytes, header: Sizes, problem: str) -> None:
    assert central_sizes(extra, NAME, header) == problem


def test_what_a_local_header_says() -> None:
    assert local_sizes(UT, NAME, 1, 2) == LocalSizes(1, 2, False)
    assert local_sizes(zip64_field(WIDE, 7), NAME, MAX_32, MAX_32) == LocalSizes(WIDE, 7, True)
    assert local_sizes(zip64_field(WIDE, 7, 9) + UT, NAME, MAX_32, 7) == LocalSizes(WIDE, 7, True)
    assert local_sizes(zip64_field(WIDE, 7, 9) + zip64_field(WIDE, 7), NAME, MAX_32, 7) == LocalSizes(
        WIDE, 7, True
    )


@pytest.mark.parametrize(
    ("extra", "problem"),
    [
        (zip64_field(1), "its local zip64 field is not one of 16 bytes"),
        (zip64_field(1, 2) + zip64_field(2, 2), "its local zip64 field is not one of 16 bytes"),
        (zip64_field(0, 2), "its local zip64 field contradicts its local header"),
        (zip64_field(1, 3), "its local zip64 field contradicts its local header"),
        (
            extra_field(0x7075, b"\x01\x00\x00\x00\x00other"),
            "it has a second name in an extra field; readers would disagree on which one counts",
        ),
    ],
)
def test_what_a_local_header_cannot_say(extra: bytes, problem: str) -> None:
    assert local_sizes(extra, NAME, 1, 2) == problem
