"""What the tests of lambda_lock share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.lambda_lock.locks import Runner


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Runner:
    """The command, with an output of its own."""
    return Runner(tmp_path, capsys)
