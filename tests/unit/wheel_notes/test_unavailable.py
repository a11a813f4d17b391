from __future__ import annotations

import pytest

from tools.wheel_notes.unavailable import Unavailable, parse_unavailable

NOTE = Unavailable("numpy", "2.0", "linux_lambda313arm64", "numpy 2.0 has no wheel for python3.13 on arm64")


def test_a_note_is_read_as_it_was_written() -> None:
    assert parse_unavailable(NOTE.to_json()) == NOTE


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{",
        b"{}",
        b'{"format": "other"}',
        b'{"format": "pleasing-unavailable-1"}',
        b"{\xff",
        b'{"a":' * 100_000,
        b'{"format": "x", "name": "a", "version": "1", "arch": "x", "text": "t"}',
    ],
)
def test_other_bytes_are_no_note(data: bytes) -> None:
    assert parse_unavailable(data) is None


def test_a_note_of_other_types_is_text_all_the_same() -> None:
    data = b'{"format": "pleasing-unavailable-1", "name": 1, "version": null, "arch": [], "text": {}}'
    assert parse_unavailable(data) == Unavailable("1", "None", "[]", "{}")
