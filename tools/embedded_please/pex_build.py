"""A PEX of the files and wheels below the current folder, by the `pex` package's own library.

A script of its own, run by an action: wheels become the PEX's distributions, all other files its sources.
Nothing is resolved, so wheels for any platform are taken; what is compressed in a wheel is copied as it is.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import struct
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple, Optional

_DATE = (1 << 5) | 1  # 1980-01-01, the first that a zip can have
_FILE = 0o100644
_PROGRAM = 0o100755
_UTF8 = 0x800
_NATIVE_TAG = ".cpython-"


class Member(NamedTuple):
    """One file of the PEX.

    Attributes:
        name: Its path.
        mode: Its type and mode.
        method: How its bytes are compressed.
        crc: Checksum of its contents.
        size: Bytes of its contents.
        data: The compressed bytes; None for those at an offset of a file.
        source: That file.
        offset: Where they start.
        length: How many they are.
    """

    name: str
    mode: int
    method: int
    crc: int
    size: int
    data: Optional[bytes] = None
    source: Optional[Path] = None
    offset: int = 0
    length: int = 0


class Distribution(NamedTuple):
    """A wheel as the PEX holds it.

    Attributes:
        file_name: Name that a wheel with its metadata has, whatever the file was called.
        requirement: Its name and version.
        digest: SHA-256 of the wheel.
        members: Its files.
    """

    file_name: str
    requirement: str
    digest: str
    members: list[Member]


def main() -> int:
    """Builds the PEX that the command line asks for."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--output", required=True, type=Path)
    parser.add_argument("--main", default="", help="file of the module to run")
    parser.add_argument("--module", default="", help="name of the module to run")
    options = parser.parse_args()
    here = Path()
    files = sorted(path for path in here.rglob("*") if path.is_file())
    wheels = [path for path in files if path.suffix == ".whl"]
    sources = {path.as_posix(): path for path in files if path.suffix != ".whl"}
    module = options.module or options.main[: -len(".py")].replace("/", ".")
    build(options.output, module, sources, wheels)
    return 0


def build(output: Path, module: str, sources: dict[str, Path], wheels: list[Path]) -> None:
    """Writes a PEX.

    Args:
        output: The file to write.
        module: The module that it runs.
        sources: First-party files by their names in it.
        wheels: Its distributions; one without metadata stands for none and is left out.
    """
    import tempfile

    from pex.interpreter_constraints import InterpreterConstraints
    from pex.pex_builder import PEXBuilder
    from pex.pex_info import PexInfo

    scratch = tempfile.mkdtemp(dir=output.parent)
    os.environ["PEX_ROOT"] = scratch  # nothing of this is for the user's own
    info = PexInfo.default()
    version = f"CPython=={sys.version_info[0]}.{sys.version_info[1]}.*"
    info.interpreter_constraints = InterpreterConstraints.parse(version)
    info.ignore_errors = True  # a distribution that no rule declares is that rule's business
    builder = PEXBuilder(pex_info=info)
    builder.set_shebang("#!/usr/bin/env python3")
    members: list[Member] = []
    for wheel in wheels:
        note = _unavailable(wheel)
        if note is not None:
            members.append(_deflated(f".deps/{wheel.name}/.unavailable/{wheel.stem}.json", note, _FILE))
            continue
        distribution = _read_wheel(wheel)
        if distribution is not None:
            info.add_distribution(distribution.file_name, distribution.digest)
            info.add_requirement(distribution.requirement)
            members += distribution.members
    # The library has to know the sources: by their hash it tells PEXes apart that are unpacked to run.
    programs = {name for name, path in sources.items() if path.stat().st_mode & 0o100}
    empty = Path(scratch, "empty")
    empty.touch()
    for name, path in [*sources.items(), *((name, empty) for name in missing_inits(set(sources)))]:
        builder.add_source(str(path), name)
    builder.set_entry_point(module)
    builder.freeze(bytecode_compile=False)
    tree = Path(builder.path())
    for path in sorted(tree.rglob("*")):
        name = path.relative_to(tree).as_posix()
        if path.is_file() and (path.suffix != ".pyc" or name in sources):
            members.append(_deflated(name, path.read_bytes(), _PROGRAM if name in programs else _FILE))
    with output.open("wb") as out:
        out.write(b"#!/usr/bin/env python3\n")
        _write(out, _unique(members))
    output.chmod(0o755)


def _unique(members: list[Member]) -> list[Member]:
    by_name = {member.name: member for member in members}
    if len(by_name) < len(members):
        names = [member.name for member in members]
        doubled = sorted({name for name in names if names.count(name) > 1})
        raise SystemExit(f"two files of the PEX have one name: {', '.join(doubled)}")
    return [by_name[name] for name in sorted(by_name)]


def missing_inits(names: set[str]) -> list[str]:
    """Returns the `__init__.py` files that make packages of all folders, as Please's own archiver adds them.

    Args:
        names: Files that are there.
    """
    native = {
        name[: -len(".so")].rpartition(_NATIVE_TAG)[0] or name[: -len(".so")]
        for name in names
        if name.endswith(".so")
    }
    known, added = set(names), []
    for name in sorted(names):
        for folder in PurePosixPath(name).parents:
            if str(folder) == "." or folder.name == "__pycache__":
                break
            init = f"{folder}/__init__.py"
            if init == name:
                continue
            if any(init + suffix in known for suffix in ("", "c", "o", "i")) or f"{folder}.py" in known:
                break
            if str(folder) in native:
                break
            known.add(init)
            added.append(init)
    return added


