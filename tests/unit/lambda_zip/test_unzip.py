"""The folder beside a zip: the same files, whole or not there."""

from __future__ import annotations

import stat
from pathlib import Path

from tests.builders.command import contents, pack
from tests.builders.pex import echo_pex


def test_the_same_files_with_the_zips_modes_and_one_date(tmp_path: Path) -> None:
    builder = echo_pex()
    builder.executables = {"svc/data.json"}
    result = pack(builder.write(tmp_path / "app.pex"), "--folder", tmp_path / "app")
    assert result.status == 0, result.err
    files = [path for path in (tmp_path / "app").rglob("*") if path.is_file()]
    assert {
        path.relative_to(tmp_path / "app").as_posix(): (path.read_bytes(), path.stat().st_mode)
        for path in files
    } == contents(tmp_path / "app.zip")
    every = [tmp_path / "app", *(tmp_path / "app").rglob("*")]
    assert {path.stat().st_mtime for path in every} == {315532800.0}
    assert {stat.S_IMODE(path.stat().st_mode) for path in every if path.is_dir()} == {0o755}


def test_a_place_that_is_taken(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "mine").touch()
    result = pack(echo_pex().write(tmp_path / "app.pex"), "--folder", tmp_path / "app")
    assert result.status == 1
    assert f"app.pex: error: cannot write the folder {tmp_path / 'app'}: Directory not empty\n" == result.err
    assert [path.name for path in (tmp_path / "app").iterdir()] == ["mine"]
    assert {path.name for path in tmp_path.iterdir()} == {"app", "app.pex"}, "nothing else is left"
