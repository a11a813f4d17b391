from __future__ import annotations

import pytest

from tools.errors import PleasingError
from tools.wheel_notes.unavailable import Unavailable, is_note, parse_unavailable

NOTE = Unavailable("numpy", "2.0", "linux_lambda313arm64", "numpy 2.0 has no wheel for python3.13 on arm64")


def test_a_note_is_read_as_it_was_written() -> None:
    assert is_note(NOTE.to_json())
    assert parse_unavailable(NOTE.to_json(), "numpy.whl") == NOTE


def test_a_note_has_no_secrets() -> None:
    note = NOTE._replace(text="tried https://user:pass@example.com/simple")
    assert parse_unavailable(note.to_json(), "x").text == "tried https://****@example.com/simple"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "Expecting value: line 1 column 1 (char 0)"),
        (b"[]", "list indices must be integers or slices, not str"),
        (b"{}", "it has no 'format'"),
        (b'{"format": "other"}', "its format is 'other', not 'pleasing-unavailable-1'"),
        (b'{"format": "pleasing-unavailable-1"}', "it has no 'name'"),
        (
            b'{"format": "pleasing-unavailable-1", "name": 1, "version": null, "arch": [], "text": {}}',
            "a field of it is not a text",
        ),
    ],
)
def test_a_note_that_cannot_be_read_is_an_error(data: bytes, why: str) -> None:
    with pytest.raises(PleasingError) as caught:
        parse_unavailable(data, ".unavailable/x.json")
    assert str(caught.value) == (
        f".unavailable/x.json is to be the note of a distribution that is unavailable, and cannot be read: {why}; "
        "build its python_requirement anew, and do not write such files by other means"
    )


@pytest.mark.parametrize("data", [b"{\xff", b"{", b'{"a":' * 100_000])
def test_a_note_that_is_no_json_is_an_error(data: bytes) -> None:
    with pytest.raises(PleasingError, match=r"^x is to be the note of a distribution that is unavailable"):
        parse_unavailable(data, "x")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"{", b"[]"])
def test_a_wheel_is_no_note(data: bytes) -> None:
    assert not is_note(data)
