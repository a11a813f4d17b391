"""The platform gate: whether a Lambda runtime can load the native files of a zip.

Nothing is read here: facts in, findings out. An error is only what could never work. What may work, because
the runtime's image is not documented or nothing may ever load the file, is a warning.
"""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Optional

from tools.aws import facts
from tools.native import runtime_libraries
from tools.native.abi_tag import AbiTag, read_tag
from tools.native.elf import ET_REL, Elf, SymbolVersion
from tools.native.finding import Finding, Findings, findings_of
from tools.native.kind import Kind
from tools.native.native_file import NativeFile
from tools.native.runtime_libraries import Presence
from tools.native.zip_libraries import ZipLibraries

__all__ = ["Findings", "NativeFile", "check"]

# Names that an import or the dynamic loader would look for. Other files are data, whatever they are inside.
_LOADABLE = re.compile(r".*\.(?:so(?:\.[0-9]+)*|pyd|dylib|dll)", re.IGNORECASE)

# e_machine of code that no CPU runs: NVIDIA's and AMD's graphics processors, and the kernel's BPF.
_DEVICE_MACHINES = frozenset({190, 224, 247})
# gABI, e_machine.
_MACHINE_NAMES = {
    3: "i386 (32-bit x86)",
    8: "MIPS",
    20: "PowerPC",
    21: "64-bit PowerPC",
    22: "S/390",
    40: "32-bit ARM",
    62: "x86_64",
    183: "aarch64",
    243: "RISC-V",
    258: "LoongArch",
}

# Of those, the ones that Lambda has in 64 bits and little-endian only.
_LITTLE_64 = frozenset({62, 183})
_LIBRARIES_OF_FAMILIES = {"GLIBC": "glibc", "GLIBCXX": "libstdc++", "CXXABI": "libstdc++"}


def check(
    files: Iterable[NativeFile],
    runtime: facts.Runtime,
    architecture: facts.Architecture,
    names: Collection[str],
    provided_libraries: Sequence[str] = (),
    optional: Collection[str] = (),
) -> Findings:
    """Check all native files of a zip against a runtime.

    Args:
        files: The native files, in the order in which problems are told.
        runtime: Lambda's runtime.
        architecture: Lambda's architecture.
        names: The names of all files in the zip, native or not.
        provided_libraries: Globs of library names, such as `libodbc.so*`, that the function gets elsewhere: from
            a layer or from a container image.
        optional: Extension modules, by their names in the zip, that nothing in it imports unconditionally. A
            library that one of them misses is a warning: without it, the import fails as its importer expects.
            A module for another platform is an error all the same, as its wheel was the wrong one to take.
    """
    files = list(files)
    gate = _Gate(files, runtime, architecture, frozenset(names), provided_libraries, frozenset(optional))
    return findings_of(list(gate.findings()))


