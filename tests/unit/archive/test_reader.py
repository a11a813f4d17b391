from __future__ import annotations

import io
import os
import random
import re
import struct
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any, Optional, Union

import pytest

from tests.builders.pex import PROGRAM, SCRIPT
from tests.builders.raw_zip import (
    CENTRAL,
    DEFLATED,
    DESCRIPTOR,
    MAX_16,
    MAX_32,
    STORED,
    UT,
    UTF8,
    RawMember,
    RawZip,
    deflate,
    extra_field,
    zip64_field,
)
from tools.archive.reader import ArchiveReader
from tools.errors import PleasingError

DAMAGED = "; the archive is damaged or made to mislead"
TEXT = b"the same words again, " * 20
CRC = zlib.crc32(TEXT)
COMPRESSED = len(deflate(TEXT))


def one(name: Union[str, bytes] = "a.txt", data: bytes = TEXT, **options: Any) -> RawZip:
    return RawZip().add(name, data, **options)


class Reader:
    """Reads archives in one folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "app.pex"

    def open(self, archive: Union[RawZip, bytes]) -> ArchiveReader:
        self.path.write_bytes(archive if isinstance(archive, bytes) else archive.build())
        return ArchiveReader(self.path, "app.pex", "PEX")

    def contents(self, archive: Union[RawZip, bytes]) -> dict[str, bytes]:
        opened = self.open(archive)
        try:
            return {member.name: member.read() for member in opened.members}
        finally:
            opened.close()

    def problems(self, archive: Union[RawZip, bytes]) -> tuple[str, ...]:
        """Return the problems with the structure."""
        try:
            self.open(archive).close()
        except PleasingError as error:
            return error.problems
        return ()

    def damage(self, archive: Union[RawZip, bytes]) -> str:
        """Return the problem with the contents, of an archive whose structure is good."""
        opened = self.open(archive)
        try:
            for member in opened.members:
                for _ in opened.chunks(member):
                    pass
        except PleasingError as error:
            return str(error)
        finally:
            opened.close()
        return ""


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(tmp_path)


# Good ones


def test_members_are_read_with_names_modes_and_bytes(reader: Reader) -> None:
    archive = one().add("dir/", mode=0o040755, method=STORED).add("dir/b", b"b", method=STORED, mode=0o100755)
    archive.add("é/ß.txt", b"c").add("link", b"a.txt", mode=0o120777).add("empty", b"")
    assert reader.contents(archive) == {
        "a.txt": TEXT,
        "dir/b": b"b",
        "é/ß.txt": b"c",
        "link": b"a.txt",
        "empty": b"",
    }
    opened = reader.open(archive)
    assert [member.name for member in opened.members if member.executable] == ["dir/b", "link"]
    assert [member.name for member in opened.members if member.link] == ["link"]
    assert opened.describe(opened.members[0]) == "a.txt in app.pex"
    assert repr(opened.members[0]) == "Member('a.txt', 440 bytes)"
    opened.close()
    opened.close()


def test_an_archive_of_nothing_is_read(reader: Reader) -> None:
    assert reader.contents(RawZip()) == {}
    assert reader.contents(RawZip(prefix=SCRIPT)) == {}


@pytest.mark.parametrize(
    "prefix", [PROGRAM, SCRIPT, b"\xcf\xfa\xed\xfe" + bytes(3000), b"#!" + b"x" * 2_000_000 + b"\n"]
)
def test_a_program_may_stand_before_the_archive(reader: Reader, prefix: bytes) -> None:
    archive = one()
    archive.prefix = prefix
    assert reader.contents(archive) == {"a.txt": TEXT}


@pytest.mark.parametrize("size", [4, 8])
@pytest.mark.parametrize("signature", [True, False])
@pytest.mark.parametrize("method", [STORED, DEFLATED])
def test_data_descriptors_of_all_four_forms_are_read(
    reader: Reader, size: int, signature: bool, method: int
) -> None:
    archive = one(descriptor=size, descriptor_signature=signature, method=method)
    archive.add("b", b"b", descriptor=size, descriptor_signature=signature)
    assert reader.contents(archive) == {"a.txt": TEXT, "b": b"b"}


def test_a_descriptor_may_repeat_what_the_local_header_says(reader: Reader) -> None:
    archive = one(descriptor=4, local={"crc": CRC, "compressed": COMPRESSED, "size": len(TEXT)})
    assert reader.contents(archive) == {"a.txt": TEXT}


def test_a_wide_descriptor_may_be_announced_by_the_directory_alone(reader: Reader) -> None:
    # As Go and Java write a member of more than 4 GiB, whose size they know too late for its local header.
    archive = one(
        descriptor=8,
        descriptor_announced=False,
        central={"size": MAX_32, "compressed": MAX_32},
        central_extra=zip64_field(len(TEXT), COMPRESSED),
    )
    assert reader.contents(archive) == {"a.txt": TEXT}


@pytest.mark.parametrize("level", [1 << 1, 1 << 2, 3 << 1])
def test_headers_may_differ_in_the_compression_level(reader: Reader, level: int) -> None:
    assert reader.contents(one(local={"flags": level})) == {"a.txt": TEXT}


def test_a_version_may_be_any_up_to_that_of_zip64(reader: Reader) -> None:
    assert reader.contents(one(central={"version": 45}, local={"version": 10})) == {"a.txt": TEXT}


def test_a_comment_is_read_over(reader: Reader) -> None:
    archive = one(comment=b"of a member")
    archive.comment = b"of the archive" * 4000
    assert reader.contents(archive) == {"a.txt": TEXT}


def test_zip64_records_and_fields_are_read(reader: Reader) -> None:
    archive = one(
        central={"compressed": MAX_32, "size": MAX_32, "offset": MAX_32, "disk": MAX_16},
        central_extra=UT + extra_field(1, struct.pack("<3QL", len(TEXT), COMPRESSED, 0, 0)),
        local={"compressed": MAX_32, "size": MAX_32},
        local_extra=zip64_field(len(TEXT), COMPRESSED) + UT,
    )
    archive.zip64 = True
    assert reader.contents(archive) == {"a.txt": TEXT}


def test_zip64_end_records_may_repeat_what_is_not_too_large(reader: Reader) -> None:
    archive = one()
    archive.zip64 = True
    archive.end = {"count": 1, "here": 1, "disk": MAX_16, "first_disk": MAX_16}
    assert reader.contents(archive) == {"a.txt": TEXT}


def test_what_arcat_makes_of_a_large_member_is_read(reader: Reader) -> None:
    # Go's writer puts the offset into each field, needed or not, and copies the central field into the local header;
    # each copy keeps the field that was there, with an offset of long ago.
    stale, fresh = zip64_field(len(TEXT), COMPRESSED, 999), zip64_field(len(TEXT), COMPRESSED, 0)
    archive = one(
        central={"compressed": MAX_32, "size": MAX_32},
        central_extra=UT + stale + fresh,
        local={"size": MAX_32},
        local_extra=UT + stale,
    )
    assert reader.contents(archive) == {"a.txt": TEXT}


def test_a_streamed_zip64_local_header_of_zeros_is_read(reader: Reader) -> None:
    archive = one(descriptor=8, local={"compressed": MAX_32, "size": MAX_32}, local_extra=zip64_field(0, 0))
    assert reader.contents(archive) == {"a.txt": TEXT}


def test_time_stamps_that_arcat_repeats_are_read_over(reader: Reader) -> None:
    archive = RawZip().add(
        "dir/", mode=0, made_by=20, method=STORED, local_extra=UT * 3, central_extra=UT * 3
    )
    assert reader.contents(archive.add("dir/a", b"a")) == {"dir/a": b"a"}


def test_a_compressed_folder_is_read_over(reader: Reader) -> None:
    assert reader.contents(one().add("dir/", mode=0o040755)) == {"a.txt": TEXT}


def test_a_folder_may_be_there_twice(reader: Reader) -> None:
    assert reader.contents(one().add("d/", mode=0, method=STORED).add("d/", mode=0, method=STORED)) == {
        "a.txt": TEXT
    }


def test_a_long_name_before_many_bytes_is_read(reader: Reader) -> None:
    name = "/".join(["folder" * 30] * 20)
    data = random.Random(1).randbytes(100_000)
    assert reader.contents(RawZip().add(name, data).add("b" + name, data)) == {name: data, "b" + name: data}


def test_modes_of_other_systems_are_not_read(reader: Reader) -> None:
    opened = reader.open(one(made_by=20, mode=0o100755))
    assert [member.executable for member in opened.members] == [False]
    opened.close()


def test_a_directory_is_read_piece_by_piece(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.archive.directory._PIECE", 100)
    monkeypatch.setattr("tools.archive.directory._MAX_ENTRY", 90)
    archive = RawZip()
    for number in range(50):
        archive.add(f"{number}.txt", b"%d" % number)
    assert reader.contents(archive) == {f"{number}.txt": b"%d" % number for number in range(50)}
    archive.end = {"count": 49, "here": 49}
    assert reader.problems(archive) == (
        "app.pex: the central directory has 52 bytes more than its 49 members take; the archive is damaged",
    )


# No archive at all


def test_an_empty_file_is_refused(reader: Reader) -> None:
    assert reader.problems(b"") == ("app.pex is empty, not a PEX",)


def test_something_else_is_refused(reader: Reader) -> None:
    assert reader.problems(b"hello, world" * 10) == ("app.pex is not a PEX: it has no zip archive in it",)


@pytest.mark.parametrize("head", [b"PK\x03\x04", b"\x7fELF", b"#!/bin/sh\n"])
def test_a_truncated_archive_is_told_by_its_head(reader: Reader, head: bytes) -> None:
    assert reader.problems(head + bytes(96)) == (
        f"app.pex has no zip end record in its {len(head) + 96} bytes: it is truncated, or not a PEX",
    )


def test_it_is_refused_truncated_at_any_byte(reader: Reader) -> None:
    for archive in (one().add("b", b"b", descriptor=4), one(method=STORED)):
        archive.prefix = SCRIPT
        data = archive.build()
        for length in range(len(data)):
            assert reader.problems(data[:length]), length


def test_what_is_missing_at_the_front_is_told(reader: Reader) -> None:
    assert reader.problems(one().build()[10:]) == (
        f"app.pex says that its central directory is at byte {30 + 5 + COMPRESSED}, but it is at "
        f"{30 + 5 + COMPRESSED - 10}: bytes were put before or into the archive, or cut from it",
    )


def test_what_is_missing_of_nearly_all_is_told(reader: Reader) -> None:
    assert reader.problems(b"PK" + one().build()[-40:]) == (
        f"app.pex is truncated or damaged: a central directory of 51 bytes at byte {30 + 5 + COMPRESSED} does not fit "
        "before its end at 20",
    )


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(PleasingError, match=re.escape("cannot read app.pex: No such file or directory")):
        ArchiveReader(tmp_path / "app.pex", "app.pex")


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(PleasingError, match=r"^pipe is neither a file nor a folder; hand over a PEX$"):
        ArchiveReader(tmp_path / "pipe", "pipe", "PEX")


# Before, between, behind


def test_appended_data_is_refused(reader: Reader) -> None:
    archive = one()
    archive.suffix = b"more"
    assert reader.problems(archive) == (
        "app.pex has 4 bytes after its end; nothing may follow a zip's end record",
    )


def test_a_truncated_comment_is_refused(reader: Reader) -> None:
    archive = one()
    archive.comment = b"comment"
    assert reader.problems(archive.build()[:-3]) == (
        "app.pex is truncated: its comment has 7 bytes, 4 are there",
    )


def test_two_end_records_are_refused(reader: Reader) -> None:
    message = ("app.pex has a comment that holds another end record, so two readers could read two archives",)
    archive = one()
    archive.comment = RawZip().build()
    assert reader.problems(archive) == message
    # zipfile takes the last signature, whatever the length of its comment.
    archive.comment = b"PK\x05\x06" + bytes(16) + b"\xff\xff"
    assert reader.problems(archive) == message
    archive.comment = b"...PK\x05\x06"
    assert reader.problems(archive) == message


def test_a_member_that_holds_an_end_record_is_refused_where_it_could_count(reader: Reader) -> None:
    record = b"PK\x05\x06" + bytes(16)
    archive = one(data=record + b"\x00\x00", method=STORED)
    length = len(archive.build()) - (30 + 5 + 22)
    good = one(data=record + b"\x01\x00", method=STORED)
    assert reader.contents(good)["a.txt"][:4] == b"PK\x05\x06"
    bad = one(data=record + struct.pack("<H", length), method=STORED)
    assert reader.problems(bad) == (
        "app.pex has a comment that holds another end record, so two readers could read two archives",
    )


def test_prefixed_data_is_refused(reader: Reader) -> None:
    archive = one()
    archive.prefix = b"hello"
    assert reader.problems(archive) == (
        "app.pex begins with 5 bytes that are neither a program nor a script: a PEX begins with one of these, and any "
        "other archive with its first member",
    )


def test_bytes_before_the_archive_that_it_does_not_know_of_are_refused(reader: Reader) -> None:
    archive = one()
    assert reader.problems(SCRIPT + archive.build()) == (
        f"app.pex says that its central directory is at byte {30 + 5 + COMPRESSED}, but it is at "
        f"{30 + 5 + COMPRESSED + len(SCRIPT)}: bytes were put before or into the archive, or cut from it",
    )


def test_bytes_between_members_are_refused(reader: Reader) -> None:
    archive = one(after=b"hidden").add("b", b"b")
    assert reader.problems(archive) == (
        f"app.pex: 6 bytes before 'b', at byte {30 + 5 + COMPRESSED}, belong to no member of the central directory; "
        "another reader could find a file there",
    )


def test_bytes_before_the_directory_are_refused(reader: Reader) -> None:
    archive = one()
    archive.before_directory = b"hidden"
    assert reader.problems(archive) == ("app.pex: 6 bytes before the central directory belong to no member",)


def test_bytes_after_the_directory_are_refused(reader: Reader) -> None:
    archive = one()
    archive.after_directory = b"hidden"
    at = 30 + 5 + COMPRESSED
    assert reader.problems(archive) == (
        f"app.pex says that its central directory is at byte {at}, but it is at {at + 6}: bytes were put before or "
        "into the archive, or cut from it",
    )
    archive.end = {"size": 51 + 6}
    assert reader.problems(archive) == (
        "app.pex: the central directory has 6 bytes more than its 1 members take; the archive is damaged",
    )


def test_a_member_that_only_the_file_has_is_refused(reader: Reader) -> None:
    archive = one().add("hidden", b"h", in_directory=False).add("c", b"c")
    at = 30 + 5 + COMPRESSED
    assert reader.problems(archive) == (
        f"app.pex: 39 bytes before 'c', at byte {at}, belong to no member of the central directory; another reader "
        "could find a file there",
    )
    archive = one().add("hidden", b"h", in_directory=False)
    assert reader.problems(archive) == ("app.pex: 39 bytes before the central directory belong to no member",)


def test_a_member_that_only_the_directory_has_is_refused(reader: Reader) -> None:
    archive = one().add("ghost", b"g", in_file=False)
    assert reader.problems(archive) == (
        f"app.pex: 'ghost': no local header at byte {30 + 5 + COMPRESSED}; the archive is damaged",
    )


# Lies of the end records


@pytest.mark.parametrize(
    ("end", "problem"),
    [
        (
            {"count": 0, "here": 0},
            ": the central directory has 51 bytes more than its 0 members take; the archive is damaged",
        ),
        (
            {"count": 2, "here": 2},
            ": the central directory has 1 members, but the end record says 2; the archive is damaged",
        ),
        ({"here": 2}, " is one part of an archive in several parts; those are not read"),
        ({"here": MAX_16}, " is one part of an archive in several parts; those are not read"),
        ({"disk": 1}, " is one part of an archive in several parts; those are not read"),
        ({"first_disk": MAX_16}, " is one part of an archive in several parts; those are not read"),
        (
            {"size": 50},
            " says that its central directory is at byte 62, but it is at 63: bytes were put before or into the "
            "archive, or cut from it",
        ),
        (
            {"offset": 61},
            " says that its central directory is at byte 61, but it is at 62: bytes were put before or into the "
            "archive, or cut from it",
        ),
        (
            {"offset": 1 << 31},
            " is truncated or damaged: a central directory of 51 bytes at byte 2147483648 does not fit "
            "before its end at 113",
        ),
        ({"size": MAX_32}, " says that it is a zip64 archive, but has no zip64 end record"),
        ({"offset": MAX_32}, " says that it is a zip64 archive, but has no zip64 end record"),
        (
            {"size": 20, "offset": 93},
            ": the central directory has 0 members, but the end record says 1; the archive is damaged",
        ),
    ],
)
def test_a_lie_in_the_end_record_is_refused(reader: Reader, end: dict[str, int], problem: str) -> None:
    archive = one(data=b"x" * 27, method=STORED)
    archive.end = end
    assert reader.problems(archive) == ("app.pex" + problem,)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"end64": {"record_size": 45}}, "has a zip64 end record that declares 45 bytes, expected 44"),
        ({"end64": {"disk": 1}}, "is one part of an archive in several parts; those are not read"),
        ({"end64": {"first_disk": 1}}, "is one part of an archive in several parts; those are not read"),
        ({"end64": {"here": 2}}, "is one part of an archive in several parts; those are not read"),
        ({"locator": {"disk": 1}}, "is one part of an archive in several parts; those are not read"),
        ({"locator": {"disks": 2}}, "is one part of an archive in several parts; those are not read"),
        (
            {"locator": {"offset": 112}},
            "has a zip64 locator that points to byte 112; its record can only be at 113",
        ),
        (
            {"end64": {"signature": b"PK\x06\x09"}},
            "has no zip64 end record at byte 113, where its locator points to",
        ),
        (
            {"end64": {"extra": b"data"}},
            "has a zip64 locator that points to byte 113; its record can only be at 117",
        ),
        (
            {"end": {"count": 2, "here": 2}},
            "contradicts itself: its number of members is 2 in the end record, 1 in zip64's",
        ),
        (
            {"end": {"size": 50}},
            "contradicts itself: its directory size is 50 in the end record, 51 in zip64's",
        ),
        (
            {"end": {"offset": 61}},
            "contradicts itself: its directory offset is 61 in the end record, 62 in zip64's",
        ),
        ({"end": {"disk": 1}}, "is one part of an archive in several parts; those are not read"),
        (
            {"end64": {"count": 1 << 63, "here": 1 << 63}},
            ": the central directory has 1 members, but the end record says "
            "9223372036854775808; the archive is damaged",
        ),
        (
            {"end64": {"size": 1 << 63}},
            "is truncated or damaged: a central directory of 9223372036854775808 bytes at byte 62 "
            "does not fit before its end at 113",
        ),
        (
            {"end64": {"version": 62}},
            "has a zip64 end record that needs version 62 of a reader; at most 45 can be read everywhere",
        ),
        (
            {"end": {"count": 1, "here": 1, "size": 51, "offset": 62}},
            "has a zip64 end record that nothing in its end record refers to; some readers would read it, and others "
            "would not",
        ),
        ({"before_end": b"data"}, "says that it is a zip64 archive, but has no zip64 end record"),
    ],
)
def test_a_lie_in_the_zip64_end_records_is_refused(
    reader: Reader, fields: dict[str, Any], problem: str
) -> None:
    archive = one(data=b"x" * 27, method=STORED)
    archive.zip64 = True
    for name, value in fields.items():
        setattr(archive, name, value)
    assert reader.problems(archive) == (f"app.pex {problem}".replace(" :", ":"),)


# Lies of members


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (
            {"central": {"name": b"b.txt"}},
            "'b.txt': its local header has another name than the central directory" + DAMAGED,
        ),
        (
            {"local": {"name": b"a.tx", "name_size": 4}},
            "'a.txt': its local header has another name than the central directory" + DAMAGED,
        ),
        (
            {"local": {"method": STORED}},
            "'a.txt': its local header has another method or other flags than the central directory"
            + DAMAGED,
        ),
        (
            {"local": {"flags": UTF8}},
            "'a.txt': its local header has another method or other flags than the central directory"
            + DAMAGED,
        ),
        (
            {"local": {"flags": DESCRIPTOR}},
            "'a.txt': its local header has another method or other flags than the central "
            "directory" + DAMAGED,
        ),
        (
            {"local": {"flags": 1}},
            "'a.txt': its local header has another method or other flags than the central directory"
            + DAMAGED,
        ),
        (
            {"local": {"flags": 1 << 12}},
            "'a.txt': its local header has another method or other flags than the central directory"
            + DAMAGED,
        ),
        (
            {"central": {"version": 46}},
            "'a.txt': it needs version 46 of a reader; what can be unpacked everywhere needs at most 45. Pack it with "
            "another tool",
        ),
        (
            {"local": {"version": 63}},
            "'a.txt': it needs version 63 of a reader; what can be unpacked everywhere needs at most 45. Pack it with "
            "another tool" + DAMAGED,
        ),
        (
            {"local": {"crc": 1}},
            "'a.txt': its local header contradicts the central directory on its size or CRC-32" + DAMAGED,
        ),
        (
            {"central": {"crc": 1}},
            "'a.txt': its local header contradicts the central directory on its size or CRC-32" + DAMAGED,
        ),
        (
            {"local": {"size": 1}},
            "'a.txt': its local header contradicts the central directory on its size or CRC-32" + DAMAGED,
        ),
        (
            {"local": {"compressed": 1}},
            "'a.txt': its local header contradicts the central directory on its size or CRC-32" + DAMAGED,
        ),
        (
            {"local": {"signature": b"PK\x03\x05"}},
            "'a.txt': no local header at byte 0; the archive is damaged",
        ),
        (
            {"central": {"compressed": COMPRESSED + 1}},
            f"'a.txt': its bytes overlap those of another member, or the directory, at "
            f"byte {35 + COMPRESSED}" + DAMAGED,
        ),
        (
            {"local": {"extra_size": MAX_16}},
            f"'a.txt': its bytes overlap those of another member, or the directory, at byte "
            f"{35 + COMPRESSED}" + DAMAGED,
        ),
        (
            {"central": {"signature": b"PK\x01\x03"}},
            "the central directory has 0 members, but the end record says 1; the archive is damaged",
        ),
        (
            {"central": {"name_size": 6}},
            "the central directory ends inside of a member; the archive is damaged",
        ),
        (
            {"central": {"extra_size": 1}},
            "the central directory ends inside of a member; the archive is damaged",
        ),
        (
            {"central": {"comment_size": 1}},
            "the central directory ends inside of a member; the archive is damaged",
        ),
        (
            {"central": {"disk": 1}},
            "'a.txt': it is in another part of an archive in several parts; those are not read",
        ),
        ({"flags": 1}, "'a.txt': it is encrypted, or a patch; Lambda could not read it"),
        ({"flags": 1 << 5}, "'a.txt': it is encrypted, or a patch; Lambda could not read it"),
        ({"flags": 1 << 6}, "'a.txt': it is encrypted, or a patch; Lambda could not read it"),
        ({"flags": 1 << 13}, "'a.txt': it is encrypted, or a patch; Lambda could not read it"),
        (
            {"central_extra": extra_field(0x9901, bytes(7))},
            "'a.txt': it is encrypted; Lambda could not read it" + DAMAGED,
        ),
        (
            {"method": 93, "payload": b"zstd"},
            "'a.txt': its compression method is 93; only 0 (stored) and 8 (deflated) can be "
            "unpacked everywhere; pack it with one of these",
        ),
        (
            {"method": STORED, "payload": b"short"},
            "'a.txt': it is stored, but its sizes differ: 5 and 440 bytes",
        ),
        (
            {"central": {"size": 1 << 20}, "local": {"size": 1 << 20}},
            f"'a.txt': it declares 1048576 bytes, more than its "
            f"{COMPRESSED} compressed ones could inflate to",
        ),
        (
            {"payload": b""},
            "'a.txt': it is deflated, but has no bytes, which some readers take for nothing and others for "
            "damage",
        ),
        ({"mode": 0o040755}, "'a.txt': its mode 40755 is neither a file's nor a link's"),
        ({"mode": 0o020644}, "'a.txt': its mode 20644 is neither a file's nor a link's"),
        (
            {"mode": 0o120777, "made_by": 20},
            "'a.txt': it is a link by its mode, but its system has no modes; readers would "
            "disagree on what it is",
        ),
        (
            {"central": {"attributes": 0x10}},
            "'a.txt': it is a file by its name, but its MS-DOS attributes are those of something else",
        ),
        ({"name": "a/", "mode": 0}, "'a/': it is a folder by its name, but has contents"),
        (
            {"name": "a/", "mode": 0, "data": b"", "payload": b"hidden", "method": STORED},
            "'a/': it is a folder by its name, but has contents",
        ),
        (
            {"name": "a/", "mode": 0, "data": b"", "payload": b"\x01\x00"},
            "'a/': it is a folder by its name, but has contents",
        ),
        (
            {"name": "a/", "mode": 0o100644, "data": b""},
            "'a/': it is a folder by its name, but its mode 100644 is that of something else",
        ),
    ],
)
def test_a_lie_about_a_member_is_refused(reader: Reader, options: dict[str, Any], problem: str) -> None:
    member = RawMember("a.txt", TEXT)
    for name, value in options.items():
        setattr(member, name, value)
    assert reader.problems(RawZip([member])) == (f"app.pex: {problem}",)


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (
            {"descriptor_values": (1, COMPRESSED, len(TEXT))},
            "its data descriptor contradicts the central directory",
        ),
        ({"descriptor_values": (CRC, 1, len(TEXT))}, "its data descriptor contradicts the central directory"),
        (
            {"descriptor_values": (CRC, COMPRESSED, 1)},
            "its data descriptor contradicts the central directory",
        ),
        ({"descriptor": None, "flags": DESCRIPTOR}, "there is no data descriptor in the 0 bytes after it"),
        ({"after": b"x"}, "there is no data descriptor in the 17 bytes after it"),
        ({"after": b"x" * 100}, "there is no data descriptor in the 116 bytes after it"),
        ({"after": b"12345678"}, "its data descriptor contradicts the central directory"),
        ({"local": {"size": 1}}, "its local header contradicts the central directory on its size or CRC-32"),
        (
            {"descriptor": 8, "descriptor_announced": False},
            "its data descriptor has sizes of 8 bytes, but its headers ask for 4; a reader that streams would end it "
            "elsewhere",
        ),
        (
            {"local": {"compressed": MAX_32, "size": MAX_32}, "local_extra": zip64_field(0, 0)},
            "its data descriptor has sizes of 4 bytes, but its headers ask for 8; a reader that streams would end it "
            "elsewhere",
        ),
        (
            {"central": {"size": MAX_32}, "central_extra": zip64_field(len(TEXT))},
            "its data descriptor has sizes of 4 bytes, but its headers ask for 8; a reader that streams would end it "
            "elsewhere",
        ),
    ],
)
def test_a_lie_about_a_streamed_member_is_refused(
    reader: Reader, options: dict[str, Any], problem: str
) -> None:
    member = RawMember("a.txt", TEXT, descriptor=4)
    for name, value in options.items():
        setattr(member, name, value)
    assert reader.problems(RawZip([member])) == (f"app.pex: 'a.txt': {problem}{DAMAGED}",)


def test_a_stored_member_that_a_reader_could_end_early_is_refused(reader: Reader) -> None:
    inner = b"harmless"
    data = (
        inner
        + b"PK\x07\x08"
        + struct.pack("<3L", zlib.crc32(inner), len(inner), len(inner))
        + b"PK\x03\x04 hidden"
    )
    assert reader.contents(one(data=data, method=STORED)) == {"a.txt": data}
    assert reader.problems(one(data=data, method=STORED, descriptor=4)) == (
        "app.pex: 'a.txt': its stored bytes hold another data descriptor, where a reader that streams would end it"
        + DAMAGED,
    )
    nested = RawZip().add("b", b"b", descriptor=4).build()
    assert reader.contents(one(data=nested, method=STORED, descriptor=4)) == {"a.txt": nested}


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"central_extra": b"UT"}, "its extra fields are malformed"),
        ({"central_extra": b"UT\x09\x00abc"}, "its extra fields are malformed"),
        ({"local_extra": b"UT\x09\x00abc"}, "its extra fields are malformed"),
        (
            {"central_extra": extra_field(0x7075, b"\x01" + bytes(4) + b"b.txt")},
            "it has a second name in an extra field; readers would disagree on which one counts",
        ),
        (
            {"local_extra": extra_field(0x7075, b"")},
            "it has a second name in an extra field; readers would disagree on which one counts",
        ),
        ({"central": {"size": MAX_32}}, "it is marked as zip64, but has no zip64 field"),
        (
            {"central": {"size": MAX_32}, "central_extra": extra_field(1, b"1234")},
            "its zip64 field is too short, or longer than what there is to say",
        ),
        (
            {"central": {"size": MAX_32}, "central_extra": zip64_field(len(TEXT), 7)},
            "its zip64 field is too short, or longer than what there is to say",
        ),
        (
            {"central_extra": zip64_field(len(TEXT))},
            "its zip64 field is too short, or longer than what there is to say",
        ),
        (
            {"central": {"disk": MAX_16}, "central_extra": extra_field(1, b"")},
            "its zip64 field is too short, or longer than what there is to say",
        ),
        (
            {"central": {"size": MAX_32}, "central_extra": zip64_field(len(TEXT)) + zip64_field(7)},
            "its zip64 fields contradict each other",
        ),
        ({"local_extra": zip64_field(len(TEXT))}, "its local zip64 field is not one of 16 bytes"),
        (
            {"local_extra": zip64_field(len(TEXT), COMPRESSED) + zip64_field(len(TEXT), 7)},
            "its local zip64 field is not one of 16 bytes",
        ),
        ({"local_extra": zip64_field(7, COMPRESSED)}, "its local zip64 field contradicts its local header"),
        ({"local_extra": zip64_field(0, 0)}, "its local zip64 field contradicts its local header"),
        (
            {"local": {"size": MAX_32}, "local_extra": zip64_field(7, COMPRESSED)},
            "its local header contradicts the central directory on its size or CRC-32",
        ),
        (
            {"local": {"size": MAX_32}},
            "its local header contradicts the central directory on its size or CRC-32",
        ),
    ],
)
def test_a_lie_in_an_extra_field_is_refused(reader: Reader, options: dict[str, Any], problem: str) -> None:
    assert reader.problems(one(**options)) == (f"app.pex: 'a.txt': {problem}{DAMAGED}",)


def test_a_second_name_that_is_the_first_is_read(reader: Reader) -> None:
    field = extra_field(0x7075, b"\x01" + struct.pack("<L", zlib.crc32(b"a.txt")) + b"a.txt")
    assert reader.contents(one(central_extra=field, local_extra=field)) == {"a.txt": TEXT}


def test_overlapping_members_are_refused(reader: Reader) -> None:
    inner = RawZip().add("inner", b"inner", method=STORED).members[0].local_part()
    outer = RawZip().add("outer", inner, method=STORED)
    outer.members.append(RawMember("inner", b"inner", method=STORED, in_file=False, central={"offset": 35}))
    assert reader.problems(outer) == (
        "app.pex: 'outer': its bytes overlap those of another member, or the directory, at byte 35" + DAMAGED,
    )


def test_two_entries_for_one_member_are_refused(reader: Reader) -> None:
    archive = one(data=TEXT)
    archive.members.append(RawMember("a.txt", TEXT, in_file=False, central={"offset": 0}))
    assert reader.problems(archive) == (
        "app.pex: 'a.txt': its bytes overlap those of another member, or the directory, at byte 0" + DAMAGED,
        "app.pex: 'a.txt': it is in the archive twice; readers would disagree on which one counts",
    )


def test_duplicates_are_refused(reader: Reader) -> None:
    assert reader.problems(one().add("a.txt", b"other")) == (
        "app.pex: 'a.txt': it is in the archive twice; readers would disagree on which one counts",
    )


def test_a_file_and_a_folder_of_one_name_are_refused(reader: Reader) -> None:
    assert reader.problems(one(name="a").add("a/", mode=0, method=STORED)) == (
        "app.pex: 'a': it is in the archive as a file and as a folder",
    )


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("../a", "it leaves the folder that it is unpacked in (..)"),
        ("a/../../b", "it leaves the folder that it is unpacked in (..)"),
        ("..", "it leaves the folder that it is unpacked in (..)"),
        ("/etc/passwd", "it is absolute"),
        ("C:/a", "it begins with a drive letter"),
        ("C:a", "it begins with a drive letter"),
        ("a\\b", "it holds a backslash, which some systems read as a separator"),
        ("a\x00.py", "it holds a NUL character"),
        ("a\nb", "it holds a control character"),
        ("a\x7f", "it holds a control character"),
        ("a\x85b", "it holds a control character"),
        ("a\u202eyp.b", "it holds a control character"),
        ("./a", "it has a part that is '.'"),
        ("a/.", "it has a part that is '.'"),
        ("a//b", "it has an empty part"),
        ("", "it has an empty part"),
        ("a//", "it has an empty part"),
        ("/", "it has an empty part"),
        ("a" * 256, "one of its parts is 256 bytes long; Lambda's file system takes at most 255"),
        ("é" * 128, "one of its parts is 256 bytes long; Lambda's file system takes at most 255"),
        ("a/" * 2001 + "a", "it is 4003 bytes long; Lambda's file system takes at most 4000"),
    ],
)
def test_a_name_that_cannot_be_unpacked_safely_is_refused(reader: Reader, name: str, problem: str) -> None:
    data = b"" if name.endswith("/") else b"x"
    shown = repr(name) if len(name) <= 200 else f"{name[:100]!r} ... {name[-100:]!r}"
    assert reader.problems(RawZip().add(name, data, mode=0)) == (
        f"app.pex: {shown}: a member's name cannot be unpacked safely: {problem}",
    )


def test_names_that_are_only_odd_are_read(reader: Reader) -> None:
    names = ["...", "a b", ".hidden", "a..b/c", "CON", "ab:c", "é", "日本", "a" * 255, "x/" * 1999 + "y"]
    archive = RawZip()
    for name in names:
        archive.add(name, b"x")
    assert list(reader.contents(archive)) == names


def test_names_in_cp437_are_refused(reader: Reader) -> None:
    assert reader.problems(RawZip().add("é".encode("cp437"), b"x", flags=0)) == (
        "app.pex: the name '\\\\x82' is not ASCII, and not marked as UTF-8, so that readers would disagree on it. Tools with "
        "names in CP437 write such archives, and Please's arcat where it merges some; rename the file, or pack it with a "
        "tool that marks UTF-8 names",
    )
    assert reader.problems(RawZip().add("é".encode(), b"x", flags=0))[0].startswith(
        "app.pex: the name 'é' is not ASCII"
    )


def test_names_that_are_not_the_utf_8_that_they_say_are_refused(reader: Reader) -> None:
    assert reader.problems(RawZip().add(b"a\xff", b"x", flags=UTF8)) == (
        "app.pex: the name 'a\\\\xff' is marked as UTF-8, but is not; pack it with a tool that writes UTF-8 names",
    )


def test_all_problems_are_told_at_once_but_not_too_many(reader: Reader) -> None:
    archive = RawZip()
    for number in range(30):
        archive.add(f"../{number}", b"x")
    problems = reader.problems(archive)
    assert len(problems) == 21
    assert problems[-1] == "app.pex: and 10 more problems of this kind"


# Contents


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (
            {"data": b"a" * 27, "payload": deflate(b"b" * 27)},
            f"a.txt in app.pex is damaged: its CRC-32 is {zlib.crc32(b'b' * 27):08x}, expected {zlib.crc32(b'a' * 27):08x}; "
            "build it again",
        ),
        (
            {"data": b"a" * 27, "payload": b"b" * 27, "method": STORED},
            f"a.txt in app.pex is damaged: its CRC-32 is {zlib.crc32(b'b' * 27):08x}, expected {zlib.crc32(b'a' * 27):08x}; "
            "build it again",
        ),
        (
            {"payload": deflate(TEXT[:-1])},
            "a.txt in app.pex inflates to 439 bytes, but declares 440; build it again",
        ),
        (
            {"payload": deflate(TEXT + b"!")},
            "a.txt in app.pex inflates to more than the 440 bytes that it declares; the archive is damaged or made to exhaust "
            "memory",
        ),
        (
            {"payload": deflate(bytes(50_000_000))},
            "a.txt in app.pex inflates to more than the 440 bytes that it declares; the archive is damaged or made to exhaust "
            "memory",
        ),
        (
            {"payload": deflate(TEXT)[:-3]},
            "a.txt in app.pex is damaged: its compressed bytes end too early; build it again",
        ),
        (
            {"payload": deflate(TEXT) + b"more"},
            "a.txt in app.pex is damaged: bytes follow its compressed bytes; build it again",
        ),
        (
            {"payload": b"\xff" * 30},
            "a.txt in app.pex is damaged: Error -3 while decompressing data: invalid block type; build it again",
        ),
    ],
)
def test_damaged_contents_are_told(reader: Reader, options: dict[str, Any], problem: str) -> None:
    assert reader.damage(one(**options)) == problem


def test_bytes_that_follow_a_full_piece_are_told(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.archive.contents._INFLATED", COMPRESSED)
    assert reader.damage(one(payload=deflate(TEXT) + b"more")) == (
        "a.txt in app.pex is damaged: bytes follow its compressed bytes; build it again"
    )


@pytest.mark.parametrize("piece", [1, 7, 100])
def test_contents_do_not_hang_on_the_pieces_that_they_are_read_in(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    for name in ("contents._PIECE", "contents._INFLATED", "data_descriptor._PIECE"):
        monkeypatch.setattr(f"tools.archive.{name}", piece)
    data = random.Random(2).randbytes(300) + TEXT
    archive = one(data=data).add("b", data, method=STORED, descriptor=8).add("c", b"")
    archive.prefix = SCRIPT
    assert reader.contents(archive) == {"a.txt": data, "b": data, "c": b""}


def test_a_bomb_is_not_inflated_further_than_it_declares(reader: Reader) -> None:
    opened = reader.open(one(data=b"a" * 100, payload=deflate(b"a" * 10_000_000)))
    (member,) = opened.members
    sizes: list[int] = []
    with pytest.raises(PleasingError, match="inflates to more than the 100 bytes"):
        sizes.extend(len(piece) for piece in opened.chunks(member))
    assert sum(sizes) <= 101
    opened.close()


# A file that changes


def test_a_file_that_changed_is_told(reader: Reader) -> None:
    opened = reader.open(one())
    opened.check_unchanged()
    os.utime(reader.path, ns=(1, 1))
    with pytest.raises(PleasingError) as caught:
        opened.check_unchanged()
    assert str(caught.value) == "app.pex changed while it was read; build again when nothing writes to it"
    opened.close()


def test_a_file_that_went_away_is_told(reader: Reader) -> None:
    opened = reader.open(one())
    reader.path.unlink()
    with pytest.raises(PleasingError) as caught:
        opened.check_unchanged()
    assert str(caught.value) == "app.pex went away while it was read: No such file or directory"
    opened.close()


@pytest.mark.parametrize("size", [100, 100_000])
def test_a_file_that_was_truncated_is_told(reader: Reader, size: int) -> None:
    opened = reader.open(one(data=bytes(size), method=STORED))
    os.truncate(reader.path, 40)
    with pytest.raises(PleasingError) as caught:
        list(opened.compressed_chunks(opened.members[0]))
    assert str(caught.value) == "app.pex changed while it was read: it ends inside of a.txt"
    opened.close()


def test_a_disk_that_fails_is_told(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = reader.open(one())

    def fail(fd: int, size: int, offset: int) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "pread", fail)
    with pytest.raises(PleasingError) as caught:
        list(opened.compressed_chunks(opened.members[0]))
    assert str(caught.value) == "cannot read app.pex: Input/output error"
    opened.close()


def test_short_reads_are_made_whole(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = os.pread
    monkeypatch.setattr(os, "pread", lambda fd, size, offset: whole(fd, min(size, 11), offset))
    assert reader.contents(one()) == {"a.txt": TEXT}


# Large ones


def test_more_members_than_16_bits_count_are_read(pex_of_many: Path) -> None:
    opened = ArchiveReader(pex_of_many)
    names = [member.name for member in opened.members if member.name.startswith("svc/d/")]
    assert len(names) == 70_000
    assert opened.members[-1].name == "svc/d/69999"
    opened.close()


def test_a_member_beyond_4_gib_is_read(tmp_path: Path) -> None:
    size = (4 << 30) + 5
    first = RawMember(
        "big",
        b"",
        method=STORED,
        local={"size": MAX_32, "compressed": MAX_32, "crc": 1},
        local_extra=zip64_field(size, size),
        central={"size": MAX_32, "compressed": MAX_32, "crc": 1},
        central_extra=zip64_field(size, size),
    )
    second = RawMember("small", TEXT, central={"offset": MAX_32})
    local, after = first.local_part(), second.local_part()
    second.central_extra = zip64_field(len(local) + size)
    directory = first.central_part(0) + second.central_part(0)
    offset = len(local) + size + len(after)
    tail = RawZip(zip64=True, end64={"count": 2, "here": 2, "size": len(directory), "offset": offset})
    tail.locator = {"offset": offset + len(directory)}
    path = tmp_path / "app.pex"
    with path.open("wb") as file:
        file.write(local)
        file.seek(size, 1)
        file.write(after + directory + tail.build())
    opened = ArchiveReader(path)
    big, small = opened.members
    assert (big.size, small.offset) == (size, len(local) + size + 35)
    assert small.read() == TEXT
    with pytest.raises(PleasingError, match=r"a file that is read whole has at most 64\.0 MiB"):
        big.read()
    opened.close()


# The same as others read


def test_zipfile_reads_the_same(reader: Reader) -> None:
    archive = one(descriptor=8).add("é", b"e", comment=b"c", central_extra=UT).add("s", b"s", method=STORED)
    archive.prefix, archive.zip64, archive.comment = PROGRAM, True, b"comment"
    with zipfile.ZipFile(io.BytesIO(archive.build())) as theirs:
        expected = {info.filename: theirs.read(info) for info in theirs.infolist()}
    assert reader.contents(archive) == expected


def test_every_field_that_is_flipped_gives_the_same_or_an_error(reader: Reader) -> None:
    archive = one(data=b"some bytes", method=STORED).add("b", b"b" * 50, descriptor=4)
    data = archive.build()
    expected = reader.contents(data)
    attributes = {
        at + offset
        for at in (m.start() for m in re.finditer(b"PK\x01\x02", data))
        for offset in (4, 5, 38, 39, 40, 41)
    }
    for at in range(len(data)):
        for bit in range(0, 8, 3):
            if at in attributes:
                continue
            changed = data[:at] + bytes([data[at] ^ (1 << bit)]) + data[at + 1 :]
            found: Optional[dict[str, bytes]] = None
            try:
                found = reader.contents(changed)
            except PleasingError:
                continue
            assert found == expected, at


def test_the_header_is_what_the_format_says() -> None:
    assert CENTRAL.size == 46
    assert sys.byteorder in ("little", "big")
