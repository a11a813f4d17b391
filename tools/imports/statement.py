"""Statement: what a module imports and when, read from its syntax tree."""

from __future__ import annotations

import ast
import builtins
import enum
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Optional, Union

from tools.imports.condition import evaluate


class When(enum.Enum):
    """When an import runs, and what happens if it fails."""

    IMPORTED = "when the module is imported; a failure is the module's"
    GUARDED = "when the module is imported; a failure is caught"
    LATER = "in a function, on a condition, or by a call of importlib: only running the code tells"


class Import(NamedTuple):
    """One imported module, or one name of one.

    Attributes:
        module: Dotted name of the module, absolute; empty where a relative import leads out of the top.
        name: What is imported from it; empty for `import module`, `*` for all.
        line: Line of the statement; 0 where only the text was looked at.
        when: When it runs.
        text: The import as source, of this name alone.
        unless: Imports that all have to work for this one not to run: those of a `try` in whose
            `except ImportError` it stands.
    """

    module: str
    name: str
    line: int
    when: When
    text: str
    unless: tuple[tuple[str, str], ...] = ()


class _Context(NamedTuple):
    when: When
    unless: tuple[tuple[str, str], ...] = ()

    def later(self) -> _Context:
        return _Context(When.LATER)

    def guarded(self) -> _Context:
        return self._replace(when=When.GUARDED) if self.when is When.IMPORTED else self


# What `except` has to name to catch a failed import.
_CATCHING = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
# Context managers that let every exception pass.
_TRANSPARENT = frozenset(
    {
        "catch_warnings",
        "errstate",
        "localcontext",
        "nullcontext",
        "open",
        "redirect_stderr",
        "redirect_stdout",
    }
)
_TryStatement = (ast.Try, *((ast.TryStar,) if hasattr(ast, "TryStar") else ()))


def package_of(name: str) -> str:
    """Return the package that a module's relative imports begin from: dotted, and empty at the top.

    Args:
        name: The module's file in the zip, such as `svc/echo.py`.
    """
    return name.rpartition("/")[0].replace("/", ".")


def absolute_name(level: int, module: str, package: str) -> str:
    """Return the dotted name that an import is of; empty where it leads out of the top.

    Args:
        level: Its number of leading dots.
        module: What stands behind them.
        package: The package that its module is in.
    """
    if level == 0:
        return module
    parts = package.split(".") if package else []
    if level > len(parts):
        return ""
    return ".".join([*parts[: len(parts) - level + 1], *([module] if module else [])])


def read_imports(tree: ast.Module, package: str, minor: int, with_calls: bool = True) -> list[Import]:
    """Return a module's imports by line, less those that never run on Lambda.

    Args:
        tree: The module.
        package: The package that it is in.
        minor: Which Python 3.x the runtime has.
        with_calls: Whether to look for calls of `importlib.import_module` and `__import__` too.
    """
    found: list[Import] = []
    # Not a function that calls itself: a chain of elif is as deep in the tree as it is long.
    waiting: list[tuple[Sequence[ast.stmt], _Context]] = [(tree.body, _Context(When.IMPORTED))]
    while waiting:
        body, context = waiting.pop()
        for statement in body:
            if isinstance(statement, (ast.Import, ast.ImportFrom)):
                found.extend(_imports_of(statement, package, context))
                continue
            if with_calls:
                found.extend(_called_imports(statement, package))
            waiting.extend(_inner(statement, package, context, minor))
            if isinstance(statement, (ast.Raise, ast.Return)):
                break  # what follows never runs
    return sorted(found, key=lambda item: item.line)


def _imports_of(
    statement: Union[ast.Import, ast.ImportFrom], package: str, context: _Context
) -> Iterator[Import]:
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            text = f"import {alias.name}"
            yield Import(alias.name, "", statement.lineno, context.when, text, context.unless)
        return
    module = absolute_name(statement.level, statement.module or "", package)
    source = "." * statement.level + (statement.module or "")
    for alias in statement.names:
        text = f"from {source} import {alias.name}"
        yield Import(module, alias.name, statement.lineno, context.when, text, context.unless)


