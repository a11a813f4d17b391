"""Signature: whether Lambda can call a handler, which it does with two positional arguments."""

from __future__ import annotations

import ast
from typing import NamedTuple, Optional

from tools.imports.module_source import top_level_statements


class Signature(NamedTuple):
    """What a handler's definition says of its call.

    Attributes:
        line: Where it is defined.
        decorators: The decorators, outermost first, as source; what they return takes the arguments.
        problem: Why it cannot be called with an event and a context; None where it can, or nothing tells.
    """

    line: int
    decorators: tuple[str, ...]
    problem: Optional[str]


def signature_of(tree: ast.Module, name: str) -> Optional[Signature]:
    """Return the signature of a module's function, or None where `def` is not what binds the name last.

    Args:
        tree: The module.
        name: The function's name.
    """
    last: Optional[ast.stmt] = None
    for statement, names in top_level_statements(tree):
        if name in names:
            last = statement
    if not isinstance(last, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return None
    decorators = tuple(ast.unparse(decorator) for decorator in last.decorator_list)
    return Signature(last.lineno, decorators, None if decorators else _problem(last.args))


def _problem(arguments: ast.arguments) -> Optional[str]:
    positional = [*arguments.posonlyargs, *arguments.args]
    required = len(positional) - len(arguments.defaults)
    keywords = [
        argument.arg
        for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults)
        if default is None
    ]
    if keywords:
        return f"it cannot be called without the keyword argument {keywords[0]!r}"
    if required > 2:
        return f"it takes {required} arguments"
    if len(positional) < 2 and arguments.vararg is None:
        return f"it takes {len(positional) or 'no'} {'argument' if len(positional) == 1 else 'arguments'}"
    return None
