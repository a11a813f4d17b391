from __future__ import annotations

import pytest

from tests.builders.member import first_party, third_party
from tools.errors import PleasingError
from tools.lambda_zip.check.unavailable import check_unavailable
from tools.wheel_notes.unavailable import Unavailable

NOTE = Unavailable("numpy", "2.0", "linux_lambda313arm64", "numpy 2.0 has no wheel for python3.13 on arm64")


def test_what_could_not_be_had_is_told_all_at_once() -> None:
    other = NOTE._replace(name="a", text="a has none either")
    with pytest.raises(PleasingError) as caught:
        check_unavailable(
            [
                third_party(".unavailable/numpy.json", NOTE.to_json()),
                third_party(".unavailable/a.json", other.to_json()),
                third_party("unavailable/b.json", NOTE.to_json()),
                third_party(".unavailable/b.txt", NOTE.to_json()),
                first_party(".unavailable/b.json", NOTE.to_json()),
            ]
        )
    assert caught.value.problems == ("a has none either", "numpy 2.0 has no wheel for python3.13 on arm64")


def test_a_pex_without_notes_is_good() -> None:
    check_unavailable([third_party("numpy/__init__.py"), third_party("numpy/.unavailable/x.json", b"{}")])


def test_a_note_that_cannot_be_read_is_an_error() -> None:
    with pytest.raises(PleasingError) as caught:
        check_unavailable([third_party(".unavailable/x.json", b"{}")])
    assert str(caught.value).startswith(
        ".unavailable/x.json is to be the note of a distribution that is unavailable, and cannot be read: "
    )
