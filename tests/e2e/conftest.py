"""Each case runs on both engines."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.e2e.harness import EMBEDDED, PLEASE, Repository


@pytest.fixture(scope="session", autouse=True)
def repositories_share(run_folder: Path) -> None:
    """Repositories of one case take over what others have made, in this run of the tests."""
    Repository.shared = run_folder / "kept"


@pytest.fixture(
    params=[
        EMBEDDED,
        pytest.param(
            PLEASE,
            marks=[
                pytest.mark.plz,
                pytest.mark.skipif(shutil.which("plz") is None, reason="there is no plz on PATH"),
            ],
        ),
    ]
)
def engine(request: pytest.FixtureRequest) -> str:
    """The engine that builds."""
    assert isinstance(request.param, str)
    return request.param
