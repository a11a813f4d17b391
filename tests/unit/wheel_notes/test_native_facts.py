from __future__ import annotations

import pytest

from tools.errors import PleasingError
from tools.native.kind import Kind
from tools.wheel_notes.native_facts import Fact, dump_facts, load_facts

FACT = Fact("foo/_core.so", 1, 2, Kind.ELF, None, "it is cut off")


def test_facts_are_read_as_they_were_written() -> None:
    assert load_facts(dump_facts([FACT])) == {"foo/_core.so": FACT}


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"null", b'{"format": 1}', b'{"format": "x"}', b"\xff", b"[" * 100_000]
)
def test_a_file_of_anothers_with_the_notes_name_has_none(data: bytes) -> None:
    assert load_facts(data) == {}


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b'{"format": "pleasing-native-2"}', "its format is 'pleasing-native-2', not 'pleasing-native-1'"),
        (b'{"format": "pleasing-native-1"}', "'files'"),
        (b'{"format": "pleasing-native-1", "files": {"a": {}}}', "'elf'"),
        (b'{"format": "pleasing-native-1", "files": []}', "'list' object has no attribute 'items'"),
    ],
)
def test_a_note_that_cannot_be_read_is_an_error(data: bytes, why: str) -> None:
    with pytest.raises(PleasingError) as caught:
        load_facts(data, "foo-1.0.dist-info/native.json")
    assert str(caught.value) == (
        f"foo-1.0.dist-info/native.json is a note of lambda_wheel, and cannot be read ({why}); build the "
        "distribution's python_requirement anew, and do not write such files by other means"
    )
