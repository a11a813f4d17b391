"""`plz test` in a copy of this repository: the folders of tests are targets, which Please runs."""

from __future__ import annotations

import shutil
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from tests.builders.checkout import copy_checkout
from tests.builders.please import run_please
from tests.e2e.harness import ROOT

pytestmark = [
    pytest.mark.network,
    pytest.mark.plz,
    pytest.mark.skipif(shutil.which("plz") is None, reason="there is no plz on PATH"),
]


def test_a_folder_of_tests_is_run(tmp_path: Path) -> None:
    copy_checkout(tmp_path)
    run = run_please(["test", "//tests/unit/aws/..."], tmp_path)
    assert run.status == 0, run.output
    results = ElementTree.parse(tmp_path / "plz-out" / "log" / "test_results.xml").getroot()
    names = [case.get("name") or "" for case in results.iter("testcase")]
    in_sources = sum(
        path.read_text().count("\ndef test_") for path in ROOT.glob("tests/unit/aws/**/test_*.py")
    )
    # As many as the sources have at least; those with parameters are several.
    assert 0 < in_sources <= len(names)
    assert f"{len(names)} passed" in run.output
