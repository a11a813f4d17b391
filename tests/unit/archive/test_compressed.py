from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from tests.builders.raw_zip import RawZip, deflate
from tools.archive import processes
from tools.archive.compressed import Compressed, compress, zlib_deflate
from tools.archive.member import DEFLATED, STORED
from tools.archive.processes import compress_members
from tools.archive.reader import ArchiveReader
from tools.errors import PleasingError

WORDS = b"words " * 100


def archive(tmp_path: Path, *damaged: int) -> ArchiveReader:
    source = RawZip()
    chance = random.Random(2)
    for number in range(40):
        data = chance.randbytes(20).hex().encode() * chance.randrange(1, 300)
        payload = deflate(data[::-1]) if number in damaged else deflate(data)
        source.add(f"{number:02}", data, payload=payload)
    (tmp_path / "a.zip").write_bytes(source.build())
    return ArchiveReader(tmp_path / "a.zip", "a.zip")


def test_whichever_takes_less() -> None:
    noise = random.Random(1).randbytes(500)
    assert compress(WORDS) == Compressed(DEFLATED, zlib.crc32(WORDS), 600, zlib_deflate(WORDS))
    assert compress(noise) == Compressed(STORED, zlib.crc32(noise), 500, noise)
    assert compress(b"") == Compressed(STORED, 0, 0, b"")


@pytest.mark.parametrize("cores", [1, 2, 7, 100])
def test_several_processes_give_what_one_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cores: int
) -> None:
    opened = archive(tmp_path)
    one = [compress(member.read()) for member in opened.members]
    assert list(compress_members(opened.members, zlib_deflate)) == one
    monkeypatch.setattr(processes, "_WORTH_PROCESSES", 0)
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    assert list(compress_members(opened.members, zlib_deflate)) == one
    opened.close()


def test_a_damaged_member_is_told_by_its_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_WORTH_PROCESSES", 0)
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    opened = archive(tmp_path, 17)
    found = compress_members(opened.members, zlib_deflate)
    for _ in range(17):
        next(found)
    with pytest.raises(PleasingError, match=r"^17 in a\.zip is damaged: its CRC-32 is "):
        next(found)
    opened.close()
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_a_process_that_is_killed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    first = os.getpid()

    def work(number: int) -> Compressed:
        if os.getpid() != first:
            os.kill(os.getpid(), signal.SIGKILL)
        return compress(WORDS)

    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    with pytest.raises(PleasingError) as caught:
        list(processes.in_processes(work, [1, 1]))
    assert str(caught.value) == "a process that compresses was ended from outside; build again"


def test_work_is_shared_by_its_size() -> None:
    assert processes._shares([5, 1, 1, 1, 1, 1], 2) == [[0], [1, 2, 3, 4, 5]]
    assert processes._shares([1], 4) == [[0]]


def test_no_process_outlives_a_tool_that_is_killed(tmp_path: Path) -> None:
    code = (
        "import os, signal, time\n"
        "from tools.archive.compressed import compress\n"
        "from tools.archive.processes import in_processes\n"
        "os.cpu_count = lambda: 2\n"
        "def work(number):\n"
        "    time.sleep(0.05)\n"
        "    return compress(b'x')\n"
        "for result in in_processes(work, [1] * 400):\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    # The children have standard error too: it ends when the last of them has.
    done = subprocess.run([sys.executable, "-c", code], stderr=subprocess.PIPE, timeout=9, check=False)
    assert (done.returncode, done.stderr) == (-signal.SIGKILL, b"")
