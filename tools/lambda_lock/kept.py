"""What is kept: the lines of a generated target that a person marked `# keep`.

The mark stands behind a line or on a line of its own above it. On an argument it keeps the argument as it is,
on an element it keeps the element in its list, and on `name` (or above the call) it keeps the whole target.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Optional, Union

_KEEP = re.compile(r"^#\s*keep\b")


@dataclass(frozen=True)
class Line:
    """An argument's or element's source with the comments that keep it.

    Attributes:
        text: The source, without the comma.
        above: Comment lines above it.
        behind: The comment behind it; empty where there is none.
    """

    text: str
    above: tuple[str, ...] = ()
    behind: str = ""

    def render(self, indent: int) -> list[str]:
        """Return its lines.

        Args:
            indent: Columns before the first character.
        """
        margin = " " * indent
        return [
            *(margin + comment for comment in self.above),
            f"{margin}{self.text},{f'  {self.behind}' if self.behind else ''}",
        ]


@dataclass
class Kept:
    """What is kept of one target.

    Attributes:
        whole: The source of the whole target, where all of it is.
        arguments: By name.
        elements: Elements of list arguments, by the argument's name.
        entries: Elements of lists in dictionaries, by the argument's name and the key.
    """

    whole: Optional[str] = None
    arguments: dict[str, Line] = field(default_factory=dict)
    elements: dict[str, list[Line]] = field(default_factory=dict)
    entries: dict[tuple[str, str], list[Line]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.whole or self.arguments or self.elements or self.entries)


class _Comments:
    """The comments of a source, by the line of code that each is about."""

    def __init__(self, source: str) -> None:
        self.above: dict[int, list[str]] = {}
        self.behind: dict[int, str] = {}
        waiting: list[str] = []
        code: set[int] = set()
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                if token.start[0] in code:
                    self.behind[token.start[0]] = token.string
                else:
                    waiting.append(token.string)
            elif token.type not in (
                tokenize.NL,
                tokenize.NEWLINE,
                tokenize.INDENT,
                tokenize.DEDENT,
                tokenize.ENDMARKER,
            ):
                if waiting:
                    self.above[token.start[0]] = waiting
                    waiting = []
                code.update(range(token.start[0], token.end[0] + 1))

    def keeps(self, first: int, last: int) -> bool:
        """Whether a mark is about the code from one line to another."""
        marks = [*self.above.get(first, ()), self.behind.get(first, ""), self.behind.get(last, "")]
        return any(_KEEP.match(mark) for mark in marks)


_Node = Union[ast.expr, ast.keyword]


def kept(source: str) -> dict[str, Kept]:
    """Return what is kept of each target, by name.

    Args:
        source: BUILD code that `ast` can parse.
    """
    found: dict[str, Kept] = {}
    declared = list(calls(source))
    comments = _Comments(source)
    for call in declared:
        name = name_of(call)
        if name is None:
            continue
        target = Kept()
        if _keeps_whole(call, comments):
            above = comments.above.get(call.lineno, [])
            target.whole = "\n".join([*above, ast.get_source_segment(source, call) or ""])
        else:
            for keyword in call.keywords:
                if keyword.arg and keyword.arg != "name":
                    _keep_argument(source, keyword.arg, keyword, comments, target)
        if target:
            found[name] = target
    return found


def calls(source: str) -> Iterator[ast.Call]:
    """Yield the calls at the top of BUILD code.

    Args:
        source: The code.

    Raises:
        SyntaxError: It cannot be read.
    """
    try:
        body = ast.parse(source).body
    except (RecursionError, MemoryError):
        raise SyntaxError("it is nested too deeply") from None
    except ValueError as error:
        # Before Python 3.12, a null byte is no error of syntax.
        raise SyntaxError(str(error)) from None
    for statement in body:
        value = statement.value if isinstance(statement, (ast.Expr, ast.Assign)) else None
        if isinstance(value, ast.Call):
            yield value


def name_of(call: ast.Call) -> Optional[str]:
    """Return the literal name of the target that a call declares, or None.

    Args:
        call: The call.
    """
    for keyword in call.keywords:
        if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
            return str(keyword.value.value)
    return None


def _keeps_whole(call: ast.Call, comments: _Comments) -> bool:
    if comments.keeps(call.lineno, call.lineno) or comments.keeps(call.end_lineno or 0, call.end_lineno or 0):
        return True
    return any(
        keyword.arg == "name" and comments.keeps(keyword.lineno, keyword.end_lineno or 0)
        for keyword in call.keywords
    )


def _keep_argument(source: str, name: str, keyword: ast.keyword, comments: _Comments, target: Kept) -> None:
    value = keyword.value
    first, last = keyword.lineno, keyword.end_lineno or keyword.lineno
    # A mark on an element that opens or closes on the argument's own line is the argument's.
    if comments.keeps(first, last):
        target.arguments[name] = _line(source, f"{name} = ", keyword, value, comments)
    elif isinstance(value, ast.List):
        target.elements[name] = _elements(source, value, comments)
    elif isinstance(value, ast.Dict):
        for key, item in zip(value.keys, value.values):
            if not isinstance(key, ast.Constant) or not isinstance(item, ast.List):
                continue
            if comments.keeps(key.lineno, item.end_lineno or 0):
                lines = [
                    _line(source, "", element, element, comments, mark="# keep") for element in item.elts
                ]
            else:
                lines = _elements(source, item, comments)
            if lines:
                target.entries[name, str(key.value)] = lines
    if not target.elements.get(name, True):
        del target.elements[name]


def _elements(source: str, value: ast.List, comments: _Comments) -> list[Line]:
    return [
        _line(source, "", element, element, comments)
        for element in value.elts
        if comments.keeps(element.lineno, element.end_lineno or 0)
    ]


def _line(source: str, lead: str, node: _Node, value: ast.expr, comments: _Comments, mark: str = "") -> Line:
    last = node.end_lineno or node.lineno
    return Line(
        lead + (ast.get_source_segment(source, value) or ""),
        () if mark else tuple(comments.above.get(node.lineno, ())),
        mark or comments.behind.get(last, "") or comments.behind.get(node.lineno, ""),
    )
