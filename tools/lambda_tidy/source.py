"""Source: what a Python file says of what it imports, and of the files that it reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from tools.aws.facts import RUNTIMES
from tools.imports.module_source import parse_module
from tools.imports.statement import Import, When, package_of, read_imports

# When an import runs, as one letter in the cache.
ALWAYS, CONDITIONAL, TYPE_CHECKING = "a", "c", "t"

_PREFER = re.compile(rb"^[ \t]*#[ \t]*tidy:[ \t]*prefer[ \t]+(\S+)", re.MULTILINE)
_BODY = re.compile(rb"^(?:@|(?:def|class|if|try|with|for|while|async|match)\b)", re.MULTILINE)
_CALLS = (b"import_module", b"__import__")
_READS = (b"__file__", b"get_data", b"resources")
_TESTS_TYPES = frozenset({"TYPE_CHECKING", "typing.TYPE_CHECKING", "t.TYPE_CHECKING"})
_MINORS = sorted({runtime.python[1] for runtime in RUNTIMES.values() if runtime.python[1] > 8})


class Used(NamedTuple):
    """One import.

    Attributes:
        module: Dotted name of the module; a relative one is below the file's path in the repository.
        name: What is imported from it; empty for `import module`, `*` for all.
        line: Line of the statement.
        when: `ALWAYS`, `CONDITIONAL` or `TYPE_CHECKING`.
    """

    module: str
    name: str
    line: int
    when: str


class Read(NamedTuple):
    """A file that a source reads by a literal name.

    Attributes:
        line: Where it does.
        package: The package that the file is in, dotted; empty for the source's own folder.
        file: The file's path below that.
    """

    line: int
    package: str
    file: str


class SourceFacts(NamedTuple):
    """What a Python file says.

    Attributes:
        imports: What it imports.
        prefer: Labels that it prefers where several targets have a module.
        reads: The files that it reads.
        unparsed: Why it cannot be parsed, with the line in front; empty where it can.
        empty: Whether it has no statements but its docstring.
    """

    imports: Sequence[Used]
    prefer: Sequence[str]
    reads: Sequence[Read]
    unparsed: str
    empty: bool


def read_source(source: bytes, path: str) -> SourceFacts:
    """Return what a Python file says.

    Args:
        source: Its bytes.
        path: Its path in the repository.
    """
    head = _head(source)
    tree = parse_module(head, path)
    if not isinstance(tree, ast.Module) and head is not source:
        tree = parse_module(source, path)
    if not isinstance(tree, ast.Module):
        line = getattr(tree, "lineno", 0) or 0
        return SourceFacts((), (), (), f"{line}:{tree.args[0]}", False)
    prefer = [match.decode("utf-8", "replace") for match in _PREFER.findall(source)]
    reads = list(_reads(tree)) if any(word in source for word in _READS) else []
    empty = head is source and all(
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        for statement in tree.body
    )
    return SourceFacts(_imports(tree, source, path) if b"import" in source else [], prefer, reads, "", empty)


def _head(source: bytes) -> bytes:
    """Return what stands above a module's first function, class or condition, where nothing below imports or reads.

    Parsing takes nearly all of the time, and most modules import at their top alone. What is cut within a text or an
    expression cannot be parsed, and is then parsed as a whole.
    """
    match = _BODY.search(source)
    if match is None or any(word in source for word in _READS):
        return source
    return source if b"import" in source[match.start() :] else source[: match.start()]


def _imports(tree: ast.Module, source: bytes, path: str) -> list[Used]:
    package = package_of(path)
    calls = any(word in source for word in _CALLS)
    # A branch on Python's version is one of each runtime's.
    minors = _MINORS if b"version_info" in source else _MINORS[-1:]
    found: dict[tuple[str, str, int], str] = {}
    for minor in minors:
        for item in read_imports(tree, package, minor, calls):
            key = (item.module, item.name, item.line)
            when = ALWAYS if _is_certain(item) else CONDITIONAL
            found[key] = min(when, found.get(key, when))
    if b"TYPE_CHECKING" in source:
        for node in ast.walk(tree):
            if isinstance(node, ast.If) and ast.unparse(node.test) in _TESTS_TYPES:
                body = ast.Module(body=node.body, type_ignores=[])
                for item in read_imports(body, package, _MINORS[-1], calls):
                    found.setdefault((item.module, item.name, item.line), TYPE_CHECKING)
    return [Used(*key, when) for key, when in found.items()]


def _is_certain(item: Import) -> bool:
    return item.when is When.IMPORTED and not item.unless


def _reads(tree: ast.Module) -> Iterator[Read]:
    """Yield the files that a module reads by literal names, beside itself or in a package."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            yield from _of_path(node)
        elif isinstance(node, ast.Call):
            yield from _of_call(node)


def _of_path(node: ast.BinOp) -> Iterator[Read]:
    """Yield what `Path(__file__).parent / "file"` and `files("package") / "file"` read."""
    file = _text(node.right)
    if not file:
        return
    if "__file__" in _names(node.left):
        if isinstance(node.left, ast.Attribute) and node.left.attr == "parent":
            yield Read(node.lineno, "", file)
    elif isinstance(node.left, ast.Call) and _last(node.left.func) == "files" and node.left.args:
        package = _text(node.left.args[0])
        if package:
            yield Read(node.lineno, package, file)


def _of_call(node: ast.Call) -> Iterator[Read]:
    """Yield what a call reads: of `importlib.resources`, `pkgutil`, `os.path.join` or a path's own."""
    called = _last(node.func)
    texts = [_text(argument) for argument in node.args]
    if called in ("get_data", "read_text", "read_binary", "open_text", "open_binary") and len(texts) >= 2:
        if texts[0] and texts[1]:
            yield Read(node.lineno, texts[0], texts[1])
    elif called == "with_name" and texts[:1] and texts[0] and "__file__" in _names(node.func):
        yield Read(node.lineno, "", texts[0])
    elif called in ("joinpath", "join") and texts[-1:] and texts[-1]:
        inner = node.func.value if isinstance(node.func, ast.Attribute) else None
        if called == "join" and len(texts) == 2 and "dirname" in _names(node.args[0]):
            if "__file__" in _names(node.args[0]):
                yield Read(node.lineno, "", texts[1])
        elif isinstance(inner, ast.Call) and _last(inner.func) == "files" and inner.args:
            package = _text(inner.args[0])
            if package:
                yield Read(node.lineno, package, texts[-1])


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _names(node: ast.expr) -> set[str]:
    return {_last(inner) for inner in ast.walk(node) if isinstance(inner, (ast.Name, ast.Attribute))}


def from_json(value: Any) -> SourceFacts:
    """Return facts that were written as JSON.

    Args:
        value: As JSON has them.
    """
    imports, prefer, reads, unparsed, empty = value
    return SourceFacts(
        [Used(*item) for item in imports], prefer, [Read(*item) for item in reads], unparsed, empty
    )
