"""Cases: how responses are compared, and what the results look like."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from typing import Any

import pytest

from tools.errors import PleasingError
from tools.lambda_invoke.cases import Problem, differences_of
from tools.lambda_invoke.coverage_xml import coverage_xml
from tools.lambda_invoke.event import checked_event, read_event
from tools.lambda_invoke.junit import Result, to_xml
from tools.lambda_invoke.samples import NAMES, sample


@pytest.mark.parametrize(
    ("expected", "found", "subset", "lines"),
    [
        ({"a": 1}, {"a": 1}, False, []),
        ({"a": 1}, {"a": 1, "b": 2}, True, []),
        ({"a": 1}, {"a": 1, "b": 2}, False, ["$.b: not expected: 2"]),
        ({"a": 1}, {}, True, ["$.a: expected 1, and it is missing"]),
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, True, ["$.a.b[1]: expected 2, found 3"]),
        ([1], [1, 2], True, ["$: expected 1 items, found 2: [1, 2]"]),
        (1, True, False, ["$: expected 1, found true"]),
        (1, 1.0, False, []),
        (None, False, False, ["$: expected null, found false"]),
        ("é", "e", False, ['$: expected "é", found "e"']),
    ],
)
def test_differences(expected: Any, found: Any, subset: bool, lines: list[str]) -> None:
    assert differences_of(expected, found, subset) == lines


@pytest.mark.parametrize("name", NAMES)
def test_samples_are_events_without_real_names(name: str) -> None:
    text = sample(name).decode("utf-8")
    assert isinstance(json.loads(text), dict)
    assert read_event(name) == text.encode()
    for part in text.split('"'):
        if part.endswith(".com"):
            assert part.endswith("example.com"), part


def test_an_event_that_is_none() -> None:
    with pytest.raises(PleasingError) as caught:
        read_event("nowhere.json")
    assert caught.value.problems[0] == (
        "the event cannot be read: nowhere.json: No such file or directory. --event takes a file, - for standard input, "
        f"or a sample by name: {', '.join(NAMES)}"
    )
    with pytest.raises(
        PleasingError, match=r"^the event of x has 6,291,457 bytes; Lambda takes at most 6,291,456$"
    ):
        checked_event(b"1" * 6_291_457, "x")


def test_junit() -> None:
    results = [
        Result("good", 0.5, log="hello\x00"),
        Result("bad", 0.25, Problem("DIFFERENT", "first\n  second")),
        Result("not here", 0.0, skipped="no interpreter"),
    ]
    root = ElementTree.fromstring(to_xml("lambda", results))
    suite = root.find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("3", "1", "1")
    good, bad, skipped = suite
    assert good.findtext("system-err") == "hello\ufffd"
    failure = bad.find("failure")
    assert failure is not None
    assert (failure.get("type"), failure.get("message"), failure.text) == ("DIFFERENT", "first", "  second")
    reason = skipped.find("skipped")
    assert reason is not None
    assert reason.get("message") == "no interpreter"


def test_coverage() -> None:
    root = ElementTree.fromstring(coverage_xml({"a.py": ({1}, {1, 2})}, {"a.py": "src/a.py"}))
    found = root.find("packages/package/classes/class")
    assert found is not None
    assert found.get("filename") == "src/a.py"
    assert [(line.get("number"), line.get("hits")) for line in found.iter("line")] == [("1", "1"), ("2", "0")]
