from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.builders.manifest import layer, manifest, repository, share
from tools.lambda_sizes.cli import main


def rows(out: str) -> list[list[str]]:
    """Return the cells of a table, whose columns are two spaces apart at least."""
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in out.splitlines()]


def test_the_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small = manifest(target="//a:x", layers=[layer("//l:n", share("numpy", 1 << 20))])
    full = manifest(
        share("aaa", 10),
        share("bbb", 3 << 20),
        share("ccc", 2 << 20),
        share("ddd", 1 << 20),
        target="//svc:b",
        caps={
            "zip": {"name": "7MB", "bytes": 7_000_000, "headroom_bytes": 707_000},
            "unzipped": {"name": "lambda", "bytes": 262_144_000, "headroom_bytes": 200_000_000},
        },
    )
    root = repository(tmp_path, small, full)
    assert main(["--root", str(root)]) == 0
    assert rows(capsys.readouterr().out) == [
        ["function", "zip", "unpacked", "headroom", "runtime", "heaviest"],
        [
            "//svc:b",
            "6.0 MiB",
            "18.0 MiB",
            "10%",
            "python3.12 x86_64",
            "bbb 3.0 MiB, ccc 2.0 MiB, ddd 1.0 MiB",
        ],
        ["//a:x", "1022 B", "3.0 MiB (1 layers)", "99%", "python3.12 x86_64"],
        ["2 functions, 6.0 MiB of zips"],
    ]


def test_against_what_was_saved(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = tmp_path / "old"
    old.mkdir()
    before = [
        manifest(target="//a:same"),
        manifest(share("aaa", 900), target="//b:less"),
        manifest(target="//c:gone"),
    ]
    assert main(["--root", str(repository(old, *before)), "--json"]) == 0
    saved = tmp_path / "old.json"
    saved.write_text(capsys.readouterr().out)
    assert len(json.loads(saved.read_text())["lambda_sizes"]) == 3
    new = tmp_path / "new"
    new.mkdir()
    now = [
        manifest(target="//a:same"),
        manifest(share("aaa", 100), target="//b:less"),
        manifest(target="//d:new"),
    ]
    assert main(["--root", str(repository(new, *now)), "--against", str(saved)]) == 0
    found = rows(capsys.readouterr().out)
    assert [row[:3] for row in found[:4]] == [
        ["function", "zip", "change"],
        ["//b:less", "1.1 KiB", "-800 B"],
        ["//a:same", "1022 B", "="],
        ["//d:new", "1022 B", "new"],
    ]
    assert found[4:] == [["3 functions, 3.1 KiB of zips (-800 B)"], ["gone, or not built: //c:gone"]]


def test_what_was_not_saved_by_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = repository(tmp_path, manifest())
    saved = tmp_path / "old.json"
    assert main(["--root", str(root), "--against", str(saved)]) == 1
    assert capsys.readouterr().err == (
        f"lambda_sizes: error: --against: {saved} cannot be read: No such file or directory\n"
    )
    saved.write_text("{}")
    assert main(["--root", str(root), "--against", str(saved)]) == 1
    assert capsys.readouterr().err == (
        f"lambda_sizes: error: --against: {saved} is not what lambda_sizes --json writes: KeyError: 'lambda_sizes'\n"
    )
