"""The messages of Please that docs/when_it_fails.md explains are those that Please gives."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.e2e.harness import PLEASE, ROOT, Repository

pytestmark = [
    pytest.mark.plz,
    pytest.mark.network,
    pytest.mark.skipif(shutil.which("plz") is None, reason="there is no plz on PATH"),
]

PAGE = (ROOT / "docs" / "when_it_fails.md").read_text()
SHOWN = [
    line for text in re.findall(r"^```text\n(.*?)^```$", PAGE, re.M | re.S) for line in text.splitlines()
]

# A file of the repository, what is in it, and what somebody wrote instead.
MISTAKES = {
    "build file not found: ": (".plzconfig", '[Plugin "awslambda"]', '[Plugin "awslamda"]'),
    '[Plugin "python"] must have': (".plzconfig", '[Plugin "python"]', '[Plugin "pyhton"]'),
    "can't store data at section": (
        ".plzconfig",
        "[Please]",
        '[Plugins "awslambda"]\nMaxSize = 1MB\n[Please]',
    ),
    "Unrecognised config key": (".plzconfig", "SourceRoots", "Runtimes = python3.13\nSourceRoots"),
    "///awslambda//build_defs:awslambda: failed": ("plugins/BUILD", '"v1"', '"v2"'),
    "name 'python_lambda' is not": ("svc/BUILD", 'subinclude("///awslambda//build_defs:awslambda")', ""),
    "none 0.1.1 is in the PEX": (".plzconfig", "PipFlags = --disable-pip-version-check\n", ""),
}


@pytest.mark.parametrize("shown", SHOWN)
def test_please_says_it(shown: str, tmp_path: Path) -> None:
    mistakes = [mistake for start, mistake in MISTAKES.items() if shown.startswith(start)]
    assert len(mistakes) == 1
    repository = Repository("function", tmp_path, PLEASE)
    # With a BUILD file at the root, Please finds a plugin that another package declares, and leaves its settings out.
    (repository.path / "BUILD").unlink()
    repository.edit(*mistakes[0])
    # Otherwise Please ends with the first error, and a download's may come before that of what waits for it.
    run = repository.run("build", "--keep_going", "//svc:lambda")
    assert shown in run.output
    assert (run.status == 0) == ("can't store data" in shown)


def test_each_mistake_is_on_the_page() -> None:
    assert len(SHOWN) == len(MISTAKES)
