from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest


class Folder:
    """A folder of distributions that pip is configured with, and nothing else."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, name: str, data: bytes) -> str:
        """Add a file and return its hash."""
        (self.path / name).write_bytes(data)
        return "sha256:" + hashlib.sha256(data).hexdigest()


@pytest.fixture
def no_pip_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away whatever pip is configured with on this machine."""
    for name in list(os.environ):
        if name.startswith("PIP_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    for name in ("CC", "CFLAGS", "TMP_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_pip_configuration: None) -> Folder:
    path = tmp_path / "distributions"
    path.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(path))
    return Folder(path)
