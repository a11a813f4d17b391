"""The sample that runs in CI; all sixty: `python3 -m tests.real --all`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.real.distributions import DISTRIBUTIONS, SAMPLE, Real
from tests.real.trial import try_out


@pytest.mark.network
@pytest.mark.parametrize("real", SAMPLE, ids=lambda real: real.name)
def test_it_is_packed_and_imported_from_the_zip(real: Real, tmp_path: Path) -> None:
    assert try_out(real, tmp_path).problems == []


def test_there_are_sixty() -> None:
    assert len(DISTRIBUTIONS) == 60
    assert len(SAMPLE) == 10
