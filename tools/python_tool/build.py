"""Build: one executable zip of a tool's modules and packages, as `python -m zipapp` has it, with bytecode.

A script with nothing of this repository's in it, as it builds the rest.
"""

from __future__ import annotations

import argparse
import importlib.util
import marshal
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

_SHEBANG = b"#!/usr/bin/env python3\n"
_DATE = (1980, 1, 1, 0, 0, 0)

# PEP 552: flags 1 is a hash-based .pyc, without 2 it is never checked against its source. zipimport compares times
# otherwise, and compiles again where they differ, as they do once they are fixed.
_UNCHECKED = (1).to_bytes(4, "little")


def main() -> int:
    """Write the file that the command line names."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--module", required=True)
    parser.add_argument("--output", required=True, type=Path)
    parser.add_argument("--sources", nargs="*", default=[], type=Path)
    parser.add_argument("--wheels", nargs="*", default=[], type=Path)
    parser.add_argument("--data", nargs="*", default=[], type=Path)
    options = parser.parse_args()
    files: dict[str, bytes] = {}
    for source in options.sources:
        files[_below_tools(source)] = source.read_bytes()
    for wheel in options.wheels:
        files.update(_of_wheel(wheel))
    for path in options.data:
        files[f"data/{path.name}"] = path.read_bytes()
    for name in [name for name in files if name.endswith(".py")]:
        files[name + "c"] = _compiled(name, files[name])
    files["__main__.py"] = f"import sys\nfrom {options.module}.cli import main\nsys.exit(main())\n".encode()
    with options.output.open("wb") as out:
        out.write(_SHEBANG)
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in sorted(files.items()):
                info = zipfile.ZipInfo(name, _DATE)
                info.external_attr = 0o100644 << 16
                info.create_system = 3
                # Bytecode is stored: it is what each start reads.
                info.compress_type = zipfile.ZIP_STORED if name.endswith(".pyc") else zipfile.ZIP_DEFLATED
                archive.writestr(info, data)
    options.output.chmod(0o755)
    return 0


def _below_tools(source: Path) -> str:
    """Return a source's path from its folder `tools` on: in a user's repository it is below the plugin's."""
    parts = source.parts
    first = len(parts) - 1 - parts[::-1].index("tools")
    return str(PurePosixPath(*parts[first:]))


def _of_wheel(wheel: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the modules of a wheel's packages."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.endswith((".py", ".typed")) and ".dist-info/" not in name:
                yield name, archive.read(name)


def _compiled(name: str, source: bytes) -> bytes:
    code = compile(source, name, "exec", dont_inherit=True)
    return importlib.util.MAGIC_NUMBER + _UNCHECKED + importlib.util.source_hash(source) + marshal.dumps(code)


if __name__ == "__main__":
    sys.exit(main())
