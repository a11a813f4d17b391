from __future__ import annotations

import os
import subprocess
import zlib
from pathlib import Path

import pytest

from tools.archive.folder import Folder
from tools.errors import PleasingError


def folder(path: Path) -> Folder:
    return Folder(path, "app.pex", lambda name: name.endswith("skipped") or name == "skip/")


def problems(path: Path) -> tuple[str, ...]:
    with pytest.raises(PleasingError) as caught:
        folder(path)
    return caught.value.problems


def test_files_links_and_modes(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "run").write_bytes(b"#!")
    (tmp_path / "b" / "run").chmod(0o755)
    (tmp_path / "a.py").write_bytes(b"a")
    (tmp_path / "a.skipped").write_bytes(b"a")
    (tmp_path / "skip").mkdir()
    (tmp_path / "skip" / "c").write_bytes(b"c")
    os.symlink("a.py", tmp_path / "link")
    found = folder(tmp_path)
    assert [(m.name, m.size, m.executable, m.link) for m in found.members] == [
        ("a.py", 1, False, False),
        ("link", 4, True, True),
        ("b/run", 2, True, False),
    ]
    assert [member.read() for member in found.members] == [b"a", b"a.py", b"#!"]
    assert [member.crc for member in found.members] == [
        zlib.crc32(b"a"),
        zlib.crc32(b"a.py"),
        zlib.crc32(b"#!"),
    ]
    assert list(found.compressed_chunks(found.members[0])) == [b"a"]
    assert found.describe(found.members[2]) == "b/run in app.pex"
    found.check_unchanged()
    found.close()


def test_folders_deeper_than_pythons_stack(tmp_path: Path) -> None:
    base = os.open(tmp_path, os.O_RDONLY)
    names = []
    for _ in range(1200):
        os.mkdir("d", dir_fd=base)
        inner = os.open("d", os.O_RDONLY, dir_fd=base)
        os.close(base)
        base = inner
        names.append("d")
    os.close(os.open("f", os.O_CREAT | os.O_WRONLY, dir_fd=base))
    os.close(base)
    try:
        assert [member.name for member in folder(tmp_path).members] == ["/".join([*names, "f"])]
    finally:
        # pytest's own way of clearing up is a function that calls itself.
        subprocess.run(["rm", "-rf", str(tmp_path / "d")], check=True)


def test_names_that_cannot_be_packed(tmp_path: Path) -> None:
    (tmp_path / "a\\b").write_bytes(b"")
    (tmp_path / "a\nb").write_bytes(b"")
    with open(os.fsencode(tmp_path) + b"/\xff", "wb"):
        pass
    assert problems(tmp_path) == (
        "'a\\nb' in app.pex: a file's name cannot be packed: it holds a control character",
        "'a\\\\b' in app.pex: a file's name cannot be packed: it holds a backslash, which some systems read as a separator",
        "'\\udcff' in app.pex: a file's name cannot be packed: it is not valid UTF-8",
    )


def test_what_is_neither_file_nor_link(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert problems(tmp_path) == ("'pipe' in app.pex is neither a file nor a link; take it out",)


def test_files_that_changed(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).write_bytes(b"x")
    found = folder(tmp_path)
    (tmp_path / "a").unlink()
    (tmp_path / "b").write_bytes(b"longer")
    with pytest.raises(PleasingError) as caught:
        found.check_unchanged()
    assert caught.value.problems == (
        "a in app.pex changed while it was read; build again",
        "b in app.pex changed while it was read; build again",
    )
    with pytest.raises(PleasingError) as caught:
        found.members[0].read()
    assert str(caught.value) == "cannot read a in app.pex: No such file or directory"
    with pytest.raises(PleasingError) as caught:
        found.members[1].read()
    assert str(caught.value) == "b in app.pex changed while it was read; build again"


def test_a_folder_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(PleasingError) as caught:
        folder(tmp_path / "none")
    assert str(caught.value) == "cannot read the folder app.pex: No such file or directory"


def test_an_entry_that_goes_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone:
        name, path = "gone", "gone"

        def is_dir(self, follow_symlinks: bool) -> bool:
            return False

        def stat(self, follow_symlinks: bool) -> None:
            raise FileNotFoundError(2, "No such file or directory")

    class Listing(list[Gone]):
        def __enter__(self) -> Listing:
            return self

        def __exit__(self, *error: object) -> None:
            return None

    monkeypatch.setattr(os, "scandir", lambda folder: Listing([Gone()]))
    with pytest.raises(PleasingError) as caught:
        folder(tmp_path)
    assert str(caught.value) == "cannot read gone in app.pex: No such file or directory"
