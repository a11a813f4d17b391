from __future__ import annotations

import pytest

from tools.text import human, shown


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (1_468_006, "1.4 MiB"),
        (3 << 40, "3072.0 GiB"),
        (-5, "-5 B"),
    ],
)
def test_a_size_for_people(size: int, text: str) -> None:
    assert human(size) == text


def test_a_name_is_shown_on_one_line_and_not_in_full_when_long() -> None:
    assert shown("a\nb") == r"'a\nb'"
    assert shown("a" * 200) == repr("a" * 200)
    assert shown("a" * 100 + "b" * 300) == f"'{'a' * 100}' ... '{'b' * 100}'"
