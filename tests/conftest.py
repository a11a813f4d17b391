"""What all tests share: Hypothesis's profiles, a PEX that takes a while to make, and AWS on this machine.

`dev` is the default: few examples, new ones in each run. `ci` is what `python3 -m tests` takes: the examples that a
test asks for, the same in each run.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.builders.aws import KEY, REGION, SECRET, Aws
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
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run of the tests, which is the same in all of its processes."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@pytest.fixture(scope="session")
def pex_of_many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The PEX of `echo_pex` with 70,000 more files, `svc/d/00000` to `svc/d/69999`: more than 16 bits count."""
    raw = echo_pex().raw()
    raw.members += [EmptyMember(f"svc/d/{number:05}") for number in range(70_000)]
    raw.zip64 = True
    path = tmp_path_factory.mktemp("many") / "app.pex"
    path.write_bytes(raw.build())
    return path


@pytest.fixture(scope="session")
def aws_server() -> Iterator[Aws]:
    """AWS as moto has it, on this machine."""
    pytest.importorskip("boto3", reason="boto3 is not installed")
    pytest.importorskip("moto.server", reason="moto's server is not installed")
    server = Aws()
    yield server
    server.close()


@pytest.fixture
def aws(aws_server: Aws, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Aws:
    """An empty account, which the SDK and its tools find in place of the user's."""
    for name, value in {
        "AWS_ENDPOINT_URL": aws_server.url,
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    aws_server.reset()
    return aws_server
