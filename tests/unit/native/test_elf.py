from __future__ import annotations

import io
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.unit.native.elf_builder import Library, build_elf
from tools.native.elf import Elf, ElfError, SymbolVersion, read_elf

LIBC = Library("libc.so.6", ["GLIBC_2.2.5", "GLIBC_2.17", "GLIBC_2.4"])
LIBSTDCXX = Library("libstdc++.so.6", ["CXXABI_1.3.9", "GLIBCXX_3.4.9", "GLIBCXX_3.4.21"])


def parse(data: bytes) -> Elf:
    return read_elf(lambda offset, size: data[offset : offset + size])


@pytest.mark.parametrize("bits", [32, 64])
@pytest.mark.parametrize("little_endian", [True, False])
def test_everything_is_read_in_each_class_and_byte_order(bits: int, little_endian: bool) -> None:
    data = build_elf(
        [LIBC, Library("libm.so.6"), LIBSTDCXX],
        machine=183,
        bits=bits,
        little_endian=little_endian,
        soname="libfoo.so.1",
        rpath="$ORIGIN/../foo.libs:/opt/lib",
        runpath="$ORIGIN",
        interpreter="/lib/ld-linux-aarch64.so.1",
    )
    assert parse(data) == Elf(
        bits=bits,
        little_endian=little_endian,
        machine=183,
        type=3,
        interpreter="/lib/ld-linux-aarch64.so.1",
        needed=("libc.so.6", "libm.so.6", "libstdc++.so.6"),
        soname="libfoo.so.1",
        rpath=("$ORIGIN/../foo.libs", "/opt/lib"),
        runpath=("$ORIGIN",),
        symbols=(
            SymbolVersion("libc.so.6", "GLIBC", (2, 17)),
            SymbolVersion("libstdc++.so.6", "CXXABI", (1, 3, 9)),
            SymbolVersion("libstdc++.so.6", "GLIBCXX", (3, 4, 21)),
        ),
    )


def test_a_version_prints_as_the_loader_names_it() -> None:
    assert str(SymbolVersion("libc.so.6", "GLIBC", (2, 28))) == "GLIBC_2.28"


@pytest.mark.parametrize("data", [build_elf(dynamic=False, kind=2), build_elf(kind=1), build_elf()])
def test_without_dynamic_needs_there_are_none(data: bytes) -> None:
    assert parse(data)[4:] == (None, (), None, (), (), ())


def test_weak_and_private_versions_are_not_needs() -> None:
    library = Library("libc.so.6", ["GLIBC_2.5", "GLIBC_2.99", "GLIBC_PRIVATE"])
    assert parse(build_elf([library], weak=["GLIBC_2.99"])).symbols == (
        SymbolVersion("libc.so.6", "GLIBC", (2, 5)),
    )


def test_packed_relocations_need_the_glibc_that_introduced_them() -> None:
    data = build_elf([Library("libc.so.6", ["GLIBC_2.4", "GLIBC_ABI_DT_RELR"])])
    assert parse(data).symbols == (SymbolVersion("libc.so.6", "GLIBC", (2, 36)),)


def test_a_file_is_read_in_few_small_parts() -> None:
    data = build_elf([LIBC, LIBSTDCXX], soname="libfoo.so.1", filler=1 << 20)
    parts: list[tuple[int, int]] = []

    def read(offset: int, size: int) -> bytes:
        parts.append((offset, size))
        return data[offset : offset + size]

    assert read_elf(read).soname == "libfoo.so.1"
    assert len(parts) == 4
    assert sum(size for _, size in parts) == 4 * 1024


