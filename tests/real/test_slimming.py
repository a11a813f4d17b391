"""Each rule of slimming on a distribution that it would break, were the rule not held back by what reads the files.

`python3 -m tests.real --all` shows that these distributions work slimmed; here, that they would not otherwise.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Callable

import pytest

from tests.real.distributions import DISTRIBUTIONS, Real
from tests.real.trial import try_out
from tools.lambda_zip.slim import files
from tools.slim import candidate

pytestmark = [pytest.mark.network, pytest.mark.slow]

_TEXTUAL = Real("textual", "1.0.0", ("textual.__main__",), "a package demo that its own program shows")
_JUPYTERLAB = Real(
    "jupyterlab",
    "4.3.4",
    ("jupyterlab.commands",),
    "a lock file that it copies",
    check="import os; assert os.path.exists(os.path.join(os.path.dirname(jupyterlab.__file__), 'staging', 'yarn.' + 'lock'))",
)


def _ask_nobody(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(files._Goes, "ask", lambda self, notes, others: None)


def _take_packages_called_docs(patch: pytest.MonkeyPatch) -> None:
    _ask_nobody(patch)
    patch.setattr(candidate, "_DOCUMENT_ENDINGS", ("",))


def _take_what_it_is_about(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(candidate, "_MOSTLY", 0)
    patch.setattr(candidate, "_SCRIPTS", 1 << 20)


def _broken(real: Real, folder: Path) -> list[str]:
    """Return what is wrong but for warnings: some of these import what other systems have."""
    lines = [line for problem in try_out(real, folder).problems for line in problem.splitlines()]
    return [line for line in lines if "warning: " not in line]


@pytest.mark.parametrize(
    ("real", "eager"),
    [
        pytest.param(DISTRIBUTIONS["Django"], _ask_nobody, id="tests"),
        pytest.param(DISTRIBUTIONS["jedi"], _ask_nobody, id="type stubs"),
        pytest.param(DISTRIBUTIONS["cffi"], _ask_nobody, id="headers"),
        pytest.param(DISTRIBUTIONS["pybind11"], _take_what_it_is_about, id="sources"),
        pytest.param(DISTRIBUTIONS["boto3"], _take_packages_called_docs, id="documentation"),
        pytest.param(_JUPYTERLAB, _ask_nobody, id="lock files"),
        pytest.param(_TEXTUAL, _ask_nobody, id="examples"),
    ],
)
def test_a_rule_that_is_too_eager_breaks_it(
    real: Real, eager: Callable[[pytest.MonkeyPatch], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right, wrong = tmp_path / "right", tmp_path / "wrong"
    right.mkdir()
    wrong.mkdir()
    assert _broken(real, right) == []
    eager(monkeypatch)
    assert _broken(real, wrong) != []
    if not (wrong / "app.zip").exists():
        return  # the checks have found it already
    with zipfile.ZipFile(right / "app.zip") as whole, zipfile.ZipFile(wrong / "app.zip") as less:
        assert set(less.namelist()) < set(whole.namelist())
