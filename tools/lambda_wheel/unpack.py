"""Unpack: from a wheel to a zip of its files where a PEX has them.

`installer` knows what a wheel's parts mean; this says where they go:

- `purelib` and `platlib` (and what is in no `.data` folder), and `data`: the module directory, as `pip
  install --target` has it;
- `scripts`: `bin` in it, with `#!python` made to start any Python;
- `headers`: nowhere, as nothing compiles there;
- entry points: no launchers, as neither a PEX nor a function has a command line for them; `entry_points.txt`
  stays.
"""

from __future__ import annotations

import base64
import configparser
import csv
import hashlib
import io
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal, Optional, Union

from installer import install
from installer.destinations import WheelDestination
from installer.exceptions import InstallerError
from installer.records import RecordEntry

from tools.archive.member import Member
from tools.archive.output import Outputs
from tools.archive.writer import Entry, write_archive
from tools.errors import PleasingError
from tools.lambda_wheel.treat import Treating, treat
from tools.lambda_wheel.wheel import MemberStream, Wheel
from tools.wheel_notes import IMPORT_INDEX_FILE, NATIVE_FACTS_FILE, NOTES, SLIM_NOTE_FILE
from tools.wheel_notes.unavailable import FOLDER, is_note, parse_unavailable

if TYPE_CHECKING:
    import os

    from installer.utils import Scheme

_SHEBANG = re.compile(rb"#!pythonw?(?=[\s])")
_MAX_NOTE = 1 << 20


def unpack(
    wheel: Path,
    prefix: str,
    output: Path,
    label: str,
    with_facts: bool = False,
    treating: Optional[Treating] = None,
) -> None:
    """Write the zip.

    Args:
        wheel: The wheel; an empty file for one that is not wanted on its platform; or the note of an unavailable one.
        prefix: Folder in the zip, with slashes; empty for its root.
        output: The zip to write.
        label: How messages call the wheel.
        with_facts: Whether what the native files need is written beside their distribution's metadata, so that
            whoever packs them need not inflate them: see `tools.wheel_notes.native_facts`.
        treating: What is done to the files; None for nothing.

    Raises:
        PleasingError: The wheel is damaged, hostile, or not what its RECORD says.
    """
    prefix = prefix.strip("/")
    with Outputs() as outputs:
        file = outputs.open(output)
        start = _start(wheel, label)
        if not start:
            write_archive(file, [])
        elif is_note(start):
            unavailable = parse_unavailable(start, label)
            name = "/".join(filter(None, [prefix, FOLDER, f"{unavailable.name}-{unavailable.version}.json"]))
            write_archive(file, [Entry(name, unavailable.to_json(), False)])
        else:
            source = Wheel(wheel, label)
            try:
                write_archive(file, _entries(source, prefix, with_facts, treating))
            finally:
                source.close()
        outputs.commit()


def _start(wheel: Path, label: str) -> bytes:
    """Return a small file's bytes, and a larger one's first."""
    try:
        with wheel.open("rb") as file:
            start = file.read(_MAX_NOTE)
    except OSError as error:
        raise PleasingError(f"cannot read {label}: {error.strerror}") from error
    if start[:2] not in (b"", b'{"', b"PK"):
        # A program before the archive is what a PEX may have, and a wheel never does.
        raise PleasingError(
            f"{label} is not a wheel: it begins with {start[:4]!r}, not as a zip archive does"
        )
    return start


def _entries(source: Wheel, prefix: str, with_facts: bool, treating: Optional[Treating]) -> Iterable[Entry]:
    source.validate_record()
    destination = _Destination(source.label)
    try:
        source.check_entry_points()
        install(source, destination, {})
    except (InstallerError, configparser.Error, AssertionError, ValueError, KeyError) as error:
        raise PleasingError(
            f"{source.label} is not a wheel that can be unpacked: {error or repr(error)}"
        ) from error
    _check_notes(destination.entries, source)
    if with_facts:
        destination.add_slim_note(source.dist_info_dir)
        destination.add_import_index(source.dist_info_dir)
        destination.add_facts(source.dist_info_dir, f"{source.distribution} {source.version}")
    entries = list(destination.entries.values())
    if treating is not None:
        entries = treat(entries, source.dist_info_dir, treating)
    start = f"{prefix}/" if prefix else ""
    return [entry._replace(name=start + entry.name) for entry in entries]


def _check_notes(names: Iterable[str], source: Wheel) -> None:
    """Check that a wheel does not bring what only this tool may write, as it would be believed."""
    notes = {f"{source.dist_info_dir}/{name}" for name in NOTES}
    problems = [
        f"{source.label} has a file {name}, which is the name of a note of lambda_wheel's; no wheel may bring one"
        for name in sorted(names)
        if name.split("/", 1)[0] == FOLDER or name in notes
    ]
    if problems:
        raise PleasingError(problems)


