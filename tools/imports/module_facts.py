"""Module facts: what a module's source says of its imports, from its text or from its syntax tree."""

from __future__ import annotations

import ast
from typing import Any, NamedTuple, Optional

from tools.imports.module_source import bound_names, parse_module
from tools.imports.statement import Import, When, package_of, read_imports
from tools.imports.syntax import Newer, newer_syntax

_CALLS = (b"import_module", b"__import__")


class ModuleFacts(NamedTuple):
    """What is known of one module.

    Attributes:
        imports: Its imports, less those that never run on Lambda.
        bound: The names that it has once it is imported; None where its source does not tell.
        newer: Syntax that the runtime's Python cannot parse.
        unparsed: Why its source could not be parsed, with `unparsed_line`; empty where it could.
        unparsed_line: The line that is told with it, or 0.
    """

    imports: tuple[Import, ...]
    bound: Optional[frozenset[str]]
    newer: tuple[Newer, ...] = ()
    unparsed: str = ""
    unparsed_line: int = 0


def read_module(name: str, source: bytes, minor: int) -> ModuleFacts:
    """Return what a module's syntax tree says.

    Args:
        name: Its file in the zip.
        source: Its bytes.
        minor: Which Python 3.x the runtime has.
    """
    tree = parse_module(source, name)
    if not isinstance(tree, ast.Module):
        return ModuleFacts((), None, (), str(tree.args[0]), getattr(tree, "lineno", 0) or 0)
    imports = imports_in(tree, name, source, minor)
    return ModuleFacts(tuple(imports), bound_names(tree, source), tuple(newer_syntax(tree, source, minor)))


def imports_in(tree: ast.Module, name: str, source: bytes, minor: int) -> list[Import]:
    """Return a module's imports, less those that never run on Lambda.

    Args:
        tree: Its syntax tree.
        name: Its file in the zip.
        source: Its bytes.
        minor: Which Python 3.x the runtime has.
    """
    return list(read_imports(tree, package_of(name), minor, any(word in source for word in _CALLS)))


def to_json(facts: ModuleFacts) -> dict[str, Any]:
    """Return facts as `from_json` reads them.

    Args:
        facts: The facts.
    """
    return {
        "imports": [[*item._replace(when=item.when.name)] for item in facts.imports],  # type: ignore[arg-type]
        "bound": None if facts.bound is None else sorted(facts.bound),
        "newer": facts.newer,
        "unparsed": facts.unparsed,
        "unparsed_line": facts.unparsed_line,
    }


def from_json(values: dict[str, Any]) -> ModuleFacts:
    """Return the facts that `to_json` wrote.

    Args:
        values: What it returned, as JSON has it.
    """
    imports = tuple(
        Import(module, name, line, When[when], text, tuple((one, other) for one, other in unless))
        for module, name, line, when, text, unless in values["imports"]
    )
    bound = values["bound"]
    return ModuleFacts(
        imports,
        None if bound is None else frozenset(bound),
        tuple(Newer(*item) for item in values["newer"]),
        values["unparsed"],
        values["unparsed_line"],
    )
