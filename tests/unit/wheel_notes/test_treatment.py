from __future__ import annotations

import pytest

from tools.errors import PleasingError
from tools.wheel_notes.treatment import Treatment, dump_treatment, load_treatment

TREATMENT = Treatment("deflate 0.8.1", 7, {"b.py": (3, 4), "a.py": (1, 2)})


def test_what_is_dumped_is_loaded() -> None:
    assert load_treatment(dump_treatment(TREATMENT)) == TREATMENT
    assert dump_treatment(TREATMENT) == (
        b'{"encoder":"deflate 0.8.1","files":{"a.py":[1,2],"b.py":[3,4]},"format":"pleasing-treatment-1","level":7}\n'
    )


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"format": 1}', b'{"format": "other"}', b"\xff", b"[" * 9999]
)
def test_what_is_no_note(data: bytes) -> None:
    assert load_treatment(data) is None


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (
            b'{"format": "pleasing-treatment-9"}',
            "its format is 'pleasing-treatment-9', not 'pleasing-treatment-1'",
        ),
        (b'{"format": "pleasing-treatment-1"}', "'files'"),
        (b'{"format": "pleasing-treatment-1", "files": {"a": 1}}', "cannot unpack non-iterable int object"),
    ],
)
def test_a_note_that_cannot_be_read(data: bytes, problem: str) -> None:
    with pytest.raises(PleasingError) as caught:
        load_treatment(data, "x/treatment.json")
    assert str(caught.value) == (
        f"x/treatment.json is a note of lambda_wheel, and cannot be read ({problem}); build the distribution's "
        "python_requirement anew, and do not write such files by other means"
    )
