"""Candidate: files of one distribution that may go, told by their names alone. What mentions them is asked later.

Folders of tests and examples go whole or stay whole. So a unit is such a folder, the outermost where they nest, or one
module such as `conftest.py`; and a file is anything that is no module.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple, Optional

from tools.slim.rule import Rule

# Folders, by the rule that takes them. Names of both are the words that mentions are looked for by.
_TEST_FOLDERS = ("tests", "test", "testing", "_tests", "__tests__", "SelfTest")
_EXAMPLE_FOLDERS = ("examples", "example", "benchmarks", "benchmark", "demos", "demo")
_FOLDERS = {
    **dict.fromkeys(_TEST_FOLDERS, Rule.TESTS),
    **dict.fromkeys(_EXAMPLE_FOLDERS, Rule.EXAMPLES),
    **dict.fromkeys(("docs", "doc"), Rule.DOCUMENTS),
}
# Modules that pytest and setuptools load, and nobody else.
_MODULES = {"conftest.py": Rule.TESTS, "setup.py": Rule.BUILD}

MODULES = (".py", ".so", ".pyc")

WORDS = frozenset([*_TEST_FOLDERS, *_EXAMPLE_FOLDERS, "conftest", "setup"])

_C = ("c", "cc", "cpp", "cxx", "h", "hh", "hpp", "hxx")
_SOURCES = (*_C, "pyx", "pxd", "pxi", "f", "for", "f77", "f90", "f95", "pyf")
_TEMPLATES = ("in", "src", "tp")
_DOCUMENTS = ("rst", "md", "markdown", "txt", "pdf", "ipynb", "bib")
# What a file's ending tells alone.
_ENDINGS = {
    **dict.fromkeys(_SOURCES, Rule.SOURCES),
    **dict.fromkeys(("a", "lib", "la", "o"), Rule.LIBRARIES),
    **dict.fromkeys(("cmake", "pc"), Rule.BUILD),
    "pyi": Rule.STUBS,
}
_NAMES = {
    "py.typed": Rule.STUBS,
    **dict.fromkeys(
        (
            "poetry.lock", "uv.lock", "pdm.lock", "pixi.lock", "Pipfile.lock", "Cargo.lock", "Gemfile.lock",
            "composer.lock", "yarn.lock", "package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "bun.lock",
            "bun.lockb",
        ),
        Rule.LOCKS,
    ),
    **dict.fromkeys(
        (
            "meson.build", "meson_options.txt", "CMakeLists.txt", "Makefile", "Makefile.am", "Makefile.in",
            "GNUmakefile", "SConscript", "SConstruct", "setup.cfg", "pyproject.toml", "tox.ini", "MANIFEST.in", "BUILD",
            "BUILD.bazel", ".coveragerc", ".gitignore", ".gitattributes",
        ),
        Rule.BUILD,
    ),
}  # fmt: skip
_DOCUMENT = re.compile(
    r"(?i:readme|changes|changelog|history|news|authors|contributors|contributing|todo|install)(?:[-_][^/.]*)?"
    r"(?:\.(?:rst|md|markdown|txt))?"
)
_LICENCE = re.compile(r"(?i:licen[cs]es?|copying|copyright|notice)(?:[-_.].*)?")
_LICENCE_FOLDER = re.compile(r"(?:^|/)(?i:licen[cs]es)/")
_DOCUMENT_ENDINGS = tuple(f".{ending}" for ending in _DOCUMENTS)
_METADATA = (".dist-info", ".egg-info")
# What is compiled when it runs needs the headers beside it: OpenCL, CUDA, Metal.
_KERNELS = frozenset({"cl", "cu", "cuh", "metal"})
# A distribution that has more than one of so many files of this kind is about them.
_MOSTLY = 2
# CMake's own modules, and what they compile to find out about a system, are read when it runs.
_SCRIPTS = 50
_COMPILED = frozenset({Rule.SOURCES, Rule.LIBRARIES, Rule.BUILD})


class Candidates(NamedTuple):
    """What may go of a distribution.

    Attributes:
        units: Path of a folder, or of a module without its ending -> the rule that takes it.
        files: Name of a file that is no module -> the rule that takes it.
        names: Unit -> its files.
    """

    units: dict[str, Rule]
    files: dict[str, Rule]
    names: dict[str, list[str]]


def candidates_of(names: Iterable[str]) -> Candidates:
    """Return what may go of a distribution, by all rules.

    Args:
        names: All of its files.
    """
    units: dict[str, Rule] = {}
    files: dict[str, Rule] = {}
    inside: dict[str, list[str]] = {}
    folders: dict[str, Optional[tuple[str, Rule]]] = {}
    count = modules = scripts = 0
    kernels = False
    for name in names:
        count += 1
        folder, _, base = name.rpartition("/")
        if folder in folders:
            found = folders[folder]
        else:
            found = folders[folder] = _unit_at(folder)
        if found is None and base in _MODULES and folder:
            found = (name[:-3], _MODULES[base])
        if found is not None:
            units[found[0]] = found[1]
            inside.setdefault(found[0], []).append(name)
            continue
        ending = base[base.rfind(".") + 1 :]
        if name.endswith(MODULES):
            modules += 1
            continue
        rule = _rule_of(folder, base, ending)
        if rule is not None:
            files[name] = rule
        kernels = kernels or ending in _KERNELS
        scripts += ending == "cmake"
    for unit, rule in list(units.items()):
        # A package that is called docs is read, and so is a folder that is called tests and has no modules.
        if rule is Rule.DOCUMENTS:
            goes = all(name.endswith(_DOCUMENT_ENDINGS) for name in inside[unit])
        else:
            goes = any(name.endswith(MODULES) for name in inside[unit])
        if not goes:
            del units[unit], inside[unit]
    if not modules:
        # The distribution is nothing but tests or examples: zope.testing, and what is installed on purpose.
        units, inside = {}, {}
    if kernels or scripts > _SCRIPTS or _MOSTLY * sum(rule in _COMPILED for rule in files.values()) > count:
        # A compiler, or headers for one: sources are what it is for.
        files = {name: rule for name, rule in files.items() if rule not in _COMPILED}
    return Candidates(units, files, inside)


def _unit_at(folder: str) -> Optional[tuple[str, Rule]]:
    parts = folder.split("/")
    for place, part in enumerate(parts):
        rule = _FOLDERS.get(part)
        if rule is not None:
            return "/".join(parts[: place + 1]), rule
    return None


def _rule_of(folder: str, base: str, ending: str) -> Optional[Rule]:
    top, _, below = folder.partition("/")
    if top.endswith(_METADATA):
        if below.startswith("sboms"):
            return Rule.BILLS
        return Rule.LICENCES if _LICENCE.fullmatch(base) or _LICENCE_FOLDER.match(f"{below}/") else None
    if ending == "pyi" or base == "py.typed":
        return Rule.STUBS
    if not folder:
        return None
    rule = _ENDINGS.get(ending) or _NAMES.get(base)
    if rule is not None:
        return rule
    if ending in _TEMPLATES and base.count(".") > 1 and base.split(".")[-2] in _SOURCES:
        return Rule.SOURCES
    if ending == "map" and base.endswith((".js.map", ".mjs.map", ".css.map")):
        return Rule.MAPS
    first = base[:1].lower()
    if first in "raclnhti" and _DOCUMENT.fullmatch(base):
        return Rule.DOCUMENTS
    if (first in "lcn" and _LICENCE.fullmatch(base)) or (
        "icen" in folder and _LICENCE_FOLDER.search(folder + "/")
    ):
        return Rule.LICENCES
    return None
