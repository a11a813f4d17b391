"""Report: results as text and as the document."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from bench import report
from bench.place import Place
from bench.report import Goal, Part, Table

_PART = Part(
    "Packing",
    "What packing takes.",
    [Table(["way", "median"], [["ours", "0.28 s"], ["another way", "7.33 s"]])],
    [Goal("ten times faster", "26.2 times", True), Goal("under 50 ms", "55 ms", False)],
    ["on two cores"],
    {"pex": "2.105.2"},
    picture="growth.svg",
)


@pytest.mark.parametrize(
    ("value", "text"), [(0.0432, "43 ms"), (0.0996, "0.10 s"), (9.99, "9.99 s"), (9.996, "10.0 s")]
)
def test_seconds_for_people(value: float, text: str) -> None:
    assert report.seconds(value) == text


@pytest.mark.parametrize(("value", "other", "text"), [(3.0, 2.0, "1.5 x"), (500.0, 4.0, "125 x")])
def test_ratio_for_people(value: float, other: float, text: str) -> None:
    assert report.ratio(value, other) == text


def test_text_has_columns_and_tells_what_was_missed() -> None:
    assert report.as_text(_PART).splitlines() == [
        "Packing",
        "What packing takes.",
        "",
        "way          median",
        "ours         0.28 s",
        "another way  7.33 s",
        "",
        "reached  ten times faster: 26.2 times",
        "MISSED   under 50 ms: 55 ms",
        "note: on two cores",
    ]


def test_document_is_written_from_the_parts_that_ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = tmp_path / "docs" / "benchmarks.md"
    monkeypatch.setattr(report, "DOCUMENT", document)
    place = cast(Place, SimpleNamespace(folder=tmp_path))
    report.save(place, "pack", _PART)
    report.write_document(place, ("pack", "edit"), "An idle machine.")
    text = document.read_text("utf-8")
    assert "| pex | 2.105.2 |" in text
    assert "\nAn idle machine.\n" in text
    assert "| ten times faster | 26.2 times | yes |\n| under 50 ms | 55 ms | **no** |\n" in text
    assert "| way | median |\n| --- | --: |\n| ours | 0.28 s |\n" in text
    assert "![Packing](growth.svg)" in text
    assert text.count("\n## ") == 2  # the aims, and the one part