def _inner(
    statement: ast.stmt, package: str, context: _Context, minor: int
) -> Iterator[tuple[Sequence[ast.stmt], _Context]]:
    """Yield the statements within a statement, with when they run."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        yield statement.body, context.later()
    elif isinstance(statement, ast.ClassDef):
        yield statement.body, context
    elif isinstance(statement, ast.If):
        holds = evaluate(statement.test, minor)
        inner = context if holds is not None else context.later()
        if holds is not False:
            yield statement.body, inner
        if holds is not True:
            yield statement.orelse, inner
    elif isinstance(statement, _TryStatement):
        yield from _inner_of_try(statement, package, context)
    elif isinstance(statement, (ast.With, ast.AsyncWith)):
        yield statement.body, _with(statement, context)
    elif isinstance(statement, (ast.For, ast.AsyncFor, ast.While)):
        yield statement.body, context.later()
        yield statement.orelse, context.later()
    else:
        for case in getattr(statement, "cases", ()):
            yield case.body, context.later()


def _inner_of_try(
    statement: ast.Try, package: str, context: _Context
) -> Iterator[tuple[Sequence[ast.stmt], _Context]]:
    catching = [handler for handler in statement.handlers if _catches(handler.type)]
    guards = any(not _raises(handler.body) for handler in catching)
    yield statement.body, context.guarded() if guards else context
    tried = tuple(
        (item.module, item.name)
        for inner in statement.body
        if isinstance(inner, (ast.Import, ast.ImportFrom))
        for item in _imports_of(inner, package, context)
    )
    for handler in statement.handlers:
        is_fallback = handler in catching and tried and context.when is not When.LATER
        fallback = context._replace(unless=context.unless + tried) if is_fallback else context.later()
        yield handler.body, fallback
    yield statement.orelse, context.later() if guards else context
    yield statement.finalbody, context


def _catches(caught: Optional[ast.expr]) -> bool:
    """Return whether an `except` may catch a failed import; an exception that is not Python's own may."""
    if caught is None:
        return True
    if isinstance(caught, ast.Tuple):
        return any(_catches(element) for element in caught.elts)
    name = _last_name(caught)
    return name in _CATCHING or not hasattr(builtins, name)


def _raises(body: Sequence[ast.stmt]) -> bool:
    return any(isinstance(statement, ast.Raise) for statement in body)


def _with(statement: Union[ast.With, ast.AsyncWith], context: _Context) -> _Context:
    for item in statement.items:
        expression = item.context_expr
        called = expression.func if isinstance(expression, ast.Call) else expression
        name = _last_name(called)
        if name == "suppress" and isinstance(expression, ast.Call):
            if any(_catches(argument) for argument in expression.args):
                context = context.guarded()
        elif name not in _TRANSPARENT:
            context = context.later()
    return context


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _called_imports(statement: ast.stmt, package: str) -> Iterator[Import]:
    """Yield what the expressions of a statement import by a call with a literal name."""
    for child in ast.iter_child_nodes(statement):
        if not isinstance(child, (ast.expr, ast.arguments, ast.keyword, ast.withitem)):
            continue
        for node in ast.walk(child):
            if isinstance(node, ast.Call) and _last_name(node.func) in ("import_module", "__import__"):
                arguments = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
                if arguments and isinstance(arguments[0], str):
                    literal = arguments[0]
                    module = literal.lstrip(".")
                    level = len(literal) - len(module)
                    if level and not _is_own_package(node):
                        continue
                    name = absolute_name(level, module, package)
                    text = f"{_last_name(node.func)}({literal!r})"
                    yield Import(name, "", node.lineno, When.LATER, text)


def _is_own_package(call: ast.Call) -> bool:
    """Return whether a call names its own package, which a relative name is below."""
    given = [*call.args[1:], *(keyword.value for keyword in call.keywords if keyword.arg == "package")]
    return any(isinstance(value, ast.Name) and value.id == "__package__" for value in given)
