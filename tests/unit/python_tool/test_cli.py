"""The tools' own wheels come by the user's pip configuration, and with their hashes."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from tests.unit.lambda_wheel.wheel_builder import build_wheel
from tools.python_tool.cli import main


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A wheel that only the user's pip configuration leads to."""
    path = tmp_path / "index" / "demo-1.0-py3-none-any.whl"
    path.parent.mkdir()
    path.write_bytes(build_wheel({"demo.py": b"answer = 42\n"}, name="demo"))
    configuration = tmp_path / "pip.conf"
    configuration.write_text(f"[global]\nno-index = true\nfind-links = {path.parent}\n")
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(configuration))
    return path


def _fetch(tmp_path: Path, requirement: str, digest: str) -> tuple[int, Path]:
    out = tmp_path / "demo.whl"
    return main(
        [requirement, f"--hash=sha256:{digest}", "--target=//third_party/tools:demo", f"--out={out}"]
    ), out


def test_the_wheel_is_fetched(published: Path, tmp_path: Path) -> None:
    data = published.read_bytes()
    status, out = _fetch(tmp_path, "demo==1.0", hashlib.sha256(data).hexdigest())
    assert status == 0
    assert out.read_bytes() == data
    assert not list(tmp_path.glob(".fetch-*"))


@pytest.mark.usefixtures("published")
def test_another_hash_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out = _fetch(tmp_path, "demo==1.0", "0" * 64)
    told = capsys.readouterr().err
    assert status == 1
    assert told.startswith(
        "//third_party/tools:demo: error: pip could not fetch demo==1.0, which this plugin's tools need:\n"
    )
    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in told
    assert told.rstrip().endswith("a build when it is in [Build] PassUnsafeEnv of .plzconfig")
    assert not out.exists()


@pytest.mark.usefixtures("published")
def test_what_the_index_does_not_have(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out = _fetch(tmp_path, "demo==2.0", "0" * 64)
    assert status == 1
    assert "No matching distribution found for demo==2.0" in capsys.readouterr().err
    assert not out.exists()
