from __future__ import annotations

import importlib.metadata
import io
import os
import platform
import struct
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Optional

import pytest
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from tests.unit.native.elf_builder import Library, build_elf
from tools.native.elf import Elf, read_elf
from tools.native.strip import strip

SYMBOLS = bytes(range(1, 25)) * 100
NAMES = b"\0.text\0.symtab\0.strtab\0.debug_info\0.comment\0.shstrtab\0"


def section(name: bytes, kind: int, offset: int, size: int, flags: int = 0, link: int = 0) -> bytes:
    place = NAMES.index(b"\0" + name + b"\0") + 1 if name else 0
    return struct.pack("<IIQQQQIIQQ", place, kind, flags, 0, offset, size, link, 0, 1, 24 if kind == 2 else 0)


def with_sections(
    *, machine: int = 62, kind: int = 3, behind: bytes = b"", overlay: bytes = b"", symbols: bytes = SYMBOLS
) -> bytes:
    """Return an ELF file with symbols; `behind` stands after them, and a segment covers it, as patchelf does it."""
    data = bytearray(build_elf([Library("libc.so.6", ["GLIBC_2.17"])], machine=machine, kind=kind))
    rows = [section(b"", 0, 0, 0), section(b".text", 1, 0x40, 0x40, 2)]
    for name, type_, content in (
        (b".symtab", 2, symbols),
        (b".strtab", 3, b"\0main\0" * 50),
        (b".debug_info", 1, b"d" * 500),
        (b".comment", 1, b"GCC: a comment\0"),
        (b".shstrtab", 3, NAMES),
    ):
        rows.append(section(name, type_, len(data), len(content), link=3 if name == b".symtab" else 0))
        data += content
    if behind:
        # The first segment is made longer, to the end of what stands behind the symbols.
        data += behind
        table = struct.unpack_from("<Q", data, 32)[0]
        struct.pack_into("<Q", data, table + 32, len(data))
    data += bytes(-len(data) % 8)
    struct.pack_into("<Q", data, 40, len(data))
    struct.pack_into("<HHH", data, 58, 64, len(rows), len(rows) - 1)
    return bytes(data + b"".join(rows) + overlay)


def sections(data: bytes) -> dict[str, bytes]:
    return {
        part.name: part.data()
        for part in ELFFile(io.BytesIO(data)).iter_sections()
        if part["sh_type"] != "SHT_NULL"
    }


def needs(data: bytes) -> Elf:
    return read_elf(lambda offset, size: data[offset : offset + size])


def loaded(file: ELFFile) -> list[bytes]:
    """Return what segments hold, less the file's header, which says where the sections are."""
    return [part.data()[0 if part["p_offset"] else 64 :] for part in file.iter_segments()]


@pytest.mark.parametrize("machine", [62, 183], ids=["x86_64", "arm64"])
def test_symbols_go_and_nothing_else(machine: int) -> None:
    data = with_sections(machine=machine)
    stripped = strip(data)
    assert stripped is not None
    assert len(stripped) < len(data) - len(SYMBOLS) - 700
    before, after = sections(data), sections(stripped)
    assert before.keys() - after.keys() == {".symtab", ".strtab", ".debug_info"}
    assert after == {name: before[name] for name in (".text", ".comment", ".shstrtab")}
    assert needs(stripped) == needs(data)
    assert strip(stripped) is None


def test_symbols_before_what_is_loaded_become_zeros() -> None:
    behind = b"moved by patchelf" * 100
    data = with_sections(behind=behind)
    stripped = strip(data)
    # The first segment covers all of it, and what is loaded is not touched.
    assert stripped is None


