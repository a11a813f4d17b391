"""Syntax: what of a module's source is newer than a version of Python."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Union


class Newer(NamedTuple):
    """Syntax that a Python cannot parse.

    Attributes:
        line: Where it is.
        what: What it is called.
        minor: The first Python 3.x that has it.
    """

    line: int
    what: str
    minor: int


_NESTED = "an f-string with its own quote, a backslash, a comment or a line break in a replacement field"

# By the names of their nodes, as the interpreter that parses need not have them. The newest is 3.15's.
_NODES = {
    "NamedExpr": ("an assignment expression", 8),
    "Match": ("a match statement", 10),
    "TryStar": ("except*", 11),
    "TypeAlias": ("a type statement", 12),
    "TemplateStr": ("a template string", 14),
}

# What may be newer than 3.8, by the version that brought it: texts of which a source has one, and what then matches.
# Looking for a text takes a hundredth of what a regular expression takes that may begin anywhere.
_GENERIC = (
    ((b"def ",), rb"def[ \t]+\w+[ \t]*\["),
    ((b"class ",), rb"class[ \t]+\w+[ \t]*\["),
    ((b"type ",), rb"type[ \t]+\w+[ \t]*[=\[]"),
)
# Beginnings of template strings; the letter before tells them from the end of a text such as 'it'.
_TEMPLATES = tuple(
    prefix + quote for prefix in (b"t", b"T", b"tr", b"tR", b"Tr", b"TR") for quote in (b"'", b'"')
)
_Suspect = tuple[tuple[bytes, ...], bytes]
_SUSPECTS: dict[int, tuple[_Suspect, ...]] = {
    9: (
        ((b"@",), rb"^[ \t]*@(?![\w.]+[ \t]*(?:[(#\r\n]|\Z))"),
        ((b"with (", b"with("), rb"^[ \t]*(?:async[ \t]+)?with[ \t]*\("),
    ),
    10: (((b"match ", b"match(", b"match["), rb"^[ \t]*match\b[^=\n]*:"),),
    11: (
        ((b"except",), rb"except[ \t]*\*"),
        ((b"[*", b"[ *", b", *"), rb"[\w)\]]\[(?:[^\]\n]*,)?[ \t]*\*"),
        ((b": *", b":*"), rb"\*args:[ \t]*\*"),
    ),
    12: _GENERIC,
    13: _GENERIC,
    14: (((b"except",), rb"except[ \t]+[^(\n:][^(\n:]*,"),),
    15: (
        ((b"lazy ",), rb"lazy[ \t]+(?:import|from)\b"),
        ((b"[*", b"(*", b"{*", b"[ *", b"( *", b"{ *"), rb"[(\[{][ \t]*\*[^\n]*\bfor\b"),
    ),
}
# A replacement field of an f-string with a quote, a backslash, a comment or an end of line in it (PEP 701), or the
# beginning of one that an outer quote seems to end.
_F_STRING = re.compile(rb"\b[fF][rR]?['\"]|\b[rR][fF]['\"]")


def may_be_newer(source: bytes, minor: int) -> bool:
    """Return whether a source may have syntax that a Python lacks: False is certain, True is not.

    Args:
        source: A module's bytes.
        minor: Which Python 3.x.
    """
    for version, suspects in _SUSPECTS.items():
        if version <= minor:
            continue
        for texts, pattern in suspects:
            if any(text in source for text in texts) and re.search(pattern, source, re.MULTILINE):
                return True
    if minor < 14 and any(_begins(source, text) for text in _TEMPLATES):
        return True
    return minor < 12 and _may_be_nested(source)


def _begins(source: bytes, text: bytes) -> bool:
    """Return whether a text is anywhere in a source with no letter before it, but for the r of a raw string."""
    position = source.find(text)
    while position >= 0:
        before = source[max(position - 2, 0) : position]
        if before[-1:] in b"rR" and not before[:-1].isalnum() and before[:-1] != b"_":
            return True
        if not (before[-1:].isalnum() or before[-1:] in (b"_", b"'", b'"')):
            return True
        position = source.find(text, position + 1)
    return False


def _may_be_nested(source: bytes) -> bool:
    for match in _F_STRING.finditer(source):
        quote = source[match.end() - 1 : match.end()]
        start = match.end()
        if source[start : start + 2] == quote * 2:
            quote, start = quote * 3, start + 2
        end = source.find(quote, start)
        body = source[start : end if end >= 0 else len(source)].replace(b"{{", b"").replace(b"}}", b"")
        if body.count(b"{") != body.count(b"}"):
            return True
        if any(
            b"\\" in field or b"#" in field or b"\n" in field for field in re.findall(rb"\{([^}]*)\}", body)
        ):
            return True
    return False


def newer_syntax(tree: ast.Module, source: bytes, minor: int) -> list[Newer]:
    """Return what a Python cannot parse, by line.

    Args:
        tree: The module, parsed by a Python that can.
        source: Its bytes.
        minor: Which Python 3.x.
    """
    found = {item for item in _in_tree(tree, source) if item.minor > minor}
    if minor < 12:
        found.update(_nested_f_strings(source))
    return sorted(found)


def _in_tree(tree: ast.Module, source: bytes) -> Iterator[Newer]:
    lines = source.splitlines(keepends=True)
    for node in ast.walk(tree):
        name = type(node).__name__
        line = getattr(node, "lineno", 0)
        if name in _NODES:
            yield Newer(line, *_NODES[name])
        elif getattr(node, "type_params", None):
            yield Newer(line, "type parameters", 12)
        elif name in ("TypeVar", "ParamSpec", "TypeVarTuple") and getattr(node, "default_value", None):
            yield Newer(line, "the default of a type parameter", 13)
        elif isinstance(node, ast.Subscript) and _has_star(node.slice):
            yield Newer(line, "an unpacked index", 11)
        elif isinstance(node, ast.arg) and isinstance(node.annotation, ast.Starred):
            yield Newer(line, "an unpacked annotation", 11)
        elif isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)) and isinstance(
            node.elt, ast.Starred
        ):
            yield Newer(line, "unpacking in a comprehension", 15)
        elif isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Tuple):
            if not lines[node.type.lineno - 1][node.type.col_offset :].startswith(b"("):
                yield Newer(line, "except with several types and no parentheses", 14)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            if _is_parenthesised(node, lines):
                yield Newer(line, "with and several items in parentheses", 9)
        elif getattr(node, "is_lazy", 0):
            yield Newer(line, "a lazy import", 15)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            for decorator in node.decorator_list:
                if not _is_dotted_call(decorator):
                    yield Newer(decorator.lineno, "a decorator that is not a name or its call", 9)


def _has_star(index: ast.expr) -> bool:
    return isinstance(index, ast.Tuple) and any(isinstance(element, ast.Starred) for element in index.elts)


def _is_dotted_call(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        node = node.func
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def _is_parenthesised(node: Union[ast.With, ast.AsyncWith], lines: Sequence[bytes]) -> bool:
    """Return whether all items of a with statement are in parentheses, and the last is bound to a name.

    Parentheses around one expression are as old as Python; a name bound within them is not.
    """
    start = lines[node.lineno - 1][node.col_offset :]
    last = node.items[-1].optional_vars
    if last is None or not re.match(rb"(?:async[ \t]+)?with[ \t]*\(", start):
        return False
    end_line, end = last.end_lineno or last.lineno, last.end_col_offset or 0
    rest = b"".join([lines[end_line - 1][end:], *lines[end_line:]]).lstrip()
    return rest.startswith((b")", b","))


def _nested_f_strings(source: bytes) -> Iterator[Newer]:
    """Yield replacement fields that only PEP 701 allows, as Python 3.12 and newer tell them apart."""
    import io
    import token
    import tokenize

    start, end = getattr(token, "FSTRING_START", None), getattr(token, "FSTRING_END", None)
    if start is None:
        return  # this Python would not have parsed one
    quotes: list[str] = []
    for found in tokenize.tokenize(io.BytesIO(source).readline):
        if found.type == start:
            if quotes and quotes[-1] in found.string:
                yield Newer(found.start[0], _NESTED, 12)
            quotes.append(found.string.lstrip("fFrR"))
        elif found.type == end:
            quotes.pop()
        elif quotes and (
            (found.type == token.STRING and (quotes[-1] in found.string or "\\" in found.string))
            or found.type == token.COMMENT
            or (found.type == token.NL and len(quotes[-1]) == 1)
        ):
            yield Newer(found.start[0], _NESTED, 12)
