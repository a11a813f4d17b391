"""Distribution: what an installer leaves of a wheel in `site-packages`."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Optional


@dataclass
class Distribution:
    """One installed distribution.

    Attributes:
        name: As its wheel spells it.
        version: As its wheel spells it.
        files: Path below `site-packages` -> bytes; the metadata comes on top.
        scattered: Path below the prefix (`bin/tool`) -> bytes, where `pip install --target` leaves them
            beside.
        tags: Of its WHEEL.
        record: Whether it has a RECORD.
        metadata: Whether it has a metadata folder at all.
        executables: Paths with an executable bit.
        extra: More files of the metadata folder.
    """

    name: str
    version: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    scattered: Mapping[str, bytes] = field(default_factory=dict)
    tags: tuple[str, ...] = ("py3-none-any",)
    record: bool = True
    metadata: bool = True
    executables: frozenset[str] = frozenset()
    extra: Mapping[str, bytes] = field(default_factory=dict)
    folder_name: Optional[str] = None

    @property
    def folder(self) -> str:
        return self.folder_name or f"{self.name.replace('-', '_')}-{self.version}.dist-info"

    def installed(self) -> dict[str, bytes]:
        """Path below `site-packages` -> bytes, all of it."""
        files = dict(self.files)
        if self.metadata:
            files[f"{self.folder}/METADATA"] = self._metadata()
            files[f"{self.folder}/WHEEL"] = self._wheel()
            files[f"{self.folder}/INSTALLER"] = b"pip\n"
            files.update({f"{self.folder}/{name}": data for name, data in self.extra.items()})
            if self.record:
                files[f"{self.folder}/RECORD"] = self._record(files)
        files.update(self.scattered)
        return files

    def _metadata(self) -> bytes:
        return f"Metadata-Version: 2.1\nName: {self.name}\nVersion: {self.version}\n".encode()

    def _wheel(self) -> bytes:
        tags = "".join(f"Tag: {tag}\n" for tag in self.tags)
        return f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\n{tags}".encode()

    def _record(self, files: Mapping[str, bytes]) -> bytes:
        lines = [f"{_quoted(path)},{_digest(data)},{len(data)}" for path, data in sorted(files.items())]
        lines += [
            f"../../../{path},{_digest(data)},{len(data)}" for path, data in sorted(self.scattered.items())
        ]
        lines.append(f"{self.folder}/RECORD,,")
        return "".join(line + "\n" for line in lines).encode()


def _quoted(path: str) -> str:
    return '"' + path.replace('"', '""') + '"' if set(path) & set(',"\n') else path


def _digest(data: bytes) -> str:
    digest = hashlib.sha256(data).digest()
    return "sha256=" + base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
