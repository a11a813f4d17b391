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
from typing import NamedTuple, Optional

from tools.aws import facts
from tools.native import runtime_libraries
from tools.native.abi_tag import AbiTag, read_tag
from tools.native.elf import ET_REL, Elf, SymbolVersion
from tools.native.kind import Kind
from tools.native.runtime_libraries import Presence

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
_ORIGIN = re.compile(r"^(?:\$ORIGIN|\$\{ORIGIN\})")

_LIBRARIES_OF_FAMILIES = {"GLIBC": "glibc", "GLIBCXX": "libstdc++", "CXXABI": "libstdc++"}


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


class Findings(NamedTuple):
    """What the gate found. Each entry is a complete message.

    Attributes:
        problems: What could never work.
        warnings: What may not work.
    """

    problems: tuple[str, ...]
    warnings: tuple[str, ...]


class _Finding(NamedTuple):
    """One thing wrong with one file. Files of one distribution with the same thing wrong share a message."""

    problem: bool
    file: NativeFile
    what: str
    remedy: str


def check(
    files: Iterable[NativeFile],
    runtime: facts.Runtime,
    architecture: facts.Architecture,
    names: Collection[str],
    provided: Sequence[str] = (),
) -> Findings:
    """Checks all native files of a zip against a runtime.

    Args:
        files: The native files, in the order in which problems are told.
        runtime: Lambda's runtime.
        architecture: Lambda's architecture.
        names: The names of all files in the zip, native or not.
        provided: Globs of library names, such as `libodbc.so*`, that the function gets elsewhere: from a
            layer or from a container image.
    """
    gate = _Gate(list(files), runtime, architecture, frozenset(names), provided)
    findings = list(gate.findings())
    return Findings(tuple(_messages(findings, True)), tuple(_messages(findings, False)))


