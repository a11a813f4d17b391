from __future__ import annotations

import pytest

from tests.builders.member import first_party, third_party
from tools.errors import PleasingError
from tools.lambda_zip.left_over import LeftOver, check_left_over, parse_left_over

NOTE = LeftOver("numpy", "2.0", "linux_lambda313arm64", "numpy 2.0 has no wheel for python3.13 on arm64")


def test_a_note_is_read_as_it_was_written() -> None:
    assert parse_left_over(NOTE.to_json()) == NOTE


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{",
        b"{}",
        b'{"format": "other"}',
        b'{"format": "pleasing-left-over-1"}',
        b"{\xff",
        b'{"a":' * 100_000,
        b'{"format": "x", "name": "a", "version": "1", "arch": "x", "text": "t"}',
    ],
)
def test_other_bytes_are_no_note(data: bytes) -> None:
    assert parse_left_over(data) is None


def test_a_note_of_other_types_is_text_all_the_same() -> None:
    data = b'{"format": "pleasing-left-over-1", "name": 1, "version": null, "arch": [], "text": {}}'
    assert parse_left_over(data) == LeftOver("1", "None", "[]", "{}")


def test_what_could_not_be_had_is_told_all_at_once() -> None:
    other = NOTE._replace(name="a", text="a has none either")
    with pytest.raises(PleasingError) as caught:
        check_left_over(
            [
                third_party(".left_over/numpy.json", NOTE.to_json()),
                third_party(".left_over/a.json", other.to_json()),
                third_party("left_over/b.json", NOTE.to_json()),
                third_party(".left_over/b.txt", NOTE.to_json()),
                first_party(".left_over/b.json", NOTE.to_json()),
            ]
        )
    assert caught.value.problems == ("a has none either", "numpy 2.0 has no wheel for python3.13 on arm64")


def test_a_pex_without_notes_is_good() -> None:
    check_left_over([third_party("numpy/__init__.py"), third_party(".left_over/x.json", b"{}")])