@pytest.mark.parametrize(
    ("patches", "message"),
    [
        ({"count": 5000}, "it claims 5000 program headers; 1024 are the most"),
        ({"entry_size": 55}, "its program headers have 55 bytes, not 56"),
        ({"dynamic_size": 1 << 40}, "its dynamic section has 1099511627776 bytes; 1048576 are the most"),
        (
            {"dynamic_address": 7},
            "the dynamic section is at address 0x7, which no part of the file is loaded to",
        ),
        ({"dynamic_size": 16}, "its dynamic section names no string table"),
        (
            {"strtab": 1 << 60},
            "the string table is at address 0x1000000000000000, which no part of the file is loaded to",
        ),
        ({"strsz": 2}, "a needed library's name at byte 177 has no end"),
        ({"needed": 99999}, "a needed library's name is at 99999 in a string table of 85 bytes"),
        ({"verneed": 7}, "the needed versions is at address 0x7, which no part of the file is loaded to"),
        ({"verneednum": 1 << 40}, "it claims versions of 1099511627776 libraries; 10000 are the most"),
        (
            {"vn_next": 1 << 30},
            "the needed versions would end at byte 1073742101, outside of the part that is loaded",
        ),
        (
            {"vn_aux": 1 << 30},
            "a needed version would end at byte 1073742101, outside of the part that is loaded",
        ),
        ({"vna_name": 1 << 30}, "a needed version's name is at 1073741824 in a string table of 85 bytes"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(patches: dict[str, int], message: str) -> None:
    data = build_elf([LIBC, Library("libm.so.6", ["GLIBC_2.29"])], patches=patches)
    with pytest.raises(ElfError) as caught:
        parse(data)
    assert str(caught.value) == message


def test_more_versions_than_any_linker_writes_are_refused() -> None:
    many = Library("libc.so.6", [f"GLIBC_2.{minor}" for minor in range(10_001)])
    with pytest.raises(ElfError) as caught:
        parse(build_elf([many]))
    assert str(caught.value) == "it needs more than 10000 versions"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "it ends within the identification, at byte 0"),
        (b"\x7fELF\x02\x01", "it ends within the identification, at byte 6"),
        (b"MZ" + bytes(62), "it begins with b'MZ\\x00\\x00', not with b'\\x7fELF'"),
        (b"\x7fELF\x03\x01" + bytes(10), "its class is 3 and its byte order 1; each must be 1 or 2"),
        (build_elf()[:40], "it ends within the header, at byte 40"),
        (build_elf()[:70], "it ends within the program headers, at byte 70"),
        (build_elf([LIBC])[:-8], "it ends within the dynamic section, at byte 382"),
    ],
)
def test_a_file_that_ends_early_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(ElfError) as caught:
        parse(data)
    assert str(caught.value) == message


def test_names_that_would_garble_a_terminal_are_refused() -> None:
    with pytest.raises(ElfError) as caught:
        parse(build_elf(soname="\x1b[2Jevil.so"))
    assert str(caught.value) == "its own name at byte 177 has control characters: '\\x1b[2Jevil.so'"


def test_a_name_that_never_ends_is_refused() -> None:
    with pytest.raises(ElfError) as caught:
        parse(build_elf(soname="x" * 5000))
    assert str(caught.value) == "its own name at byte 177 has no end"


def installed_libraries() -> list[Path]:
    """Return real files: extension modules of this interpreter and of what is installed with it."""
    roots = [Path(sysconfig.get_path("platlib")), Path(sysconfig.get_path("stdlib"))]
    return sorted({path for root in roots for path in root.rglob("*.so") if not path.is_symlink()})[:150]


@pytest.mark.skipif(sys.platform != "linux", reason="there are no ELF files to compare with")
def test_real_files_are_read_as_pyelftools_reads_them() -> None:
    elffile = pytest.importorskip("elftools.elf.elffile", reason="pyelftools is not installed")
    enums = pytest.importorskip("elftools.elf.enums", reason="pyelftools is not installed")
    compared = 0
    for path in installed_libraries():
        data = path.read_bytes()
        found = parse(data)
        reference = elffile.ELFFile(io.BytesIO(data))
        dynamic = reference.get_section_by_name(".dynamic")
        assert found.machine == enums.ENUM_E_MACHINE[reference.header.e_machine]
        assert list(found.needed) == [tag.needed for tag in dynamic.iter_tags("DT_NEEDED")], path
        assert [found.soname] == ([tag.soname for tag in dynamic.iter_tags("DT_SONAME")] or [None]), path
        versions = reference.get_section_by_name(".gnu.version_r")
        names = {
            (library.name, auxiliary.name)
            for library, auxiliaries in (versions.iter_versions() if versions else ())
            for auxiliary in auxiliaries
        }
        for symbol in found.symbols:
            assert (symbol.library, str(symbol)) in names, path
            assert symbol.version == max(
                tuple(map(int, number.split(".")))
                for library, (family, _, number) in ((pair[0], pair[1].rpartition("_")) for pair in names)
                if (library, family) == (symbol.library, symbol.family) and number[-1].isdigit()
            ), path
        compared += 1
    if not compared:
        pytest.skip("this interpreter has no extension modules on disk")


@pytest.mark.skipif(sys.platform != "linux", reason="there is no readelf to compare with")
def test_the_builder_makes_what_readelf_reads(tmp_path: Path) -> None:
    path = tmp_path / "libfoo.so"
    path.write_bytes(build_elf([LIBC], soname="libfoo.so", runpath="$ORIGIN"))
    try:
        text = subprocess.run(
            ["readelf", "--dynamic", "--use-dynamic", str(path)], capture_output=True, text=True, check=True
        ).stdout
    except FileNotFoundError:
        pytest.skip("readelf is not installed")
    assert "Shared library: [libc.so.6]" in text
    assert "Library soname: [libfoo.so]" in text
    assert "Library runpath: [$ORIGIN]" in text
