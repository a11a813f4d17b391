"""An ELF file's needs, read from its program headers.

Section headers are never looked at: the dynamic loader does not need them and `strip` may drop them. What the
loader reads is read here, in the way in which it finds it: `PT_DYNAMIC`, and addresses mapped by `PT_LOAD`.
Layouts and constants: System V ABI (gABI), chapters 4 and 5; symbol versions: Linux Standard Base, core,
"Symbol Versioning".
"""

from __future__ import annotations

import re
import struct
from typing import NamedTuple, Optional

from tools.native.elf_bytes import ElfBytes, ElfError, Reader

__all__ = ["Elf", "ElfError", "Reader", "SymbolVersion", "read_elf"]

ET_REL, ET_EXEC, ET_DYN = 1, 2, 3

_MAGIC = b"\x7fELF"
_PT_LOAD, _PT_DYNAMIC, _PT_INTERP = 1, 2, 3
_DT_NULL, _DT_NEEDED, _DT_STRTAB, _DT_STRSZ, _DT_SONAME, _DT_RPATH, _DT_RUNPATH = 0, 1, 5, 10, 14, 15, 29
_DT_VERNEED, _DT_VERNEEDNUM = 0x6FFFFFFE, 0x6FFFFFFF
_NAMES = {_DT_SONAME: "its own name", _DT_RPATH: "a search path", _DT_RUNPATH: "a search path"}
# A version that the loader only warns about when it is missing.
_VER_FLG_WEAK = 2

# Far above what any linker writes, and low enough that a file made to stall a reader ends at once.
_MAX_PROGRAM_HEADERS = 1024
_MAX_DYNAMIC_SIZE = 1 << 20
_MAX_VERSIONS = 10_000

_VERSION_NAME = re.compile(r"([A-Za-z][A-Za-z0-9_]*?)_([0-9]{1,6}(?:\.[0-9]{1,6}){0,4})")
# Stands for a feature and not for symbols; glibc has it since 2.36 (glibc's NEWS, 2.36).
_NAMED_VERSIONS = {"GLIBC_ABI_DT_RELR": ("GLIBC", (2, 36))}


class SymbolVersion(NamedTuple):
    """The highest version of one family of symbols that a file needs from one library.

    Attributes:
        library: The library's name as the file asks for it, such as `libc.so.6`.
        family: `GLIBC`, `GLIBCXX`, `CXXABI`, ...
        version: Such as `(2, 28)`.
    """

    library: str
    family: str
    version: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.family}_{'.'.join(map(str, self.version))}"


class Elf(NamedTuple):
    """What an ELF file is and what it needs.

    Attributes:
        bits: 32 or 64.
        little_endian: Whether the least significant byte comes first.
        machine: `e_machine`, such as 62 for x86-64.
        type: `e_type`: `ET_REL`, `ET_EXEC`, `ET_DYN` or another.
        interpreter: The program that starts an executable, from `PT_INTERP`.
        needed: Libraries that are loaded with it, from `DT_NEEDED`, in their order.
        soname: The name that other files need it by, from `DT_SONAME`.
        rpath: Folders from `DT_RPATH`.
        runpath: Folders from `DT_RUNPATH`.
        symbols: The highest needed symbol version of each family by library, sorted.
    """

    bits: int
    little_endian: bool
    machine: int
    type: int
    interpreter: Optional[str]
    needed: tuple[str, ...]
    soname: Optional[str]
    rpath: tuple[str, ...]
    runpath: tuple[str, ...]
    symbols: tuple[SymbolVersion, ...]


class _Load(NamedTuple):
    """A part of the file that the loader maps: `size` bytes at `offset` appear at `address`."""

    address: int
    offset: int
    size: int