def _unavailable(path: Path) -> Optional[bytes]:
    """Returns what lambda_wheel notes in place of a wheel that cannot be had, for when it is packed."""
    with path.open("rb") as file:
        return None if file.read(1) != b"{" else b"{" + file.read()


def _read_wheel(path: Path) -> Optional[Distribution]:
    """Reads a wheel; returns None for an empty stand-in of one."""
    if path.stat().st_size == 0:
        return None
    with zipfile.ZipFile(path) as archive, path.open("rb") as raw:
        names = archive.namelist()
        folder = next(
            (n.split("/")[0] for n in names if n.count("/") == 1 and n.endswith(".dist-info/METADATA")), ""
        )
        if not folder:
            if any(not name.endswith("/") for name in names):
                raise SystemExit(f"{path}: not a wheel: it has no .dist-info/METADATA at its top")
            return None
        project, version = folder[: -len(".dist-info")].split("-", 1)
        fields = [line.partition(":") for line in archive.read(f"{folder}/WHEEL").decode().splitlines()]
        tags = [value.strip().split("-") for key, _, value in fields if key.lower() == "tag"]
        is_pure = any(
            key.lower() == "root-is-purelib" and "true" in value.lower() for key, _, value in fields
        )
        compressed = (
            "-".join(".".join(sorted({tag[part] for tag in tags})) for part in range(3)) or "py3-none-any"
        )
        file_name = f"{project}-{version}-{compressed}.whl"
        members = []
        for info in archive.infolist():
            if info.is_dir():
                continue
            name = _installed(info.filename)
            mode = _PROGRAM if info.external_attr >> 16 & 0o100 else _FILE
            raw.seek(info.header_offset + 26)
            name_length, extra_length = struct.unpack("<HH", raw.read(4))
            offset = info.header_offset + 30 + name_length + extra_length
            members.append(
                Member(
                    f".deps/{file_name}/{name}",
                    *(mode, info.compress_type, info.CRC, info.file_size),
                    *(None, path, offset, info.compress_size),
                )
            )
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    # What the PEX's start-up code asks of an installed wheel.
    layout = {
        "fingerprint": digest,
        "record_relpath": f"{folder}/RECORD",
        "root_is_purelib": is_pure,
        "stash_dir": ".prefix",
        "sys_path_entries": [""],
    }
    content = json.dumps(layout, sort_keys=True, separators=(",", ":")).encode()
    members.append(_deflated(f".deps/{file_name}/.layout.json", content, _FILE))
    return Distribution(file_name, f"{project.replace('_', '-')}=={version}", digest, members)


def _installed(name: str) -> str:
    """Returns where a wheel's file is installed, below the distribution's folder in the PEX."""
    top, _, rest = name.partition("/")
    if not top.endswith(".data"):
        return name
    kind, _, rest = rest.partition("/")
    if kind in ("purelib", "platlib"):
        return rest
    return f".prefix/{'bin' if kind == 'scripts' else 'include' if kind == 'headers' else ''}/{rest}".replace(
        "//", "/"
    )


def _deflated(name: str, content: bytes, mode: int) -> Member:
    import zlib

    compressor = zlib.compressobj(6, zlib.DEFLATED, -15)
    data = compressor.compress(content) + compressor.flush()
    return Member(name, mode, zipfile.ZIP_DEFLATED, zlib.crc32(content), len(content), data, length=len(data))


def _write(out: BinaryIO, members: list[Member]) -> None:
    """Writes a zip archive after what has been written already, its offsets counted from the file's start."""
    directory = []
    for member in members:
        name = member.name.encode()
        header = struct.pack(
            *(
                "<HHHHHIIIHH",
                20,
                _UTF8,
                member.method,
                0,
                _DATE,
                member.crc,
                member.length,
                member.size,
                len(name),
                0,
            )
        )
        directory.append((member, header, name, out.tell()))
        out.write(b"PK\x03\x04" + header + name)
        for chunk in _chunks(member):
            out.write(chunk)
    start = out.tell()
    for member, header, name, offset in directory:
        extra = struct.pack("<HHQ", 1, 8, offset) if offset >= 0xFFFFFFFF else b""
        fields = bytearray(header)
        struct.pack_into("<H", fields, len(fields) - 2, len(extra))
        rest = struct.pack("<HHHII", 0, 0, 0, member.mode << 16, min(offset, 0xFFFFFFFF))
        version = struct.pack("<H", (3 << 8) | 20)  # made on Unix, so that modes count
        out.write(b"PK\x01\x02" + version + bytes(fields) + rest + name + extra)
    size, count = out.tell() - start, len(members)
    if count > 0xFFFE or start + size > 0xFFFFFFFE:
        record = struct.pack("<QHHIIQQQQ", 44, (3 << 8) | 45, 45, 0, 0, count, count, size, start)
        out.write(b"PK\x06\x06" + record + b"PK\x06\x07" + struct.pack("<IQI", 0, start + size, 1))
    counts = (min(count, 0xFFFF), min(count, 0xFFFF))
    out.write(
        b"PK\x05\x06"
        + struct.pack("<HHHHIIH", 0, 0, *counts, min(size, 0xFFFFFFFF), min(start, 0xFFFFFFFF), 0)
    )


def _chunks(member: Member) -> Iterator[bytes]:
    if member.data is not None or member.source is None:
        yield member.data or b""
        return
    with member.source.open("rb") as file:
        file.seek(member.offset)
        left = member.length
        while left:
            chunk = file.read(min(left, 1 << 20))
            if not chunk:
                raise SystemExit(f"{member.source}: it ends in the middle of {member.name}")
            left -= len(chunk)
            yield chunk


if __name__ == "__main__":
    sys.exit(main())
