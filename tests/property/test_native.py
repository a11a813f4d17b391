from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.native.elf_builder import Library, build_elf
from tools.native.abi_tag import read_tag
from tools.native.elf import Elf, ElfError, read_elf
from tools.native.kind import kind_of

sonames = st.from_regex(r"\Alib[a-z]{1,12}\.so(\.[0-9]{1,2})?\Z")
versions = st.from_regex(r"\A(GLIBC|GLIBCXX|CXXABI)_[0-9]{1,2}(\.[0-9]{1,2}){1,2}\Z")
libraries = st.builds(Library, sonames, st.lists(versions, max_size=5, unique=True))
folders = st.none() | st.sampled_from(["$ORIGIN", "$ORIGIN/../foo.libs:/opt/lib"])


@st.composite
def elf_files(draw: st.DrawFn) -> bytes:
    return build_elf(
        draw(st.lists(libraries, max_size=5, unique_by=lambda library: library.soname)),
        bits=draw(st.sampled_from([32, 64])),
        little_endian=draw(st.booleans()),
        machine=draw(st.integers(0, 65535)),
        soname=draw(st.none() | sonames),
        rpath=draw(folders),
        runpath=draw(folders),
        interpreter=draw(st.none() | st.just("/lib64/ld-linux-x86-64.so.2")),
        filler=draw(st.sampled_from([0, 5000])),
    )


class Counter:
    """A reader that counts what is read."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.calls = 0

    def read(self, offset: int, size: int) -> bytes:
        assert offset >= 0
        assert 0 < size <= 1 << 20
        self.calls += 1
        return self._data[offset : offset + size]


def elf_or_error(counter: Counter) -> Elf | str:
    """Return what was read, or the text of the one error that reading may end with."""
    try:
        return read_elf(counter.read)
    except ElfError as error:
        return str(error)


@given(st.lists(libraries, max_size=5, unique_by=lambda library: library.soname), st.none() | sonames)
def test_what_was_built_is_what_is_read(needed: list[Library], soname: str | None) -> None:
    elf = read_elf(Counter(build_elf(needed, soname=soname)).read)
    assert elf.needed == tuple(library.soname for library in needed)
    assert elf.soname == soname
    highest: dict[tuple[str, str], tuple[int, ...]] = {}
    for library in needed:
        for text in library.versions:
            family, _, number = text.partition("_")
            version = tuple(map(int, number.split(".")))
            key = (library.soname, family)
            highest[key] = max(highest.get(key, ()), version)
    assert {(symbol.library, symbol.family): symbol.version for symbol in elf.symbols} == highest


@given(
    elf_files(),
    st.lists(st.tuples(st.integers(0, 6000), st.integers(0, 255)), max_size=8),
    st.none() | st.integers(0, 6000),
)
def test_any_mutation_gives_facts_or_the_one_error(
    data: bytes, changes: list[tuple[int, int]], length: int | None
) -> None:
    changed = bytearray(data)
    for position, value in changes:
        changed[position % len(changed)] = value
    counter = Counter(bytes(changed[:length]))
    assert elf_or_error(counter)
    # Quickly, whatever the file claims.
    assert counter.calls < 200


@given(st.binary(max_size=200))
def test_any_bytes_give_facts_or_the_one_error(data: bytes) -> None:
    assert elf_or_error(Counter(b"\x7fELF" + data))
    assert kind_of(data) is None or len(data) >= 4


@given(
    st.text(max_size=60)
    | st.from_regex(r"\A[a-z]+\.(cpython-|cp|pypy)[0-9]{2,3}[a-z]?-[a-z0-9_-]+\.(so|pyd)\Z")
)
def test_any_file_name_has_a_tag_or_none(name: str) -> None:
    tag = read_tag(name)
    if tag is not None:
        answer = tag.loads_on((3, 12), "x86_64")
        assert answer.why
        assert tag.text in name
