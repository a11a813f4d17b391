"""Makes PEX files as Please lays them out, and zips of libraries, whose compressed bytes are copied, in an action."""

from __future__ import annotations

import argparse
import sys
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

sys.path[0] = str(Path(__file__).resolve().parent.parent.parent)

# ruff: noqa: E402 - the path above has to be set first
from tools.archive.reader import ArchiveReader
from tools.archive.writer import Entry, write_archive
from tools.command import run
from tools.errors import PleasingError

_STUB = '''"""Starts this PEX. The embedded engine of pleasing wrote it, in place of Please's own bootstrap."""
import os, runpy, sys, tempfile, zipfile
with tempfile.TemporaryDirectory() as folder:
    with zipfile.ZipFile(os.path.dirname(__file__)) as pex:
        pex.extractall(folder)
    sys.path[:1] = [folder, os.path.join(folder, {folder!r})]
    runpy.run_path(os.path.join(folder, {main!r}), run_name="__main__")
'''


def main() -> int:
    """Write the file that the command line asks for."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--main", help="write a PEX that runs this file, and not a library's zip")
    parser.add_argument("--module-dir", default="", help="package of the third-party code in the PEX")
    parser.add_argument("folder", type=Path, help="the folder of the files")
    return run(parser, None, _write, lambda options: str(options.out.name))


def _write(options: argparse.Namespace) -> None:
    entries = _unique(_entries(options.folder, merge=bool(options.main)))
    with options.out.open("wb") as out:
        if options.main:
            stub = _STUB.format(main=options.main, folder=options.module_dir.replace(".", "/"))
            inits = missing_inits(entry.name for entry in entries)
            added = {"__main__.py": stub.encode(), ".bootstrap/stub": b"", **dict.fromkeys(inits, b"")}
            entries += [Entry(name, data, False) for name, data in added.items()]
            out.write(b"#!/usr/bin/env python3\n")
        write_archive(out, entries)


def _entries(folder: Path, merge: bool) -> Iterator[Entry]:
    for path in sorted(file for file in folder.rglob("*") if file.is_file()):
        name = path.relative_to(folder).as_posix()
        if not name.endswith((".pex.zip", ".whl")):
            yield Entry(name, path.read_bytes(), bool(path.stat().st_mode & 0o100))
        elif merge:
            yield from (Entry(each.name, each, each.executable) for each in ArchiveReader(path, name).members)


def _unique(entries: Iterable[Entry]) -> list[Entry]:
    """Return each file once: what a library's zip holds may lie beside it as well."""
    found: dict[str, Entry] = {}
    for entry in entries:
        contents = [each.content for each in (found.setdefault(entry.name, entry), entry)]
        if len({zlib.crc32(each) if isinstance(each, bytes) else each.crc for each in contents}) > 1:
            raise PleasingError(f"two files of the PEX have one name and different bytes: {entry.name}")
    return list(found.values())


def missing_inits(names: Iterable[str]) -> list[str]:
    """Return the `__init__.py` that make packages of the folders of these files, as Please adds them."""
    known = set(names)
    passed_over = {".", *(name.partition(".")[0] for name in known if name.endswith(".so"))}
    added = []
    for name in sorted(known):
        for folder in map(str, PurePosixPath(name).parents):
            taken = {folder + ".py", *(f"{folder}/__init__.py{suffix}" for suffix in ("", "c", "o", "i"))}
            if folder in passed_over or folder.endswith("__pycache__") or not known.isdisjoint(taken):
                break
            known.add(f"{folder}/__init__.py")
            added.append(f"{folder}/__init__.py")
    return added


if __name__ == "__main__":
    sys.exit(main())