class _Gate:
    """The state of one check: the platform, and what the files of the zip offer each other."""

    def __init__(
        self,
        files: Sequence[NativeFile],
        runtime: facts.Runtime,
        architecture: facts.Architecture,
        names: frozenset[str],
        provided: Sequence[str],
    ) -> None:
        self._files = files
        self._runtime = runtime
        self._architecture = architecture
        self._names = names
        self._provided = provided
        self._here = f"{runtime.name} on {architecture.name}"
        # Where a library is in the zip, by each name that a file can be needed by.
        self._libraries: dict[str, str] = {}
        # Libraries that the loader's own path, or the path of at least one file that needs them, leads to.
        self._found: set[str] = set()
        # Files that are extension modules by their names, by what an import would call them.
        self._modules: defaultdict[str, list[str]] = defaultdict(list)
        for name in sorted(names):
            folder, base = posixpath.split(name)
            if base.endswith(".so"):
                self._modules[_module(name)].append(name)
            if ".so" in base:
                self._libraries.setdefault(base, name)
                if folder in runtime_libraries.LIBRARY_FOLDERS:
                    self._found.add(base)
        for file in files:
            if file.elf is None:
                continue
            if file.elf.soname is not None:
                self._libraries.setdefault(file.elf.soname, file.path)
            for folder in _search_path(file.path, file.elf):
                self._found.update(
                    soname for soname in file.elf.needed if posixpath.join(folder, soname) in names
                )

    def findings(self) -> Iterator[_Finding]:
        """Checks every file."""
        for file in self._files:
            for finding in self._check(file):
                # A distribution for any platform brings native files as data, and chooses when it runs.
                yield finding._replace(problem=finding.problem and not file.any_platform)

    def _check(self, file: NativeFile) -> Iterator[_Finding]:
        if file.kind is Kind.ARCHIVE:
            return
        loadable = _LOADABLE.fullmatch(file.path) is not None
        if file.kind is not Kind.ELF:
            yield _Finding(
                loadable,
                file,
                f"is {file.kind.value}; {self._here} loads ELF files only",
                "take the distribution's wheel for Linux, or leave the file out",
            )
        elif file.elf is None:
            yield _Finding(
                loadable,
                file,
                f"begins like an ELF file, but can't be read: {file.unreadable}",
                "fetch or build the distribution anew, or leave the file out",
            )
        elif file.elf.machine not in _DEVICE_MACHINES:
            yield from self._check_elf(file, file.elf)

    def _check_elf(self, file: NativeFile, elf: Elf) -> Iterator[_Finding]:
        if (elf.machine, elf.bits, elf.little_endian) != (self._architecture.elf_machine, 64, True):
            yield _Finding(
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
            yield _Finding(
                not self._has_fitting_sibling(file.path),
                file,
                f"can't be imported by {self._here}: {answer.why}",
                _other_python(tag) or "take the distribution's wheel for that Python",
            )
        elif elf.type != ET_REL:
            for symbol in elf.symbols:
                yield from self._check_symbol(file, symbol)
            yield from self._check_interpreter(file, elf)
            for soname in elf.needed:
                yield from self._check_needed(file, elf, soname)

    def _has_fitting_sibling(self, path: str) -> bool:
        """Tells whether the module of an extension that does not fit is there once more, as one that does."""
        for other in self._modules[_module(path)]:
            if other != path:
                tag = read_tag(other)
                if tag is None or tag.loads_on(self._runtime.python, self._architecture.machine).loads:
                    return True
        return False

    def _check_symbol(self, file: NativeFile, symbol: SymbolVersion) -> Iterator[_Finding]:
        # A library in the zip brings its own versions, whatever the runtime's library of that name has.
        bound = runtime_libraries.symbols(symbol.family, self._runtime)
        if bound is None or symbol.library in self._libraries or symbol.version <= bound.sure:
            return
        has = _dotted(bound.sure)
        if symbol.version <= bound.likely:
            has += f" in its first images and {_dotted(bound.likely)} in newer ones"
        yield _Finding(
            symbol.version > bound.likely,
            file,
            f"needs {symbol} of {symbol.library}; "
            f"{self._runtime.name} ({self._runtime.system}) has {symbol.family} up to {has}",
            _other_runtime(symbol),
        )

    def _check_interpreter(self, file: NativeFile, elf: Elf) -> Iterator[_Finding]:
        # Libraries that can also be run, such as libc itself, are not started by it when they are loaded.
        expected = runtime_libraries.INTERPRETERS[self._architecture.machine]
        if elf.interpreter not in (None, expected) and elf.soname is None:
            yield _Finding(
                "musl" in str(elf.interpreter),
                file,
                f"is a program that {elf.interpreter} starts; {self._runtime.name} has {expected}",
                "take one that is built for glibc, or linked statically",
            )

    def _check_needed(self, file: NativeFile, elf: Elf, soname: str) -> Iterator[_Finding]:
        if any(fnmatch.fnmatchcase(soname, glob) for glob in self._provided):
            return
        if soname in self._libraries:
            # Libraries beside each other are what auditwheel and delocate leave: whoever needs the first
            # leads the loader to all of them (ld.so(8): DT_RPATH holds for what is loaded on its behalf too).
            beside = self._libraries[soname] == posixpath.join(posixpath.dirname(file.path), soname)
            if soname not in self._found and not beside:
                yield _Finding(
                    False,
                    file,
                    f"needs {soname}, which is in the zip as {self._libraries[soname]}, where its "
                    f"search path ({':'.join(elf.rpath + elf.runpath) or 'none'}) does not lead",
                    "it loads only once something else has loaded that library",
                )
            return
        presence = runtime_libraries.library(soname, self._runtime, self._architecture.machine)
        if presence is Presence.LIKELY:
            yield _Finding(
                False,
                file,
                f"needs {soname}, which is not in the zip; "
                f"{self._runtime.name} may have it, but AWS does not say so",
                "take a wheel that brings it, or try the function where it will run",
            )
        elif presence is Presence.MISSING:
            what = f"needs {soname}, which is neither in the zip nor in {self._here}"
            if "musl" in soname:
                yield _Finding(True, file, f"{what}: it is built for musl", "take the manylinux wheel")
            else:
                yield _Finding(
                    True, file, what, "take a wheel that brings it, or leave the file out if nothing loads it"
                )


def _module(path: str) -> str:
    """Returns a path without what stands behind the first dot of its file name."""
    folder, base = posixpath.split(path)
    return posixpath.join(folder, base.partition(".")[0])


def _search_path(path: str, elf: Elf) -> list[str]:
    """Returns the folders of the zip that a file's own search path leads to."""
    origin = posixpath.dirname(path)
    return [
        posixpath.normpath(_ORIGIN.sub(lambda _: origin or ".", folder))
        for folder in (*elf.rpath, *elf.runpath)
        if _ORIGIN.match(folder)
    ]


def _machine(elf: Elf) -> str:
    name = _MACHINE_NAMES.get(elf.machine, f"an unknown machine ({elf.machine})")
    if elf.machine in _LITTLE_64:
        name += ("" if elf.bits == 64 else ", 32 bits") + ("" if elf.little_endian else ", big-endian")
    return name


def _other_architecture(elf: Elf) -> Optional[str]:
    for architecture in facts.ARCHITECTURES.values():
        if (elf.machine, elf.bits, elf.little_endian) == (architecture.elf_machine, 64, True):
            return f"architecture {architecture.name} would do, or the distribution's wheel for this one"
    return None


def _other_python(tag: AbiTag) -> Optional[str]:
    python = None if tag.free_threaded or tag.implementation != "CPython" else tag.python
    runtime = facts.runtime_of_python(python) if python else None
    return f"{runtime.name} would do, or the distribution's wheel for this one" if runtime else None


def _other_runtime(symbol: SymbolVersion) -> str:
    """Tells which runtimes have a symbol version, for the end of a message."""
    library = _LIBRARIES_OF_FAMILIES[symbol.family]
    highest: tuple[int, ...] = ()
    for runtime in sorted(facts.RUNTIMES.values(), key=lambda runtime: runtime.python):
        bound = runtime_libraries.symbols(symbol.family, runtime)
        if bound and symbol.version <= bound.sure:
            has = f"{symbol.family} up to {_dotted(bound.sure)}"
            return f"{runtime.name} and newer ({has}) would do, or a wheel built for an older {library}"
        highest = max(highest, bound.likely if bound else ())
    return (
        f"no runtime is sure to have it (the newest has {symbol.family} up to {_dotted(highest)}): "
        f"take a wheel that is built for an older {library}"
    )


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def _messages(findings: Iterable[_Finding], problem: bool) -> Iterator[str]:
    """Writes one message for each thing wrong with a distribution: the first file named, the rest counted."""
    groups: dict[tuple[Optional[str], str, str], list[str]] = {}
    for finding in findings:
        if finding.problem is problem:
            key = (finding.file.distribution, finding.what, finding.remedy)
            groups.setdefault(key, []).append(finding.file.path)
    for (distribution, what, remedy), paths in groups.items():
        more = f", like {len(paths) - 1} more of its files," if len(paths) > 1 else ""
        yield f"{paths[0]} (of {distribution or 'first-party code'}){more} {what}; {remedy}"
