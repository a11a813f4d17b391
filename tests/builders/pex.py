"""Pex: PEXes as Please's and pex-tool's own tools make them, of every kind, without either."""

from __future__ import annotations

import enum
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Optional

from tests.builders.distribution import Distribution
from tests.builders.raw_zip import DEFLATED, STORED, UT, RawMember, RawZip


class PexKind(enum.Enum):
    """Which tool's PEX, in which layout."""

    PLEASE_1 = "please 1"
    PLEASE_2 = "please 2"
    ZIPAPP = "zipapp"
    PACKED = "packed"
    LOOSE = "loose"

    @property
    def please(self) -> bool:
        return self in (PexKind.PLEASE_1, PexKind.PLEASE_2)

    @property
    def archive(self) -> bool:
        return self not in (PexKind.PACKED, PexKind.LOOSE)


SCRIPT = b'#!/bin/sh\nexec /usr/bin/env python3 -S $0 "$@"\n'
PROGRAM = b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 4
SHEBANG = b"#!/usr/bin/env python3.11\n"

# Magic numbers of bytecode, little-endian with "\r\n" behind.
MAGIC = {(3, 9): 3425, (3, 10): 3439, (3, 11): 3495, (3, 12): 3531, (3, 13): 3571, (3, 14): 3627}


def bytecode(python: tuple[int, int] = (3, 11)) -> bytes:
    return MAGIC[python].to_bytes(2, "little") + b"\r\n" + bytes(12) + b"code"