def test_symbols_between_segments_become_zeros() -> None:
    data = bytearray(with_sections())
    count = struct.unpack_from("<H", data, 56)[0]
    table = struct.unpack_from("<Q", data, 32)[0]
    extra = b"loaded" * 10
    # One more segment at the end, as patchelf adds it, in a new table of program headers.
    rows = bytes(data[table : table + 56 * count])
    start = len(data)
    data += extra + bytes(-len(extra) % 8)
    new = len(data)
    data += rows + struct.pack("<IIQQQQQQ", 1, 4, start, 0x900000 + start, 0, len(extra), len(extra), 1)
    struct.pack_into("<Q", data, 32, new)
    struct.pack_into("<H", data, 56, count + 1)
    stripped = strip(bytes(data))
    assert stripped is not None
    assert stripped[start : start + len(extra)] == extra
    assert SYMBOLS not in stripped
    assert sections(stripped).keys() == {".text", ".comment", ".shstrtab"}
    old, now = ELFFile(io.BytesIO(bytes(data))), ELFFile(io.BytesIO(stripped))
    assert [part.header for part in now.iter_segments()] == [part.header for part in old.iter_segments()]
    assert loaded(now) == loaded(old)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x7fELF",
        b"not ELF at all, but long enough to be looked at as if it were one",
        build_elf([Library("libc.so.6")]),  # no sections at all
        build_elf(bits=32),
        build_elf(little_endian=False),
        with_sections(kind=1),
        with_sections(overlay=b"PK\x03\x04 an archive that a program has behind it"),
        with_sections()[:-70],
        with_sections(symbols=b"")[:400],
    ],
    ids=[
        "empty",
        "magic",
        "text",
        "no sections",
        "32 bits",
        "big-endian",
        "object",
        "overlay",
        "cut",
        "shorter",
    ],
)
def test_what_is_not_understood_in_full_stays(data: bytes) -> None:
    assert strip(data) is None


@pytest.mark.parametrize("at", range(16, 64))
def test_a_damaged_header_raises_nothing(at: int) -> None:
    data = bytearray(with_sections())
    data[at] ^= 0xFF
    result = strip(bytes(data))
    assert result is None or len(result) < len(data)


def native_files() -> list[Path]:
    """Return native files of installed distributions: what auditwheel and patchelf have written, and what they have not."""
    found = []
    for name in (
        "PyYAML",
        "cffi",
        "MarkupSafe",
        "coverage",
        "wrapt",
        "rpds-py",
        "msgpack",
        "pydantic_core",
        "deflate",
    ):
        try:
            files = importlib.metadata.files(name) or ()
        except importlib.metadata.PackageNotFoundError:
            continue
        found += [Path(str(file.locate())) for file in files if ".so" in file.name]
    if not found:
        # As in Please's test folder. The environment of `python3 -m tests` has coverage at least.
        pytest.skip("no distribution with native files is installed")
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no ELF files")
def test_real_libraries_keep_what_is_loaded() -> None:
    stripped_any = False
    for path in native_files():
        data = path.read_bytes()
        result = strip(data)
        if result is None:
            continue
        stripped_any = True
        old, new = ELFFile(io.BytesIO(data)), ELFFile(io.BytesIO(result))
        assert [part.header for part in new.iter_segments()] == [part.header for part in old.iter_segments()]
        assert loaded(new) == loaded(old)
        for segment in new.iter_segments("PT_LOAD"):
            assert segment["p_offset"] % segment["p_align"] == segment["p_vaddr"] % segment["p_align"]
        assert _dynamic_symbols(new) == _dynamic_symbols(old)
        assert new.get_section_by_name(".symtab") is None
        assert needs(result) == needs(data)
    assert stripped_any


def _dynamic_symbols(file: ELFFile) -> Optional[list[tuple[str, object]]]:
    table = file.get_section_by_name(".dynsym")
    assert isinstance(table, SymbolTableSection)
    return [(symbol.name, dict(symbol.entry)) for symbol in table.iter_symbols()]


@pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"), reason="Lambda's systems only"
)
def test_the_hosts_own_are_loaded(tmp_path: Path) -> None:
    """Load modules of the standard library and of the distributions that are installed, stripped."""
    folder = Path(sysconfig.get_path("platstdlib")) / "lib-dynload"
    modules = [
        path
        for path in sorted(folder.glob("*.so"))
        if path.name.startswith(("_json", "_decimal", "_struct", "math"))
    ]
    modules += [
        path for path in native_files() if path.name.startswith(("_yaml", "_cffi_backend", "_speedups"))
    ]
    taken = []
    for path in modules:
        result = strip(path.read_bytes())
        if result is not None:
            (tmp_path / path.name).write_bytes(result)
            taken.append(path.name.partition(".")[0])
    assert taken
    code = (
        "import importlib.machinery, importlib.util, sys, os\n"
        "for file in sorted(os.listdir(sys.argv[1])):\n"
        "    name = file.partition('.')[0]\n"
        "    loader = importlib.machinery.ExtensionFileLoader(name, os.path.join(sys.argv[1], file))\n"
        "    spec = importlib.util.spec_from_file_location(name, loader=loader)\n"
        "    loader.exec_module(importlib.util.module_from_spec(spec))\n"
        "    print(name)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ),
    )
    assert (done.stderr, sorted(done.stdout.split())) == ("", sorted(taken))