def read_elf(read: Reader) -> Elf:
    """Read an ELF file's needs.

    At most five places are read, each once and in small pieces: the headers (the first few hundred bytes),
    the interpreter's name beside them, the dynamic section, the needed versions and the names. The dynamic
    section commonly lies behind the code, towards the file's end, and tells where the last two are, which
    commonly lie before the code: see `tools.native.stream`.

    Args:
        read: Called with an offset and a size, both in bytes; returns that part of the file. Fewer bytes only
            where the file ends before.

    Returns:
        The needs. A file without a dynamic section has none.

    Raises:
        ElfError: The file is not ELF, is cut off, or contradicts itself.
    """
    return _Parser(read).parse()


class _Parser:
    """The state of reading one file."""

    def __init__(self, read: Reader) -> None:
        self._bytes = ElfBytes(read)

    def parse(self) -> Elf:
        ident = self._bytes.at(0, 16, "the identification")
        if ident[:4] != _MAGIC:
            raise ElfError(f"it begins with {ident[:4]!r}, not with {_MAGIC!r}")
        bits, order = {1: 32, 2: 64}.get(ident[4]), {1: "<", 2: ">"}.get(ident[5])
        if bits is None or order is None:
            raise ElfError(f"its class is {ident[4]} and its byte order {ident[5]}; each must be 1 or 2")
        self._bytes.order = order
        wide = bits == 64
        kind, machine, _, _, table, _, _, _, entry_size, count = self._bytes.unpack(
            "HHIQQQIHHH" if wide else "HHIIIIIHHH", 16, "the header"
        )

        loads: list[_Load] = []
        dynamic: Optional[_Load] = None
        interpreter: Optional[str] = None
        layout = "IIQQQQQQ" if wide else "IIIIIIII"
        if count > _MAX_PROGRAM_HEADERS:
            raise ElfError(f"it claims {count} program headers; {_MAX_PROGRAM_HEADERS} are the most")
        if count and entry_size != struct.calcsize(order + layout):
            raise ElfError(
                f"its program headers have {entry_size} bytes, not {struct.calcsize(order + layout)}"
            )
        headers = self._bytes.at(table, count * entry_size, "the program headers") if count else b""
        for fields in struct.iter_unpack(order + layout, headers):
            kind_of_part = fields[0]
            offset, address, size = (
                (fields[2], fields[3], fields[5]) if wide else (fields[1], fields[2], fields[4])
            )
            if kind_of_part == _PT_LOAD:
                loads.append(_Load(address, offset, size))
            elif kind_of_part == _PT_DYNAMIC:
                dynamic = _Load(address, offset, size)
            elif kind_of_part == _PT_INTERP:
                interpreter = self._bytes.string(offset, offset + size, "the interpreter's name")

        needs = _Needs() if dynamic is None or kind == ET_REL else self._dynamic(dynamic, loads, wide)
        return Elf(bits, order == "<", machine, kind, interpreter, *needs)

    def _dynamic(self, dynamic: _Load, loads: list[_Load], wide: bool) -> _Needs:
        """Read the dynamic section and what it points at."""
        if dynamic.size > _MAX_DYNAMIC_SIZE:
            raise ElfError(f"its dynamic section has {dynamic.size} bytes; {_MAX_DYNAMIC_SIZE} are the most")
        start, left = _file_offset(loads, dynamic.address, "the dynamic section")
        entry = struct.Struct(self._bytes.order + ("qQ" if wide else "iI"))
        needed: list[int] = []
        single: dict[int, int] = {}
        section = self._bytes.at(
            start, min(dynamic.size, left) // entry.size * entry.size, "the dynamic section"
        )
        for tag, value in entry.iter_unpack(section):
            if tag == _DT_NULL:
                break
            if tag == _DT_NEEDED:
                needed.append(value)
            else:
                single[tag] = value

        if not needed and not single.keys() & {_DT_SONAME, _DT_RPATH, _DT_RUNPATH, _DT_VERNEED}:
            return _Needs()
        if _DT_STRTAB not in single or _DT_STRSZ not in single:
            raise ElfError("its dynamic section names no string table")
        names, left = _file_offset(loads, single[_DT_STRTAB], "the string table")
        names_end = names + min(single[_DT_STRSZ], left)

        def name(position: int, what: str) -> str:
            if position >= names_end - names:
                raise ElfError(f"{what} is at {position} in a string table of {names_end - names} bytes")
            return self._bytes.string(names + position, names_end, what)

        wanted = self._versions(loads, single) if _DT_VERNEED in single else []
        positions = dict.fromkeys(needed, "a needed library's name")
        for tag, what in _NAMES.items():
            if tag in single:
                positions[single[tag]] = what
        for pair in wanted:
            positions.update(dict.fromkeys(pair, "a needed version's name"))
        # In the order of the file, so that a reader over a stream need not go back for each.
        texts = {position: name(position, what) for position, what in sorted(positions.items())}
        highest: dict[tuple[str, str], tuple[int, ...]] = {}
        for library, version_name in wanted:
            version = _version(texts[version_name])
            if version is not None:
                key = (texts[library], version[0])
                highest[key] = max(highest.get(key, ()), version[1])
        return _Needs(
            tuple(texts[position] for position in needed),
            texts[single[_DT_SONAME]] if _DT_SONAME in single else None,
            _folders(texts, single.get(_DT_RPATH)),
            _folders(texts, single.get(_DT_RUNPATH)),
            tuple(SymbolVersion(*key, version) for key, version in sorted(highest.items())),
        )

    def _versions(self, loads: list[_Load], single: dict[int, int]) -> list[tuple[int, int]]:
        """Read the needed versions: where names of library and version are in the string table."""
        found: list[tuple[int, int]] = []
        start, left = _file_offset(loads, single[_DT_VERNEED], "the needed versions")
        end = start + left
        libraries = single.get(_DT_VERNEEDNUM, 0)
        if libraries > _MAX_VERSIONS:
            raise ElfError(f"it claims versions of {libraries} libraries; {_MAX_VERSIONS} are the most")
        steps = 0
        for _ in range(libraries):
            _, count, library, first, following = self._bytes.within(
                "HHIII", start, end, "the needed versions"
            )
            entry = start + first
            for _ in range(count):
                steps += 1
                if steps > _MAX_VERSIONS:
                    raise ElfError(f"it needs more than {_MAX_VERSIONS} versions")
                _, flags, _, version, step = self._bytes.within("IHHII", entry, end, "a needed version")
                if not flags & _VER_FLG_WEAK:
                    found.append((library, version))
                if not step:
                    break
                entry += step
            if not following:
                break
            start += following
        return found


class _Needs(NamedTuple):
    """The last fields of `Elf`, in their order."""

    needed: tuple[str, ...] = ()
    soname: Optional[str] = None
    rpath: tuple[str, ...] = ()
    runpath: tuple[str, ...] = ()
    symbols: tuple[SymbolVersion, ...] = ()


def _file_offset(loads: list[_Load], address: int, what: str) -> tuple[int, int]:
    """Return where an address is in the file and how many bytes of its part follow."""
    for load in loads:
        skipped = address - load.address
        if 0 <= skipped < load.size:
            return load.offset + skipped, load.size - skipped
    raise ElfError(f"{what} is at address {address:#x}, which no part of the file is loaded to")


def _folders(texts: dict[int, str], position: Optional[int]) -> tuple[str, ...]:
    return () if position is None else tuple(folder for folder in texts[position].split(":") if folder)


def _version(name: str) -> Optional[tuple[str, tuple[int, ...]]]:
    """Take `GLIBC_2.28` apart. Return None for names without a number, such as `GLIBC_PRIVATE`."""
    if name in _NAMED_VERSIONS:
        return _NAMED_VERSIONS[name]
    match = _VERSION_NAME.fullmatch(name)
    return (match[1], tuple(map(int, match[2].split(".")))) if match else None
