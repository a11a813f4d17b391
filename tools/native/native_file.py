"""A native file of a zip, as the gate is told of it."""

from __future__ import annotations

from typing import NamedTuple, Optional

from tools.native.elf import Elf
from tools.native.kind import Kind


class NativeFile(NamedTuple):
    """A native file of a zip.

    Attributes:
        path: Its name in the zip.
        distribution: The distribution that it came with, as messages call it, such as `numpy 2.1.0`; None for
            first-party code.
        kind: What its first bytes say.
        elf: Its needs, for an ELF file that could be read.
        unreadable: Why it could not be read, for an ELF file that could not.
        any_platform: Whether the distribution says that it fits any platform (`Tag: py3-none-any` in its
            `WHEEL`). Then a native file is data to it: such distributions bring one for each platform
            and choose when they run.
    """

    path: str
    distribution: Optional[str]
    kind: Kind
    elf: Optional[Elf] = None
    unreadable: Optional[str] = None
    any_platform: bool = False
