from __future__ import annotations

import io

import pytest

from tests.builders.member import member
from tools.archive.member import file_chunks
from tools.errors import PleasingError


def test_a_member_is_read_whole() -> None:
    item = member("svc/echo.py", b"pass\n")
    assert item.read() == b"pass\n"
    assert item.describe() == "svc/echo.py in app.pex"


def test_a_member_that_is_too_large_to_be_what_it_says_is_not_read() -> None:
    item = member("a.dist-info/RECORD", b"x" * 2048)
    with pytest.raises(PleasingError) as caught:
        item.read(1024)
    assert str(caught.value) == (
        "a.dist-info/RECORD in app.pex has 2,048 bytes; a file that is read whole has at most 1.0 KiB, so it is not what its "
        "name says, or made to exhaust memory"
    )
    assert item.read(2048) == b"x" * 2048


def test_a_file_is_read_in_pieces() -> None:
    assert list(file_chunks(io.BytesIO(b"abcdefg"), 3)) == [b"abc", b"def", b"g"]
    assert list(file_chunks(io.BytesIO(b""))) == []
