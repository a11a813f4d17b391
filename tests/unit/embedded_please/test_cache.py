"""Tests of the cache."""

from __future__ import annotations

import json
import os
from pathlib import Path

from tools.embedded_please.cache import Cache, Hashes, Record, copy, link, replace


def test_a_file_is_read_again_only_if_it_changed(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("one")
    first = Hashes({})
    known = first.of(str(path))
    stamps = {name: [*stamp[:3], "known"] for name, stamp in first.stamps.items()}
    assert Hashes(stamps).of(str(path)) == "known"
    path.write_text("two")
    os.utime(path, ns=(1, 1))
    assert Hashes(stamps).of(str(path)) not in ("known", known)


def test_folders_links_and_programs(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a").write_text("x")
    seen = {Hashes({}).of(str(folder))}
    (folder / "a").chmod(0o755)
    seen.add(Hashes({}).of(str(folder)))
    (folder / "a").rename(folder / "b")
    seen.add(Hashes({}).of(str(folder)))
    (folder / "link").symlink_to("b")
    seen.add(Hashes({}).of(str(folder)))
    assert len(seen) == 4
    assert Hashes({}).of(str(folder / "link")) == "link:b"


def test_state_survives(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    (tmp_path / "file").write_text("x")
    cache.hashes.of(str(tmp_path / "file"))
    cache.records["//:a"] = Record("key", ["a"], ["a.log"], {"a": "1", "a.log": "2"}, "said")
    cache.save()
    again = Cache(tmp_path)
    assert again.records["//:a"].values() == cache.records["//:a"].values()
    assert again.hashes.merged() == cache.hashes.merged()


def test_state_of_another_format_is_left_alone(tmp_path: Path) -> None:
    state = tmp_path / "plz-out/embedded/state.json"
    state.parent.mkdir(parents=True)
    for text in ("no json", json.dumps({"format": -1, "records": {"//:a": []}})):
        state.write_text(text)
        assert Cache(tmp_path).records == {}


def test_stored_outputs_come_back(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    out = tmp_path / "out"
    (out / "folder").mkdir(parents=True)
    (out / "folder" / "file").write_text("x")
    (out / "log").write_text("y")
    record = Record("abcd", ["folder"], ["log"], {}, "")
    cache.store(record, out)
    (out / "folder" / "file").unlink()
    (out / "log").unlink()
    restored = cache.restore("abcd", out)
    assert restored is not None
    assert restored.values() == record.values()
    assert (out / "folder" / "file").read_text() == "x"
    assert cache.restore("other", out) is None


def test_links_and_copies(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "file").write_text("x")
    (source / "link").symlink_to("file")
    link(source, tmp_path / "linked")
    copy(source, tmp_path / "copied")
    (tmp_path / "copied" / "file").write_text("changed")
    assert (source / "file").read_text() == "x"
    assert (tmp_path / "linked" / "file").samefile(source / "file")
    assert os.readlink(tmp_path / "linked" / "link") == "file"
    replace(source / "file", tmp_path / "copied")
    assert (tmp_path / "copied").read_text() == "x"
