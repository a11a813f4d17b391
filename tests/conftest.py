"""What all tests share: Hypothesis's profiles, and a PEX that takes a while to make.

`dev` is the default: few examples, new ones in each run. `ci` is what `python3 -m tests` takes: the examples that a
test asks for, the same in each run.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.builders.pex import echo_pex
from tests.builders.raw_zip import EmptyMember

# Examples of one test may share its temporary folder: each writes files of its own there.
_FOLDERS = [HealthCheck.function_scoped_fixture]

settings.register_profile("dev", max_examples=20, deadline=None, suppress_health_check=_FOLDERS)
settings.register_profile(
    "ci", max_examples=100, deadline=None, derandomize=True, suppress_health_check=_FOLDERS
)
settings.load_profile("dev")


@pytest.fixture(scope="session")
def pex_of_many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The PEX of `echo_pex` with 70,000 more files, `svc/d/00000` to `svc/d/69999`: more than 16 bits count."""
    raw = echo_pex().raw()
    raw.members += [EmptyMember(f"svc/d/{number:05}") for number in range(70_000)]
    raw.zip64 = True
    path = tmp_path_factory.mktemp("many") / "app.pex"
    path.write_bytes(raw.build())
    return path