class PexBuilder:
    """Collects files and writes a PEX of them.

    Args:
        kind: Whose PEX.
        module_dir: Folder of third-party code, in Please's.
        python: The version that it is built with.
        inits: Whether empty `__init__.py` files are added to every folder that has Python files below, as
            arcat does.
    """

    def __init__(
        self,
        kind: PexKind = PexKind.PLEASE_2,
        module_dir: str = "third_party/python",
        python: tuple[int, int] = (3, 11),
        inits: bool = True,
    ) -> None:
        self.kind = kind
        self.module_dir = module_dir
        self.python = python
        self.inits = inits
        self.first_party: dict[str, bytes] = {}
        self.distributions: list[Distribution] = []
        self.third_party: dict[str, bytes] = {}
        self.links: dict[str, str] = {}
        self.executables: set[str] = set()
        self.options: dict[str, dict[str, Any]] = {}
        self.info: dict[str, Any] = {"interpreter_constraints": [f"CPython=={python[0]}.{python[1]}.*"]}
        self.prefix: Optional[bytes] = None

    def add(self, path: str, data: bytes = b"", executable: bool = False, **options: Any) -> PexBuilder:
        """Add a first-party file. `options` are those of `RawMember`."""
        self.first_party[path] = data
        if executable:
            self.executables.add(path)
        if options:
            self.options[path] = options
        return self

    def add_source(
        self, path: str, source: str = "def handler(event, context):\n    return event\n"
    ) -> PexBuilder:
        """Add a first-party module, with its bytecode beside it where Please would put that."""
        self.first_party[path] = source.encode()
        if self.kind.please:
            self.first_party[path + "c"] = bytecode(self.python)
        return self

    def add_link(self, path: str, target: str) -> PexBuilder:
        self.links[path] = target
        return self

    def add_third_party(self, path: str, data: bytes = b"") -> PexBuilder:
        """Add a file to the third-party code of a Please PEX that no distribution knows of."""
        self.third_party[path] = data
        return self

    def add_distribution(
        self, name: str, version: str, files: Mapping[str, bytes], **options: Any
    ) -> PexBuilder:
        self.distributions.append(Distribution(name, version, files, **options))
        return self

    def write(self, path: Path) -> Path:
        """Write the PEX, and return where."""
        if self.kind.archive:
            path.write_bytes(self.raw().build())
        else:
            self._write_folder(path)
        return path

    def raw(self) -> RawZip:
        """Return the PEX as an archive that has not been written yet, so that it can be made to lie."""
        return self._please() if self.kind.please else self._zipapp()

    def _please(self) -> RawZip:
        files = dict(self.first_party)
        executables = set(self.executables)
        for distribution in self.distributions:
            for path, data in distribution.installed().items():
                files[f"{self.module_dir}/{path}"] = data
            executables.update(f"{self.module_dir}/{path}" for path in distribution.executables)
        files.update({f"{self.module_dir}/{path}": data for path, data in self.third_party.items()})
        if self.inits:
            for folder in sorted(
                {folder for path in files if path.endswith(".py") for folder in _folders(path)}
            ):
                files.setdefault(f"{folder}__init__.py", b"")
        prefix = PROGRAM if self.kind is PexKind.PLEASE_2 else SCRIPT
        archive = RawZip(prefix=prefix if self.prefix is None else self.prefix)
        # Streamed by its own tool, copied from others by arcat.
        start = [
            RawMember(".bootstrap/__init__.py", b"", descriptor=4),
            RawMember(".bootstrap/zipp.py", b"bootstrap = 1\n", descriptor=4),
            RawMember("__main__.py", b"import runpy\n", descriptor=4),
        ]
        if self.kind is PexKind.PLEASE_2:
            archive.members += start
        for folder in sorted({_folders(path)[1] for path in files if "/" in path}):
            archive.add(
                folder, b"", method=STORED, mode=0, made_by=20, local_extra=UT * 2, central_extra=UT * 2
            )
        for path, data in sorted(files.items()):
            mode = 0o100755 if path in executables else 0o100644
            options: dict[str, Any] = {"mode": mode, "local_extra": UT, "central_extra": UT}
            archive.add(path, data, **{**options, **self.options.get(path, {})})
        self._add_links(archive)
        if self.kind is PexKind.PLEASE_1:
            archive.members += start
        return archive

    def _zipapp(self) -> RawZip:
        archive = RawZip(prefix=SHEBANG if self.prefix is None else self.prefix)
        for path, (data, executable) in sorted(self._pex_tool_files().items()):
            method = DEFLATED if len(data) > 10 else STORED
            mode = 0o100755 if executable else 0o100644
            archive.add(path, data, **{"method": method, "mode": mode, **self.options.get(path, {})})
        self._add_links(archive)
        return archive

    def _add_links(self, archive: RawZip) -> None:
        for path, target in sorted(self.links.items()):
            archive.add(path, target.encode(), mode=0o120777)

    def _pex_tool_files(self) -> dict[str, tuple[bytes, bool]]:
        files = {path: (data, path in self.executables) for path, data in self.first_party.items()}
        files["PEX-INFO"] = (json.dumps(self.info).encode(), False)
        files["__main__.py"] = (b"import runpy\n", True)
        files["__pex__/__init__.py"] = (b"", False)
        files[".bootstrap/pex/__init__.py"] = (b"", False)
        for distribution in self.distributions:
            wheel = wheel_name(distribution)
            for path, data in distribution.installed().items():
                files[f".deps/{wheel}/{path}"] = (data, path in distribution.executables)
            files[f".deps/{wheel}/.layout.json"] = (b"{}", False)
        return files

    def _write_folder(self, path: Path) -> None:
        files = self._pex_tool_files()
        packed: dict[str, RawZip] = {}
        for name, (data, executable) in sorted(files.items()):
            if self.kind is PexKind.PACKED and name.startswith(".deps/"):
                _, wheel, inner = name.split("/", 2)
                mode = 0o100755 if executable else 0o100644
                packed.setdefault(wheel, RawZip()).add(inner, data, mode=mode)
                continue
            target = path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            target.chmod(0o755 if executable else 0o644)
        for wheel, archive in packed.items():
            target = path / ".deps" / wheel
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.build())
        for name, link in self.links.items():
            target = path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            os.symlink(link, target)


def wheel_name(distribution: Distribution) -> str:
    """Return the name of a distribution's wheel."""
    return f"{distribution.name.replace('-', '_')}-{distribution.version}-{distribution.tags[0]}.whl"


def _folders(path: str) -> list[str]:
    """Return the folders on the way to a path, the root first, each with the `/` that ends it."""
    parts = path.split("/")[:-1]
    return ["", *("/".join(parts[: count + 1]) + "/" for count in range(len(parts)))]


def echo_pex(kind: PexKind = PexKind.PLEASE_2) -> PexBuilder:
    """Return a small PEX with a handler `svc/echo.py:handler` and a distribution `msgspec 0.19.0`."""
    return (
        PexBuilder(kind)
        .add_source("svc/echo.py")
        .add("svc/data.json", b'{"key": "' + b"value " * 20 + b'"}\n')
        .add_distribution(
            "msgspec",
            "0.19.0",
            {"msgspec/__init__.py": b"name = 'msgspec'\n", "msgspec/_utils.py": b"x = 1\n" * 30},
        )
    )
