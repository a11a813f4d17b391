"""Condition: what the test of an `if` is on Lambda, where its source tells.

Lambda is CPython on Linux. What depends on anything else is unknown.
"""

from __future__ import annotations

import ast
import operator
from typing import Any, Callable, Optional

# No value of Python: what is not known.
_UNKNOWN = object()

# AWS keeps its runtimes at the newest patch release (dg/runtimes-update), whichever that is.
_PATCH = 99

_ATTRIBUTES = {
    "sys.platform": "linux",
    "sys.implementation.name": "cpython",
    "os.name": "posix",
    "six.PY2": False,
    "six.PY3": True,
    "typing.TYPE_CHECKING": False,
    "t.TYPE_CHECKING": False,
}
_NAMES = {"TYPE_CHECKING": False, "PY2": False, "PY3": True}
_CALLS = {"platform.system": "Linux", "platform.python_implementation": "CPython"}

_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda one, many: one in many,
    ast.NotIn: lambda one, many: one not in many,
}


def evaluate(test: ast.expr, minor: int) -> Optional[bool]:
    """Return whether a test holds when Lambda imports the module, or None where that is unknown.

    Args:
        test: The expression behind `if`.
        minor: Which Python 3.x the runtime has.
    """
    try:
        value = _value(test, minor)
    except (TypeError, IndexError, KeyError, RecursionError):
        return None
    return None if value is _UNKNOWN else bool(value)


def _value(node: ast.expr, minor: int) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        if node.id == "version_info":
            return _version_info(minor)
        # Lambda imports; it starts no module as a program.
        return "(imported)" if node.id == "__name__" else _NAMES.get(node.id, _UNKNOWN)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        value = _value(node.operand, minor)
        return value if value is _UNKNOWN else not value
    if isinstance(node, ast.BoolOp):
        return _bool_op(node, minor)
    if isinstance(node, ast.Compare):
        return _compare(node, minor)
    if isinstance(node, ast.Attribute):
        return _attribute(node, minor)
    if isinstance(node, ast.Subscript):
        return _subscript(node, minor)
    if isinstance(node, ast.Call):
        return _call(node, minor)
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        values = [_value(element, minor) for element in node.elts]
        return _UNKNOWN if _UNKNOWN in values else tuple(values)
    return _UNKNOWN


def _version_info(minor: int) -> tuple[Any, ...]:
    return (3, minor, _PATCH, "final", 0)


def _bool_op(node: ast.BoolOp, minor: int) -> Any:
    values = [_value(value, minor) for value in node.values]
    decisive = isinstance(node.op, ast.Or)
    if any(value is not _UNKNOWN and bool(value) is decisive for value in values):
        return decisive
    return _UNKNOWN if _UNKNOWN in values else not decisive


def _compare(node: ast.Compare, minor: int) -> Any:
    if len(node.ops) != 1 or type(node.ops[0]) not in _COMPARISONS:
        return _UNKNOWN
    left, right = _value(node.left, minor), _value(node.comparators[0], minor)
    if left == "(imported)" and right != "__main__":
        return _UNKNOWN
    if left is _UNKNOWN or right is _UNKNOWN:
        return _UNKNOWN
    return _COMPARISONS[type(node.ops[0])](left, right)


def _attribute(node: ast.Attribute, minor: int) -> Any:
    dotted = _dotted(node)
    if dotted == "sys.version_info":
        return _version_info(minor)
    if dotted.startswith("sys.version_info."):
        return {"major": 3, "minor": minor, "micro": _PATCH}.get(node.attr, _UNKNOWN)
    return _ATTRIBUTES.get(dotted, _UNKNOWN)


def _subscript(node: ast.Subscript, minor: int) -> Any:
    value = _value(node.value, minor)
    if not isinstance(value, tuple):
        return _UNKNOWN
    index = node.slice
    if isinstance(index, ast.Slice):
        bounds: list[Any] = [
            bound and _value(bound, minor) for bound in (index.lower, index.upper, index.step)
        ]
        return _UNKNOWN if _UNKNOWN in bounds else value[slice(*bounds)]
    found = _value(index, minor)
    return _UNKNOWN if found is _UNKNOWN else value[found]


def _call(node: ast.Call, minor: int) -> Any:
    dotted = _dotted(node.func)
    if not node.args and not node.keywords:
        return _CALLS.get(dotted, _UNKNOWN)
    if dotted == "sys.platform.startswith" and len(node.args) == 1:
        start = _value(node.args[0], minor)
        return _UNKNOWN if start is _UNKNOWN else "linux".startswith(start)
    return _UNKNOWN


def _dotted(node: ast.expr) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""
