from __future__ import annotations

import pytest

from tools.text import build_list, build_text, human, shown


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


@pytest.mark.parametrize(
    ("text", "quoted"),
    [("a", '"a"'), ("a\\b", r'"a\\b"'), ("it's", '"it\'s"'), ('"', r'"\""'), ("a\nb\tc", r'"a\nb\tc"')],
)
def test_a_text_is_quoted_as_please_reads_it(text: str, quoted: str) -> None:
    assert build_text(text) == quoted


def test_texts_are_a_list_to_paste() -> None:
    assert build_list([]) == "[]"
    assert build_list(["a.so", "b.so"]) == '["a.so", "b.so"]'
