from __future__ import annotations

from pathlib import Path

from tests.builders.raw_zip import RawZip, deflate
from tools.archive.reader import ArchiveReader
from tools.archive.verify import verify_members
from tools.errors import PleasingError


def verify(path: Path, archive: RawZip) -> tuple[str, ...]:
    path.write_bytes(archive.build())
    opened = ArchiveReader(path, "app.pex")
    try:
        verify_members(opened.members)
    except PleasingError as error:
        return error.problems
    finally:
        opened.close()
    return ()


def test_good_members(tmp_path: Path) -> None:
    archive = RawZip()
    for number in range(200):
        archive.add(f"{number}", b"%d" % number, method=number % 2 * 8)
    assert verify(tmp_path / "a", archive) == ()
    verify_members([])


def test_damaged_members_are_told_in_order_but_not_too_many(tmp_path: Path) -> None:
    archive = RawZip()
    for number in range(130):
        payload = deflate(b"other") if number >= 100 else None
        archive.add(f"{number:03}", b"bytes", payload=payload)
    problems = verify(tmp_path / "a", archive)
    assert len(problems) == 21
    assert problems[0].startswith("100 in app.pex is damaged: its CRC-32 is ")
    assert problems[19].startswith("119 in app.pex")
    assert problems[20] == "and 10 more damaged members"


def test_one_damaged_member(tmp_path: Path) -> None:
    problems = verify(tmp_path / "a", RawZip().add("a", b"bytes").add("b", b"bytes", payload=b"\xff"))
    assert problems == (
        "b in app.pex is damaged: Error -3 while decompressing data: invalid block type; build it again",
    )
