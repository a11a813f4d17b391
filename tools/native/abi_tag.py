"""An extension module's ABI tag, read from its file name.

CPython looks for `name.cpython-311-x86_64-linux-gnu.so`, `name.abi3.so` and `name.so`, and for nothing else:
see `importlib.machinery.EXTENSION_SUFFIXES`, PEP 3149, PEP 384 and PEP 703. Elsewhere the names are
`name.cp311-win_amd64.pyd` (Windows), `name.cpython-311-darwin.so` (macOS) and
`name.pypy39-pp73-x86_64-linux-gnu.so` (PyPy).
"""

from __future__ import annotations

import re
from typing import NamedTuple, Optional

_TAG = re.compile(
    r"[^.]+\.(?P<tag>"
    r"(?P<stable>abi3)"
    r"|(?P<implementation>cpython-|cp|pypy|graalpy)(?P<major>[23])(?P<minor>[0-9]{1,2})(?P<flags>[a-z]*)(?:-(?P<platform>[^.]+))?"
    r")\.(?P<extension>so|pyd)"
)
_IMPLEMENTATIONS = {"cpython-": "CPython", "cp": "CPython", "pypy": "PyPy", "graalpy": "GraalPy"}
# PyPy and GraalPy write their own ABI between the version and the platform: `pypy39-pp73-x86_64-linux-gnu`.
_OWN_ABI = re.compile(r"(?:pp[0-9]+|[0-9]+[a-z]*)-")
_MACHINES = {"amd64": "x86_64", "arm64": "aarch64", "i386": "i686", "win32": "i686"}


class Answer(NamedTuple):
    """Whether an extension module can be loaded, and why, in words that end a sentence."""

    loads: bool
    why: str


class AbiTag(NamedTuple):
    """What a file name says about who can load the file.

    Attributes:
        text: The tag as written, such as `cpython-311-x86_64-linux-gnu`.
        stable: Whether it is for the stable ABI, `abi3`: then no version is known.
        implementation: `CPython`, `PyPy` or `GraalPy`.
        python: Major and minor version, or None where the tag does not tell.
        free_threaded: Whether it is for CPython without the global interpreter lock, whose ABI is another.
        system: `linux`, `darwin` or `windows`, or None where the tag does not tell.
        libc: `gnu` or `musl`, or None where the tag does not tell.
        machine: As `uname -m` spells it, or None where the tag does not tell.
    """

    text: str
    stable: bool
    implementation: str
    python: Optional[tuple[int, int]]
    free_threaded: bool
    system: Optional[str]
    libc: Optional[str]
    machine: Optional[str]

    def loads_on(self, python: tuple[int, int], machine: str) -> Answer:
        """Return whether CPython on Linux with glibc, such as Lambda's, would load a file of this name.

        Args:
            python: Major and minor version.
            machine: As `uname -m` spells it, such as `x86_64` or `aarch64`.
        """
        wanted = f"Python {python[0]}.{python[1]} on {machine} Linux"
        if self.implementation != "CPython":
            return Answer(False, f"it is for {self.implementation}, not for CPython")
        if self.python is not None and self.python != python:
            return Answer(False, f"it is for Python {self.python[0]}.{self.python[1]}, not for {wanted}")
        if self.free_threaded:
            return Answer(False, "it is for free-threaded Python, which has another ABI")
        if self.system not in (None, "linux"):
            return Answer(False, f"it is for {_SYSTEMS[self.system]}, not for {wanted}")
        if self.libc == "musl":
            return Answer(False, "it is for musl (Alpine Linux), not for glibc")
        if self.machine not in (None, machine):
            return Answer(False, f"it is for {self.machine}, not for {wanted}")
        return Answer(True, f"{wanted} loads it")


_SYSTEMS = {"darwin": "macOS", "windows": "Windows"}


def read_tag(name: str) -> Optional[AbiTag]:
    """Return the ABI tag in a file name, or None where it has none.

    A name without a tag, `name.so`, is loaded by any Python, and so says nothing.

    Args:
        name: A file's name or its path, with slashes.
    """
    match = _TAG.fullmatch(name.rpartition("/")[2])
    if match is None:
        return None
    if match["stable"]:
        system = "windows" if match["extension"] == "pyd" else None
        return AbiTag(match["tag"], True, "CPython", None, False, system, None, None)
    implementation = _IMPLEMENTATIONS[match["implementation"]]
    platform: str = match["platform"] or ""
    if implementation != "CPython":
        platform = _OWN_ABI.sub("", platform, count=1)
    system, libc, machine = _read_platform(platform)
    if match["extension"] == "pyd":
        system = "windows"
    # GraalPy writes its own version there.
    python = None if implementation == "GraalPy" else (int(match["major"]), int(match["minor"]))
    return AbiTag(match["tag"], False, implementation, python, "t" in match["flags"], system, libc, machine)


def _read_platform(platform: str) -> tuple[Optional[str], Optional[str], Optional[str]]:
    """Take `x86_64-linux-gnu`, `darwin` or `win_amd64` apart: system, C library, machine."""
    if platform.startswith("win"):
        machine = platform if platform == "win32" else platform.partition("_")[2]
        return "windows", None, _MACHINES.get(machine, machine) or None
    if platform == "darwin":
        return "darwin", None, None
    machine, linux, libc = platform.partition("-linux-")
    if not linux:
        return None, None, None
    return "linux", "musl" if libc.startswith("musl") else "gnu", _MACHINES.get(machine, machine)
