"""Scan: the import statements of a module, found in its text alone.

A syntax tree costs a hundred times what a regular expression does. Where every statement that looks like an import
leads somewhere, whenever it runs, there is nothing to find in the tree.
"""

from __future__ import annotations

import re
from typing import Optional

from tools.imports.statement import Import, When, absolute_name

_STATEMENT = re.compile(
    rb"^([ \t]*)(?:from[ \t]+(\.*[ \t]*[\w.]*)[ \t]+import[ \t]*(\([^()]*\)|[\w \t,*]+)|import[ \t]+([\w. \t,]+))"
    rb"[ \t]*(?:[#\r\n]|\Z)",
    re.MULTILINE,
)
_COMMENT = re.compile(r"#[^\n]*")


def scan_imports(source: bytes, package: str) -> Optional[list[Import]]:
    """Return what a module seems to import, or None where only a syntax tree can tell.

    Imports at the beginning of a line are given as `IMPORTED`, indented ones as `LATER`. Some may stand in texts
    or below conditions; none of the module's own is missing.

    Args:
        source: The module's bytes.
        package: The package that it is in.
    """
    found: list[Import] = []
    end = 0
    position = source.find(b"import")
    while position >= 0:
        following = position + len(b"import")
        if position < end or not _is_word(source, position, following):
            position = source.find(b"import", following)
            continue
        line = source.rfind(b"\n", 0, position) + 1
        if source[line:position].lstrip().startswith(b"#"):
            position = source.find(b"import", following)
            continue
        match = _STATEMENT.match(source, line)
        if match is None or match.end() < following:
            return None  # a text may hold the word, or a line several statements: the tree tells
        end = match.end()
        position = source.find(b"import", end)
        when = When.LATER if match[1] else When.IMPORTED
        if match[4] is not None:
            for name in _names(match[4]):
                found.append(Import(name, "", 0, when, f"import {name}"))
            continue
        origin = match[2].decode("ascii").replace(" ", "").replace("\t", "")
        module = origin.lstrip(".")
        absolute = absolute_name(len(origin) - len(module), module, package)
        for name in _names(match[3]):
            found.append(Import(absolute, name, 0, when, f"from {origin} import {name}"))
    return found


def _is_word(source: bytes, start: int, end: int) -> bool:
    """Return whether `import` stands alone there, or is a part of what imports by a call."""
    before, after = source[start - 1 : start], source[end : end + 1]
    if source.startswith(b"_module", end) or (before == b"_" and after == b"_"):
        return True
    return not (before.isalnum() or before == b"_" or after.isalnum() or after == b"_")


def _names(text: bytes) -> list[str]:
    """Return the imported names of a list, less what they are bound to."""
    plain = _COMMENT.sub("", text.decode("ascii")).strip("() \t\r\n")
    parts = [part.split() for part in plain.split(",")]
    return [part[0] for part in parts if part]


# What a package does that has modules which no file is for.
_DYNAMIC = re.compile(
    rb"\bsys\.modules\b|\b__path__\b|\bmeta_path\b|\bpath_hooks\b|\bdef __getattr__\b|\bmodules\["
)


def is_dynamic(source: bytes) -> bool:
    """Return whether a module may make others as it runs: by sys.modules, `__path__`, or `__getattr__`.

    Args:
        source: Its bytes.
    """
    return _DYNAMIC.search(source) is not None


_PATH = re.compile(
    rb"\bsys\.path[ \t]*(?:\.(?:append|extend|insert)\b|\[[^\]\n]*\][ \t]*=|\+?=)|\bsite\.addsitedir\b"
)


def changes_path(source: bytes) -> bool:
    """Return whether a module changes sys.path, so that modules may come from where nothing else tells.

    Args:
        source: Its bytes.
    """
    return _PATH.search(source) is not None


def scan_beginnings(source: bytes, package: str) -> list[Import]:
    """Return the imports at the beginnings of lines of a source that the text alone does not settle.

    Args:
        source: The source.
        package: The package that relative imports start from.
    """
    lines = re.findall(rb"^(?:from|import)[ \t][^\n(]*(?:\([^()]*\))?[^\n]*$", source, re.MULTILINE)
    return scan_imports(b"\n".join(line for line in lines if line.isascii()), package) or []
