"""Build call: the rules that a BUILD file calls, read from its syntax tree without running it.

What a file computes is not known, and nothing is said of it: arguments carry whether all of them was read.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Optional

from tools.errors import PleasingError

_KEEP = re.compile(r"#\s*keep\b")
_Globs = Sequence[tuple[Sequence[str], Sequence[str]]]


class Texts(NamedTuple):
    """The texts of an argument that is a text or a list of them.

    Attributes:
        values: The literal ones.
        globs: Patterns of files: those that are taken, and those that are left out.
        whole: Whether there are no others.
        kept: Those of `values` that carry `# keep`.
        listed: Whether it has a literal list, which can be edited.
    """

    values: Sequence[str] = ()
    globs: _Globs = ()
    whole: bool = True
    kept: Sequence[str] = ()
    listed: bool = False


class BuildCall(NamedTuple):
    """One call of a rule.

    Attributes:
        rule: The rule.
        name: Its literal name; empty where it is computed.
        line: Line of the call.
        column: Its column, in characters.
        arguments: The names of all its arguments.
        texts: Its arguments that are texts or lists of them.
        flags: Its arguments that are True.
    """

    rule: str
    name: str
    line: int
    column: int
    arguments: Sequence[str]
    texts: Mapping[str, Texts]
    flags: Sequence[str]

    def text(self, argument: str) -> str:
        """Return an argument that is one literal text; empty where it is none.

        Args:
            argument: Its name.
        """
        found = self.texts.get(argument)
        return found.values[0] if found and len(found.values) == 1 and not found.listed else ""

    def listed(self, argument: str) -> Texts:
        """Return an argument that is a list; an empty one where it is not given.

        Args:
            argument: Its name.
        """
        return self.texts.get(argument, Texts(whole=argument not in self.arguments))


class BuildFacts(NamedTuple):
    """What a BUILD file says.

    Attributes:
        calls: The rules that it calls.
        included: Labels that it subincludes.
        names: The literal names of its targets.
        texts: All its texts.
        labels: Those that are labels, of arguments other than `deps` and visibility.
        globs: All patterns of its globs.
        comments: Its comment lines that speak of tools.
    """

    calls: Sequence[BuildCall]
    included: Sequence[str]
    names: Sequence[str]
    texts: Sequence[str]
    labels: Sequence[str]
    globs: _Globs
    comments: Sequence[str]


def read_build_file(source: str, path: str) -> BuildFacts:
    """Return what a BUILD file says.

    Args:
        source: Its text.
        path: Its path, for messages.

    Raises:
        PleasingError: It cannot be parsed.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        why = error.args[0] if isinstance(error, SyntaxError) else "it cannot be read as Python"
        where = f"{path}:{line}" if line else path
        raise PleasingError(f"{where}: cannot be parsed: {why}; correct the file") from None
    lines = source.split("\n")
    variables = _variables(tree)
    calls = []
    included: list[str] = []
    texts = set(_all_texts(tree))
    labels: set[str] = set()
    globs: list[tuple[Sequence[str], Sequence[str]]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "glob":
            globs += _texts(node, variables, lines).globs
    for node in _calls(tree):
        if node.func.id == "subinclude":  # type: ignore[attr-defined]
            included += [label for argument in node.args for label in _texts(argument, {}, lines).values]
            continue
        for keyword in node.keywords:
            if keyword.arg not in ("deps", "visibility"):
                labels.update(text for text in _all_texts(keyword) if text.startswith((":", "//", "@")))
        if node.keywords:
            calls.append(_build_call(node, variables, lines))
    names = [call.name for call in calls if call.name]
    comments = [line for line in lines if line.startswith("# lambda_")]
    return BuildFacts(calls, included, names, sorted(texts), sorted(labels), globs, comments)


def _all_texts(node: ast.AST) -> Iterator[str]:
    for value in ast.walk(node):
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value


def _variables(tree: ast.Module) -> dict[str, ast.expr]:
    """Return the lists that are bound to a name once at the top of the file."""
    found: dict[str, ast.expr] = {}
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            found[statement.targets[0].id] = statement.value
    return found


def _calls(tree: ast.Module) -> Iterator[ast.Call]:
    """Yield the calls of named functions outside of the file's own functions."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.Lambda)):
            continue
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node
        waiting.extend(reversed(list(ast.iter_child_nodes(node))))


def _build_call(node: ast.Call, variables: Mapping[str, ast.expr], lines: Sequence[str]) -> BuildCall:
    texts = {}
    flags = []
    for keyword in node.keywords:
        if keyword.arg is None:
            continue
        if isinstance(keyword.value, ast.Constant) and not isinstance(keyword.value.value, str):
            if keyword.value.value is True:
                flags.append(keyword.arg)
        else:
            texts[keyword.arg] = _texts(keyword.value, variables, lines)
    name = texts["name"].values[0] if "name" in texts and texts["name"].values else ""
    before = lines[node.lineno - 1].encode()[: node.col_offset].decode()
    arguments = [keyword.arg or "**" for keyword in node.keywords]
    assert isinstance(node.func, ast.Name)
    return BuildCall(node.func.id, name, node.lineno, len(before), arguments, texts, flags)


def _texts(node: ast.expr, variables: Mapping[str, ast.expr], lines: Sequence[str]) -> Texts:
    """Return the texts of an expression: a text, lists, globs, and sums of them."""
    if isinstance(node, ast.Constant):
        return Texts([node.value]) if isinstance(node.value, str) else Texts(whole=node.value is None)
    if isinstance(node, ast.List):
        return _list(node, lines)
    if isinstance(node, ast.Name) and node.id in variables:
        return _texts(variables[node.id], {}, lines)._replace(listed=False)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _texts(node.left, variables, lines), _texts(node.right, variables, lines)
        return Texts(
            [*left.values, *right.values],
            [*left.globs, *right.globs],
            left.whole and right.whole,
            [*left.kept, *right.kept],
            left.listed or right.listed,
        )
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "glob":
        return _glob(node, variables, lines)
    return Texts(whole=False)


def _list(node: ast.List, lines: Sequence[str]) -> Texts:
    values, kept, whole = [], [], True
    for element in node.elts:
        if isinstance(element, ast.Constant) and isinstance(element.value, str):
            values.append(element.value)
            if _is_kept(element, lines):
                kept.append(element.value)
        else:
            whole = False
    return Texts(values, (), whole, kept, True)


def _is_kept(element: ast.expr, lines: Sequence[str]) -> bool:
    """Return whether `# keep` stands behind an element, or in the comment above it."""
    last = (element.end_lineno or element.lineno) - 1
    behind = lines[last].encode()[element.end_col_offset or 0 :].decode()
    if _KEEP.search(behind):
        return True
    above = element.lineno - 2
    while above >= 0 and lines[above].strip().startswith("#"):
        if _KEEP.search(lines[above]):
            return True
        above -= 1
    return False


def _glob(node: ast.Call, variables: Mapping[str, ast.expr], lines: Sequence[str]) -> Texts:
    given: list[Optional[ast.expr]] = [*node.args[:2], *[None] * (2 - len(node.args[:2]))]
    whole = len(node.args) <= 2
    for keyword in node.keywords:
        if keyword.arg in ("include", "exclude"):
            given[keyword.arg == "exclude"] = keyword.value
        elif keyword.arg not in ("hidden", "allow_empty", "include_symlinks"):
            whole = False
    include, exclude = (Texts() if part is None else _texts(part, variables, lines) for part in given)
    return Texts((), [(include.values, exclude.values)], whole and include.whole and exclude.whole, (), False)


def to_json(facts: BuildFacts) -> Any:
    """Return facts as `from_json` reads them.

    Args:
        facts: The facts.
    """
    return facts


def from_json(value: Any) -> BuildFacts:
    """Return the facts that `to_json` wrote.

    Args:
        value: What it returned, as JSON has it.
    """
    calls = [
        BuildCall(
            rule, name, line, column, given, {key: Texts._make(text) for key, text in texts.items()}, flags
        )
        for rule, name, line, column, given, texts, flags in value[0]
    ]
    return BuildFacts(calls, *value[1:])