class _Gate:
    """The state of one check: the platform, and what the files of the zip offer each other."""

    def __init__(
        self,
        files: Sequence[NativeFile],
        runtime: facts.Runtime,
        architecture: facts.Architecture,
        names: frozenset[str],
        provided: Sequence[str],
        optional: frozenset[str],
    ) -> None:
        self._files = files
        self._runtime = runtime
        self._architecture = architecture
        self._provided = provided
        self._optional = optional
        self._here = f"{runtime.name} on {architecture.name}"
        self._libraries = ZipLibraries(files, names)
        # Files that are extension modules by their names, by what an import would call them.
        self._modules: defaultdict[str, list[str]] = defaultdict(list)
        for name in sorted(names):
            if name.endswith(".so"):
                self._modules[_module(name)].append(name)

    def findings(self) -> Iterator[Finding]:
        """Check every file."""
        for file in self._files:
            for finding in self._check(file):
                # A distribution for any platform brings native files as data, and chooses when it runs.
                yield finding._replace(problem=finding.problem and not file.any_platform)

    def _check(self, file: NativeFile) -> Iterator[Finding]:
        if file.kind is Kind.ARCHIVE:
            return
        loadable = _LOADABLE.fullmatch(file.path) is not None
        if file.kind is not Kind.ELF:
            yield Finding(
                loadable,
                file,
                f"is {file.kind.value}; {self._here} loads ELF files only",
                "take the distribution's wheel for Linux",
                excludable=True,
            )
        elif file.elf is None:
            yield Finding(
                loadable,
                file,
                f"begins like an ELF file, but cannot be read: {file.unreadable}",
                "fetch or build the distribution anew",
                excludable=True,
            )
        elif file.elf.machine not in _DEVICE_MACHINES:
            yield from self._check_elf(file, file.elf)

    def _check_elf(self, file: NativeFile, elf: Elf) -> Iterator[Finding]:
        if (elf.machine, elf.bits, elf.little_endian) != (self._architecture.elf_machine, 64, True):
            yield Finding(
                # What a linker has yet to link is never loaded.
                elf.type != ET_REL,
                file,
                f"is built for {_machine(elf)}; {self._here} needs {self._architecture.machine}",
                _other_architecture(elf)
                or f"take the distribution's wheel for {self._architecture.machine} Linux",
            )
            return
        tag = read_tag(file.path)
        answer = tag.loads_on(self._runtime.python, self._architecture.machine) if tag else None
        if tag and answer and not answer.loads:
            yield Finding(
                not self._has_fitting_sibling(file.path),
                file,
                f"cannot be imported by {self._here}: {answer.why}",
                _other_python(tag) or "take the distribution's wheel for that Python",
            )
        elif elf.type != ET_REL:
            for symbol in elf.symbols:
                yield from self._check_symbol(file, symbol)
            yield from self._check_interpreter(file, elf)
            for soname in elf.needed:
                yield from self._check_needed(file, elf, soname)

    def _has_fitting_sibling(self, path: str) -> bool:
        """Return whether the module of an extension that does not fit is there once more, as one that does."""
        for other in self._modules[_module(path)]:
            if other != path:
                tag = read_tag(other)
                if tag is None or tag.loads_on(self._runtime.python, self._architecture.machine).loads:
                    return True
        return False

    def _check_symbol(self, file: NativeFile, symbol: SymbolVersion) -> Iterator[Finding]:
        # A library in the zip brings its own versions, whatever the runtime's library of that name has.
        bound = runtime_libraries.symbols(symbol.family, self._runtime)
        if bound is None or symbol.library in self._libraries.places or symbol.version <= bound.sure:
            return
        has = _dotted(bound.sure)
        if symbol.version <= bound.likely:
            has += f" in its first images and {_dotted(bound.likely)} in newer ones"
        yield Finding(
            symbol.version > bound.likely,
            file,
            f"needs {symbol} of {symbol.library}; "
            f"{self._runtime.name} ({self._runtime.system}) has {symbol.family} up to {has}",
            _other_runtime(symbol),
        )

    def _check_interpreter(self, file: NativeFile, elf: Elf) -> Iterator[Finding]:
        # Libraries that can also be run, such as libc itself, are not started by it when they are loaded.
        expected = runtime_libraries.INTERPRETERS[self._architecture.machine]
        if elf.interpreter not in (None, expected) and elf.soname is None:
            yield Finding(
                "musl" in str(elf.interpreter),
                file,
                f"is a program that {elf.interpreter} starts; {self._runtime.name} has {expected}",
                "take one that is built for glibc, or linked statically",
            )

    def _check_needed(self, file: NativeFile, elf: Elf, soname: str) -> Iterator[Finding]:
        if any(fnmatch.fnmatchcase(soname, glob) for glob in self._provided):
            return
        if soname in self._libraries.places:
            if not self._libraries.leads_to(file.path, soname):
                yield Finding(
                    False,
                    file,
                    f"needs {soname}, which is in the zip as {self._libraries.places[soname]}, where its "
                    f"search path ({':'.join(elf.rpath + elf.runpath) or 'none'}) does not lead",
                    "it loads only once something else has loaded that library",
                )
            return
        presence = runtime_libraries.library(soname, self._runtime, self._architecture.machine)
        if presence is Presence.LIKELY:
            yield Finding(
                False,
                file,
                f"needs {soname}, which is not in the zip; "
                f"{self._runtime.name} may have it, but AWS does not say so",
                "take a wheel that brings it, or try the function where it will run",
            )
        elif presence is Presence.MISSING:
            yield self._missing(file, soname)

    def _missing(self, file: NativeFile, soname: str) -> Finding:
        what = f"needs {soname}, which is neither in the zip nor in {self._here}"
        if "musl" in soname:
            return Finding(True, file, f"{what}: it is built for musl", "take the manylinux wheel")
        if file.path in self._optional:
            return Finding(
                False,
                file,
                what,
                "nothing in the zip imports it unconditionally, so the function may do without it",
                excludable=True,
                library=soname,
            )
        return Finding(True, file, what, "take a wheel that brings it", excludable=True, library=soname)


def _module(path: str) -> str:
    """Return a path without what stands behind the first dot of its file name."""
    folder, base = posixpath.split(path)
    return posixpath.join(folder, base.partition(".")[0])


def _machine(elf: Elf) -> str:
    name = _MACHINE_NAMES.get(elf.machine, f"an unknown machine ({elf.machine})")
    if elf.machine in _LITTLE_64:
        name += ("" if elf.bits == 64 else ", 32 bits") + ("" if elf.little_endian else ", big-endian")
    return name


def _other_architecture(elf: Elf) -> Optional[str]:
    for architecture in facts.ARCHITECTURES.values():
        if (elf.machine, elf.bits, elf.little_endian) == (architecture.elf_machine, 64, True):
            return f"architecture {architecture.name} would work, or the distribution's wheel for this one"
    return None


def _other_python(tag: AbiTag) -> Optional[str]:
    python = None if tag.free_threaded or tag.implementation != "CPython" else tag.python
    runtime = facts.runtime_of_python(python) if python else None
    return f"{runtime.name} would work, or the distribution's wheel for this one" if runtime else None


def _other_runtime(symbol: SymbolVersion) -> str:
    """Tell which runtimes have a symbol version, for the end of a message."""
    library = _LIBRARIES_OF_FAMILIES[symbol.family]
    highest: tuple[int, ...] = ()
    for runtime in sorted(facts.RUNTIMES.values(), key=lambda runtime: runtime.python):
        bound = runtime_libraries.symbols(symbol.family, runtime)
        if bound and symbol.version <= bound.sure:
            has = f"{symbol.family} up to {_dotted(bound.sure)}"
            return f"{runtime.name} and newer ({has}) would work, or a wheel built for an older {library}"
        highest = max(highest, bound.likely if bound else ())
    return (
        f"no runtime is sure to have it (the newest has {symbol.family} up to {_dotted(highest)}): "
        f"take a wheel that is built for an older {library}"
    )


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
