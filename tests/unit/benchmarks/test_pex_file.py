"""Pex file: what the benchmarks pack is a PEX like Please's."""

from __future__ import annotations

import zipfile
from pathlib import Path

from bench import pex_file
from tools.lambda_zip.cli import main


def test_pex_of_the_benchmarks_is_packed(tmp_path: Path) -> None:
    pex, output = tmp_path / "app.pex", tmp_path / "app.zip"
    pex_file.write_pex(pex, 150, 300_007)
    arguments = ("--handler", pex_file.HANDLER, "--runtime", "python3.13", "--architecture", "x86_64")
    assert main(["pack", str(pex), "--output", str(output), *arguments]) == 0
    with zipfile.ZipFile(output) as archive:
        sizes = {info.filename: info.file_size for info in archive.infolist() if not info.is_dir()}
    assert sum(size for name, size in sizes.items() if name.endswith(".bin")) == 300_007
    assert len([name for name in sizes if name.startswith("pkg00001/")]) == 50
    assert "svc/app.py" in sizes


def test_members_are_of_16_mib_at_most() -> None:
    assert [pex_file.members_for(size) for size in (1, 1 << 24, (1 << 24) + 1)] == [1, 1, 2]


def test_sizes_grow_to_the_last() -> None:
    assert list(pex_file.growing(10, 1_000_000, 10)) == [10, 100, 1000, 10_000, 100_000, 1_000_000]
    assert list(pex_file.growing(1, 5, 4)) == [1, 4]
