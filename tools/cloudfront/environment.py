"""Environment: variables that code reads, found in its syntax tree.

A Lambda@Edge function has no environment variables but Lambda's own (CloudFront dg, "Restrictions on Lambda@Edge").
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple, Optional


class VariableRead(NamedTuple):
    """A place in a module that reads an environment variable.

    Attributes:
        line: Its line.
        name: The variable's name; None where only running the code would tell.
        has_default: Whether the code says what it takes where the variable is not set.
    """

    line: int
    name: Optional[str]
    has_default: bool


def variable_reads(tree: ast.Module) -> list[VariableRead]:
    """Return every read of an environment variable, by line.

    Known are `os.environ[...]`, `os.environ.get(...)`, `os.getenv(...)` and the same names imported from `os`, under
    another name too. Deleting and setting a variable is no read.

    Args:
        tree: The module.
    """
    names = _Names(tree)
    return sorted(_reads(tree, names), key=lambda read: (read.line, read.name or ""))


class _Names:
    """What `os`, `environ` and `getenv` are called in a module."""

    def __init__(self, tree: ast.Module) -> None:
        self._modules: set[str] = set()
        self._environ: set[str] = set()
        self._getenv: set[str] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                self._modules.update(item.asname or item.name for item in node.names if item.name == "os")
            elif isinstance(node, ast.ImportFrom) and node.module == "os" and not node.level:
                for item in node.names:
                    if item.name == "environ":
                        self._environ.add(item.asname or item.name)
                    elif item.name == "getenv":
                        self._getenv.add(item.asname or item.name)

    def is_environ(self, node: ast.expr) -> bool:
        return self._is(node, "environ", self._environ)

    def is_getenv(self, node: ast.expr) -> bool:
        return self._is(node, "getenv", self._getenv)

    def _is(self, node: ast.expr, name: str, imported: set[str]) -> bool:
        if isinstance(node, ast.Name):
            return node.id in imported
        return (
            isinstance(node, ast.Attribute)
            and node.attr == name
            and isinstance(node.value, ast.Name)
            and node.value.id in self._modules
        )


def _reads(tree: ast.Module, names: _Names) -> Iterator[VariableRead]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.ctx, ast.Load)
            and names.is_environ(node.value)
        ):
            yield VariableRead(node.lineno, _literal(node.slice), False)
        elif isinstance(node, ast.Call) and node.args and _is_read(node.func, names):
            yield _call(node)


def _is_read(function: ast.expr, names: _Names) -> bool:
    """Return whether a call of a function reads a variable: `getenv(...)`, or `environ.get(...)`."""
    if names.is_getenv(function):
        return True
    return isinstance(function, ast.Attribute) and function.attr == "get" and names.is_environ(function.value)


def _call(node: ast.Call) -> VariableRead:
    has_default = len(node.args) > 1 or bool(node.keywords)
    return VariableRead(node.lineno, _literal(node.args[0]), has_default)


def _literal(node: ast.AST) -> Optional[str]:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