class _Destination(WheelDestination):
    """Where `installer` puts a wheel's files: entries of a zip.

    Attributes:
        entries: The entries by their names.
    """

    def __init__(self, label: str) -> None:
        self._label = label
        # Hash and size of each entry, as RECORD has them.
        self._recorded: dict[str, tuple[str, int]] = {}
        self.entries: dict[str, Entry] = {}

    def write_script(
        self, name: str, module: str, attr: str, section: Literal["console", "gui"]
    ) -> RecordEntry:
        """Write no launcher.

        Args:
            name: The command's name.
            module: The module that it is in.
            attr: The function that it is.
            section: Whether it has a window.
        """
        return RecordEntry(f"bin/{name}", None, None)

    def write_file(
        self, scheme: Scheme, path: Union[str, os.PathLike[str]], stream: BinaryIO, is_executable: bool
    ) -> RecordEntry:
        """Take a file where its part of the wheel goes.

        Args:
            scheme: The part: `purelib`, `scripts`, ...
            path: Where it is in that part.
            stream: Its bytes.
            is_executable: Whether it may be run.
        """
        assert isinstance(stream, MemberStream)
        name = str(path)
        if scheme == "scripts":
            text = stream.member.read()
            if _SHEBANG.match(text):
                self._add_bytes(f"bin/{name}", _SHEBANG.sub(b"#!/usr/bin/env python3", text, count=1), True)
            else:
                self._add(f"bin/{name}", stream.member, True, stream.digest, stream.member.size)
        elif scheme != "headers":
            self._add(name, stream.member, is_executable, stream.digest, stream.member.size)
        return RecordEntry(name, None, None)

    def finalize_installation(
        self, scheme: Scheme, record_file_path: str, records: Iterable[tuple[Scheme, RecordEntry]]
    ) -> None:
        """Write RECORD: of what is in the zip, and not of what the wheel had.

        Args:
            scheme: The part of the wheel that its root is.
            record_file_path: RECORD's name.
            records: What `installer` knows was written.
        """
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerows((name, *self._recorded[name]) for name in sorted(self._recorded))
        writer.writerow((record_file_path, "", ""))
        self.entries[record_file_path] = Entry(record_file_path, text.getvalue().encode("utf-8"), False)

    def add_facts(self, folder: str, distribution: str) -> None:
        """Add what the native files among the entries need, if there are any.

        Args:
            folder: The folder of the distribution's metadata.
            distribution: How messages call it.
        """
        from tools.lambda_wheel.binaries import read_binaries
        from tools.wheel_notes.native_facts import Fact, dump_facts

        names = {id(entry.content): entry.name for entry in self.entries.values()}
        members = [entry.content for entry in self.entries.values() if isinstance(entry.content, Member)]
        facts = [
            Fact(names[id(member)], member.crc, member.size, file.kind, file.elf, file.unreadable)
            for member, file in read_binaries(members, distribution)
        ]
        if facts:
            self.entries[f"{folder}/{NATIVE_FACTS_FILE}"] = Entry(
                f"{folder}/{NATIVE_FACTS_FILE}", dump_facts(facts), False
            )

    def add_import_index(self, folder: str) -> None:
        """Add what the modules among the entries import, and what the distribution requires.

        Args:
            folder: The folder of the distribution's metadata.
        """
        from tools.wheel_notes.import_index import ImportIndex, dump_index, index_imports
        from tools.wheel_notes.requires import read_requires

        sources = {}
        metadata = b""
        for name, entry in self.entries.items():
            if isinstance(entry.content, Member):
                if name.endswith(".py"):
                    sources[name] = (entry.content.read(), entry.content.crc)
                elif name == f"{folder}/METADATA":
                    metadata = entry.content.read()
        index = ImportIndex(index_imports(sources, self.entries), list(read_requires(metadata)))
        name = f"{folder}/{IMPORT_INDEX_FILE}"
        self.entries[name] = Entry(name, dump_index(index), False)

    def add_slim_note(self, folder: str) -> None:
        """Add what the modules among the entries say of files that slimming may leave out.

        Args:
            folder: The folder of the distribution's metadata.
        """
        from tools.slim.note import dump_note, note_of

        def chunks(name: str) -> Iterable[bytes]:
            content = self.entries[name].content
            if isinstance(content, Member):
                return content.source.chunks(content)
            assert isinstance(content, bytes)
            return (content,)

        entry_points = f"{folder}/entry_points.txt"
        named = b"".join(chunks(entry_points)) if entry_points in self.entries else b""
        note = note_of(sorted(self.entries), chunks, named)
        name = f"{folder}/{SLIM_NOTE_FILE}"
        self.entries[name] = Entry(name, dump_note(note), False)

    def _add_bytes(self, name: str, data: bytes, executable: bool) -> None:
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
        self._add(name, data, executable, f"sha256={digest}", len(data))

    def _add(
        self, name: str, content: Union[Member, bytes], executable: bool, digest: str, size: int
    ) -> None:
        before = self._recorded.setdefault(name, (digest, size))
        if before != (digest, size):
            raise PleasingError(
                f"{self._label} has two files that are unpacked to {name}, with different contents"
            )
        self.entries[name] = Entry(name, content, executable)
