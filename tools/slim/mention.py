"""Mention: what a module says of files that might go: it imports them, or has their names in its texts.

All imports count, whenever they run: at the top, in a function, below a condition. Read is the text, as a syntax tree
costs a hundred times as much; a name in a comment or a docstring may keep what could have gone, and never the other
way round.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from tools.imports.statement import absolute_name, package_of
from tools.slim.candidate import WORDS

_WORDS = "|".join(sorted(WORDS, key=len, reverse=True)).encode()
# In every word; a search for a plain text is much faster than one for many.
_ROOTS = (b"test", b"Test", b"example", b"benchmark", b"demo", b"setup")
_STATEMENT = re.compile(
    rb"(?:^|[;:])[ \t]*(?:from[ \t]+(\.*[ \t]*[\w.]*)[ \t]+import[ \t]*(\([^)]*\)|[^\n#;]+)|import[ \t]+([^\n#;]+))",
    re.MULTILINE,
)
_COMMENT = re.compile(rb"#[^\n]*")
_WORD = re.compile(rb"(?<![A-Za-z0-9])(?:" + _WORDS + rb")(?![A-Za-z0-9])")
# Words that texts have for many reasons, and whose folders hold nothing that a name is read by. They count where a
# text behind them names something in the folder.
_COMMON = frozenset({"tests", "_tests", "__tests__", "SelfTest", "conftest", "setup"})
_CHAIN = re.compile(
    rb"""["'](tests|_tests|__tests__|SelfTest)["'][ \t\r\n]*[,/][ \t\r\n]*["']([\w./-]+)(?=["'])"""
)
# A text without spaces: a path, a module's name. The quote at its end may be the one at another's beginning.
_TOKEN = re.compile(rb"""["']([\w./*-]+)(?=["'])""")
_FILE = re.compile(
    rb"""["'/]([^"'/\s\\]*?(?:\.(?:pyi|typed|c|cc|cpp|cxx|h|hh|hpp|hxx|pyx|pxd|pxi|f|for|f77|f90|f95|pyf|in|src|tp|a|lib"""
    rb"""|la|o|lock|lockb|json|yaml|build|cfg|toml|ini|cmake|pc|am|bazel|rst|md|markdown|txt|pdf|ipynb|bib|map"""
    rb"""|coveragerc|gitignore|gitattributes)"""
    rb"""|(?i:readme|changes|changelog|history|news|authors|contributors|contributing|todo|install|copying|notice"""
    rb"""|copyright|licen[cs]es?(?:[-_.][\w.-]*)?|makefile|sconscript|sconstruct|build)))(?=["'])"""
)
# Reads the stub beside a module to know what to import: lazy_loader.
_STUB_READER = b"attach_stub"
_NAME = re.compile(r"[A-Za-z0-9]")
# In native code and bytecode, names of modules are texts too.
_BINARY = re.compile(rb"\.(?:" + _WORDS + rb")(?![A-Za-z0-9_])")
_BEFORE = re.compile(rb"[\w.]*\Z")
_AFTER = re.compile(rb"[\w.]*")


class Mentions(NamedTuple):
    """What modules say of files that might go.

    Attributes:
        paths: Paths of folders or modules, without endings, that are imported or named.
        local: Paths that are named from where the module is, as `__file__` and relative names are used.
        inside: As `local`, of what counts only if it is there.
        names: Names of files, without their folders.
        endings: Folder -> endings of files below it whose names are computed.
    """

    paths: set[str]
    local: set[str]
    inside: set[str]
    names: set[str]
    endings: set[tuple[str, str]]


def no_mentions() -> Mentions:
    """Return mentions of nothing, to be added to."""
    return Mentions(set(), set(), set(), set(), set())


def add_source(mentions: Mentions, name: str, source: bytes) -> None:
    """Add what a Python source mentions.

    Args:
        mentions: What is known already.
        name: Its path below the folder that its distribution is installed to.
        source: Its bytes.
    """
    if any(root in source for root in _ROOTS) and _WORD.search(source):
        mentions.paths.update(path for path in imported(name, source) if words_in(path))
        _add_named(mentions, name, source)
    folder = name.rpartition("/")[0]
    if _STUB_READER in source:
        mentions.endings.add((folder, ".pyi"))
    for match in _FILE.findall(source):
        text = match.decode("ascii", "replace")
        stem, dot, ending = text.rpartition(".")
        if dot and not _NAME.search(stem.rpartition("}")[2] if "{" in stem else stem):
            # `*.h`, `{name}.h`, `.h`: which files these are is known when it runs.
            computed = dot + ending
            mentions.endings.add((folder if computed != ".pyi" else folder.partition("/")[0], computed))
        else:
            mentions.names.add(text)


def add_binary(mentions: Mentions, data: bytes) -> None:
    """Add what native code or bytecode mentions: dotted names of modules.

    Args:
        mentions: What is known already.
        data: Its bytes, or a part of them.
    """
    for match in _BINARY.finditer(data):
        before = _BEFORE.search(data, max(0, match.start() - 200), match.start())
        after = _AFTER.match(data, match.end(), match.end() + 200)
        start = before[0] if before else b""
        if start and not start[:1].isdigit():
            dotted = (start + match[0] + (after[0] if after else b"")).decode("ascii", "replace")
            mentions.paths.add(dotted.strip(".").replace(".", "/"))


def imported(name: str, source: bytes) -> Iterator[str]:
    """Yield what a source imports, whenever it does: paths of modules, and of names that may be modules.

    Args:
        name: Its path below the folder that modules are imported from.
        source: Its bytes.
    """
    package = package_of(name)
    if b"\\\n" in source:
        source = source.replace(b"\\\n", b" ")
    for match in _STATEMENT.finditer(source):
        if match[3] is not None:
            for module in _listed(match[3]):
                yield module.replace(".", "/")
            continue
        origin = match[1].decode("ascii", "replace").replace(" ", "").replace("\t", "")
        module = origin.lstrip(".")
        absolute = absolute_name(len(origin) - len(module), module, package)
        if absolute:
            path = absolute.replace(".", "/")
            yield from (f"{path}/{part}" for part in _listed(match[2]))


def _listed(text: bytes) -> Iterator[str]:
    for part in _COMMENT.sub(b"", text).strip(b"() \t\r\n").split(b","):
        words = part.split()
        if words:
            yield words[0].decode("ascii", "replace")


def _add_named(mentions: Mentions, name: str, source: bytes) -> None:
    folders = _ancestors(name)
    for match in _TOKEN.findall(source):
        if not _WORD.search(match):
            continue
        text = match.decode("ascii", "replace").strip("./*")
        if text in _COMMON:
            continue
        path = text if "/" in text else text.replace(".", "/")
        mentions.paths.add(path)
        mentions.local.update(f"{folder}/{path}" for folder in folders if folder)
    for first, second in _CHAIN.findall(source):
        path = f"{first.decode()}/{second.decode('ascii', 'replace').strip('./')}"
        mentions.inside.update(f"{folder}/{path}" if folder else path for folder in folders)


def _ancestors(name: str) -> list[str]:
    folders = []
    while name:
        name = name.rpartition("/")[0]
        folders.append(name)
    return folders


def words_in(path: str) -> bool:
    """Return whether a path has a part that is the name of a folder or a module that might go.

    Args:
        path: Without an ending.
    """
    return any(part in WORDS for part in path.split("/"))
