from __future__ import annotations

import random
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders.pex import PexKind
from tests.builders.raw_zip import MAX_16, MAX_32, UT, RawMember, RawZip, extra_field, zip64_field
from tests.fuzz.mutation import mutate, mutate_text
from tests.fuzz.subject import Subject, case_random, subjects
from tools.archive.reader import ArchiveReader
from tools.errors import PleasingError

CI = settings(
    deadline=None,
    derandomize=True,
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def made() -> Iterator[dict[PexKind, Subject]]:
    with tempfile.TemporaryDirectory() as folder:
        yield {subject.kind: subject for subject in subjects(Path(folder))}


kinds = st.sampled_from(list(PexKind))


@CI
@given(kinds, st.integers(0, 1 << 20), st.integers(0, 7))
def test_a_flipped_bit_gives_the_same_or_an_error(
    made: dict[PexKind, Subject], kind: PexKind, at: int, bit: int
) -> None:
    place = made[kind].places[0]
    data = bytearray(made[kind].originals[place])
    data[at % len(data)] ^= 1 << bit
    assert made[kind].check(place, bytes(data)).word in ("same", "error")


@CI
@given(kinds, st.integers(0, 1 << 20), st.booleans())
def test_a_truncated_pex_gives_an_error(
    made: dict[PexKind, Subject], kind: PexKind, at: int, front: bool
) -> None:
    place = made[kind].places[0]
    data = made[kind].originals[place]
    at = at % len(data)
    if at:
        assert (
            made[kind].check(place, data[at:] if front else data[:at]).word == "error"
            or not made[kind].kind.archive
        )


@CI
@given(kinds, st.integers(0, 1 << 20), st.integers(0, 1 << 20), st.integers(0, 400), st.booleans())
def test_a_splice_gives_the_same_or_an_error(
    made: dict[PexKind, Subject], kind: PexKind, source: int, target: int, size: int, over: bool
) -> None:
    place = made[kind].places[0]
    data = made[kind].originals[place]
    source, target = source % len(data), target % len(data)
    piece = data[source : source + size]
    spliced = data[:target] + piece + data[target + (len(piece) if over else 0) :]
    assert made[kind].check(place, spliced).word in ("same", "error")


@CI
@given(kinds, st.lists(st.integers(0, (1 << 32) - 1), min_size=1, max_size=3))
def test_edited_fields_give_the_same_or_an_error(
    made: dict[PexKind, Subject], kind: PexKind, seeds: list[int]
) -> None:
    subject = made[kind]
    for place in subject.places:
        data = subject.originals[place]
        for seed in seeds:
            data = (mutate if subject.is_archive(place) else mutate_text)(data, random.Random(seed))
        assert subject.check(place, data).word in ("same", "error")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_longer_runs_first_cases(made: dict[PexKind, Subject], seed: int) -> None:
    chosen = list(made.values())
    words = set()
    for number in range(150):
        numbers = case_random(seed, number)
        words.add(numbers.choice(chosen).case(numbers).word)
    assert words == {"same", "error", "packed"}


# Archives of lies

values = st.sampled_from([0, 1, 2, 5, 8, 20, 45, MAX_16 - 1, MAX_16, MAX_32 - 1, MAX_32]) | st.integers(
    0, MAX_32
)
shorts = values.map(lambda value: value & MAX_16)
fields = st.fixed_dictionaries(
    {},
    optional={
        "crc": values,
        "compressed": values,
        "size": values,
        "method": st.sampled_from([0, 8, 9, 12]),
        "flags": st.sampled_from([0, 1, 8, 0x800, 0x808, 0x2000]) | shorts,
        "name": st.sampled_from([b"a", b"b", b"a/"]),
        "version": shorts,
        "name_size": st.sampled_from([0, 1, 2, 100]),
        "extra_size": st.sampled_from([0, 1, 4, 100]),
    },
)
extras = st.lists(
    st.sampled_from(
        [
            UT,
            zip64_field(5),
            zip64_field(5, 5),
            zip64_field(5, 5, 0),
            extra_field(0x7075, b"\x01abcdb"),
            b"\x01",
        ]
    )
    | st.binary(max_size=8),
    max_size=2,
).map(b"".join)
members = st.builds(
    RawMember,
    name=st.sampled_from([b"a", b"b", b"c/d", b"c/", b"../x", b"\xff"]),
    data=st.binary(max_size=20),
    method=st.sampled_from([0, 8, 8, 8]),
    mode=st.sampled_from([0o100644, 0o100755, 0o120777, 0o040755, 0]),
    made_by=st.sampled_from([20, 3 << 8 | 20, 19 << 8]),
    local=st.just({}) | fields,
    central=st.just({}) | fields,
    local_extra=st.just(b"") | extras,
    central_extra=st.just(b"") | extras,
    descriptor=st.sampled_from([None, None, 4, 8]),
    descriptor_signature=st.booleans(),
    after=st.sampled_from([b"", b"", b"", b"x"]),
    in_file=st.sampled_from([True, True, True, False]),
    in_directory=st.sampled_from([True, True, True, False]),
)
ends: st.SearchStrategy[dict[str, int]] = st.just({}) | st.fixed_dictionaries(
    {},
    optional={
        "count": shorts,
        "here": shorts,
        "size": values,
        "offset": values,
        "disk": shorts,
        "comment_size": shorts,
    },
)
archives = st.builds(
    RawZip,
    st.lists(members, max_size=4),
    prefix=st.sampled_from([b"", b"", b"#!x\n", b"\x7fELF", b"x"]),
    comment=st.sampled_from([b"", b"", b"comment", b"PK\x05\x06" + bytes(18)]),
    suffix=st.sampled_from([b"", b"", b"", b"x"]),
    before_directory=st.sampled_from([b"", b"", b"x"]),
    zip64=st.booleans(),
    end=ends,
    end64=ends,
    locator=st.just({})
    | st.fixed_dictionaries({}, optional={"offset": values, "disk": values, "disks": values}),
)


@settings(CI, max_examples=600)
@given(archives)
def test_what_is_read_is_what_zipfile_reads(
    tmp_path_factory: pytest.TempPathFactory, archive: RawZip
) -> None:
    path = tmp_path_factory.getbasetemp() / "lies.zip"
    path.write_bytes(archive.build())
    try:
        container = ArchiveReader(path)
    except PleasingError:
        return
    try:
        ours = {member.name: (member.size, member.crc) for member in container.members}
    finally:
        container.close()
    with zipfile.ZipFile(path) as theirs:
        infos = [info for info in theirs.infolist() if not info.is_dir()]
        assert ours == {info.filename: (info.file_size, info.CRC) for info in infos}
        assert len(ours) == len(infos)
