"""Top level: which names a module's syntax tree binds when it is imported."""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Optional, Union

# Python 3.10 and newer; a pattern binds names too.
_Match: type[ast.AST] = getattr(ast, "Match", ast.Interactive)

_TOO_DEEP = "it is nested too deeply"
# Bytes of source that no Python overflows its stack on. Those before 3.11 do on twice as many, and do not tell.
_SAFE_BYTES = 1 << 17


class Found(NamedTuple):
    """What a syntax tree says of a name.

    Attributes:
        kind: `defined`, `async` (a coroutine function), `may be`, or `missing`.
        reason: For `may be`: why only importing the module would tell.
        line: Where the name is bound; 0 where it is not.
        functions: The module's top-level functions, for a message.
    """

    kind: str
    reason: str
    line: int
    functions: list[str]


def parse_module(source: bytes, name: str = "<unknown>") -> Union[ast.Module, Exception]:
    """Return a module's syntax tree, or why it has none.

    What Python would warn of is the author's matter, and is not shown.

    Args:
        source: The module's bytes.
        name: Its file's name, for messages.
    """
    if sys.version_info < (3, 11) and len(source) > _SAFE_BYTES and _ends_the_interpreter(source):
        return ValueError(_TOO_DEEP)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(source, name)
        except SyntaxError as error:
            return error
        except ValueError as error:  # a NUL, before Python 3.12
            return error
        except (RecursionError, MemoryError):  # CPython's parser says either
            return ValueError(_TOO_DEEP)


def _ends_the_interpreter(source: bytes) -> bool:
    """Return whether parsing overflows the interpreter's stack, by having another one do it."""
    import subprocess

    command = [sys.executable, "-I", "-S", "-c", "import ast, sys; ast.parse(sys.stdin.buffer.read())"]
    done = subprocess.run(
        command, input=source, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
    )
    return done.returncode < 0


def find_name(tree: ast.Module, name: str) -> Found:
    """Look for a name at the top level of a module, also below if, try, with and for.

    It may be bound by def, class, assignment or import.

    Args:
        tree: The module.
        name: The name.
    """
    kind, line, reason = "missing", 0, ""
    functions: list[str] = []
    for statement in _statements(tree.body):
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            functions.append(statement.name)
            if statement.name == "__getattr__":
                reason = reason or "it has a __getattr__"
        if name in _bound(statement):
            kind = "async" if isinstance(statement, ast.AsyncFunctionDef) else "defined"
            line = statement.lineno
        if isinstance(statement, ast.ImportFrom) and any(alias.name == "*" for alias in statement.names):
            reason = (
                reason
                or f"line {statement.lineno} imports * from {'.' * statement.level}{statement.module or ''}"
            )
    if kind == "missing" and reason:
        kind = "may be"
    return Found(kind, reason, line, functions)


def top_level_statements(tree: ast.Module) -> Iterator[tuple[ast.stmt, set[str]]]:
    """Yield the statements of a module that run when it is imported, each with the names that it binds.

    Args:
        tree: The module.
    """
    for statement in _statements(tree.body):
        yield statement, _bound(statement)


# Words of sources that bind names in ways that no tree shows.
_UNSEEN = (b"globals(", b"vars(", b"locals(", b"exec(", b"sys.modules", b"__path__", b"setattr(")


def bound_names(tree: ast.Module, source: bytes) -> Optional[frozenset[str]]:
    """Return the names that a module has once it is imported, or None where its source does not tell.

    Args:
        tree: The module.
        source: Its bytes.
    """
    if any(word in source for word in _UNSEEN):
        return None
    names: set[str] = set()
    for statement in _statements(tree.body):
        bound = _bound(statement)
        names |= bound
        if "*" in bound or "__getattr__" in bound or isinstance(statement, _Match):
            return None
    if b"global " in source:
        for node in ast.walk(tree):
            if isinstance(node, ast.Global):
                names.update(node.names)
    return frozenset(names)


def _statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    # Not a function that calls itself: a chain of elif is as deep in the tree as it is long.
    waiting = list(reversed(body))
    while waiting:
        statement = waiting.pop()
        yield statement
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        inner: list[ast.stmt] = []
        inner += getattr(statement, "body", [])
        # except and case clauses are no statements, but hold some.
        for field in ("handlers", "cases"):
            for clause in getattr(statement, field, []):
                inner += clause.body
        inner += getattr(statement, "orelse", [])
        inner += getattr(statement, "finalbody", [])
        waiting.extend(reversed(inner))


def _bound(statement: ast.stmt) -> set[str]:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {statement.name}
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return {alias.asname or alias.name.partition(".")[0] for alias in statement.names}
    if isinstance(statement, ast.AnnAssign) and statement.value is None:
        return set()
    nested: set[str] = set()
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, (ast.expr, ast.withitem)):
            nested.update(
                node.id
                for node in ast.walk(child)
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
            )
    return nested
