"""JUnit: results of tests as the XML that Please and CI systems read."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Optional

from tools.lambda_invoke.cases import Problem

# What XML 1.0 has no way to say (section 2.2).
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Result(NamedTuple):
    """One test's.

    Attributes:
        name: The test's.
        seconds: How long it took.
        problem: Why it failed, if it did.
        skipped: Why it was skipped, if it was.
        log: What the function wrote.
    """

    name: str
    seconds: float
    problem: Optional[Problem] = None
    skipped: Optional[str] = None
    log: str = ""


def to_xml(suite: str, results: Sequence[Result], others: Sequence[Path] = ()) -> bytes:
    """Return the XML.

    Args:
        suite: The suite's name.
        results: Its tests'.
        others: Files of such XML whose suites are added.
    """
    root = ElementTree.Element("testsuites")
    if results or not others:
        root.append(_suite(suite, results))
    for path in others:
        root.extend(ElementTree.parse(path).getroot().iter("testsuite"))  # noqa: S314 - pytest has just written it
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _suite(name: str, results: Sequence[Result]) -> ElementTree.Element:
    suite = ElementTree.Element(
        "testsuite",
        name=name,
        tests=str(len(results)),
        failures=str(sum(result.problem is not None for result in results)),
        errors="0",
        skipped=str(sum(result.skipped is not None for result in results)),
        time=f"{sum(result.seconds for result in results):.3f}",
    )
    for result in results:
        case = ElementTree.SubElement(
            suite, "testcase", name=_clean(result.name), classname=name, time=f"{result.seconds:.3f}"
        )
        if result.problem is not None:
            message, _, rest = _clean(result.problem.text).partition("\n")
            # Please shows both, one after the other.
            ElementTree.SubElement(case, "failure", type=result.problem.kind, message=message).text = rest
        if result.skipped is not None:
            ElementTree.SubElement(case, "skipped", message=_clean(result.skipped))
        if result.log:
            ElementTree.SubElement(case, "system-err").text = _clean(result.log)
    return suite


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
