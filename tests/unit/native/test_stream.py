from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from tests.unit.native.elf_builder import Library, build_elf
from tools.native.elf import read_elf
from tools.native.stream import KEPT_START, Stream


class Source:
    """A stream of parts of a size, which counts how often it was started and what it gave."""

    def __init__(self, data: bytes, part: int) -> None:
        self._data = data
        self._part = part
        self.starts = 0
        self.given = 0

    def start(self) -> Iterator[bytes]:
        self.starts += 1
        for offset in range(0, len(self._data), self._part):
            part = self._data[offset : offset + self._part]
            self.given += len(part)
            yield part


@pytest.mark.parametrize("part", [1000, 65536, 5_000_000])
def test_any_order_of_reading_gives_the_bytes_of_the_file(part: int) -> None:
    chance = random.Random(5)
    data = chance.randbytes(3 * KEPT_START)
    stream = Stream(Source(data, part).start)
    for _ in range(200):
        offset, size = chance.randrange(len(data) + 10), chance.randrange(3000)
        assert stream.read(offset, size) == data[offset : offset + size]


def test_no_more_is_read_than_was_asked_for() -> None:
    source = Source(bytes(10 * KEPT_START), 1000)
    assert Stream(source.start).read(0, 64) == bytes(64)
    assert source.given == 1000


def test_the_start_is_kept_so_that_a_library_is_inflated_once() -> None:
    data = build_elf([Library("libc.so.6", ["GLIBC_2.17"])], soname="libfoo.so", filler=3 * KEPT_START)
    source = Source(data, 4096)
    assert read_elf(Stream(source.start).read).soname == "libfoo.so"
    assert (source.starts, source.given) == (1, len(data))


def test_what_has_gone_by_is_read_once_more() -> None:
    source = Source(random.Random(1).randbytes(4 * KEPT_START), 4096)
    stream = Stream(source.start)
    last = stream.read(3 * KEPT_START, 10)
    assert (
        stream.read(2 * KEPT_START, 10) == random.Random(1).randbytes(4 * KEPT_START)[2 * KEPT_START :][:10]
    )
    assert stream.read(3 * KEPT_START, 10) == last
    assert source.starts == 2
