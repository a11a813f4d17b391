"""Each case runs on both engines."""

from __future__ import annotations

import shutil

import pytest

from tests.e2e.harness import EMBEDDED, PLEASE


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
