"""The BUILD language: a subset of Python, checked and rewritten so that Python runs it as Please does.

Where the two differ, the syntax tree is changed before it is compiled:

- a default argument is evaluated at each call, in place of a None that is passed as well;
- `x += y` makes a new object, tuples are lists, dicts iterate in the order of their keys;
- attributes go through `_attribute`, so that strings and dicts have the methods of the BUILD language and
  nothing of Python's can be reached.
"""

from __future__ import annotations

import ast
import copy
import types
import warnings
from typing import Any, Callable, NamedTuple, NoReturn, Optional, Union, cast

from tools.errors import PleasingError

# Names that the rewritten code uses; BUILD files cannot spell them, as they are not identifiers.
_ATTRIBUTE = "<attribute>"
_DICT = "<dict>"
_FORMAT = "<format>"
_FUNCTION = "<function>"
_DIVIDE = "<divide>"
_MODULO = "<modulo>"

_TYPES = ("bool", "str", "int", "list", "dict", "function", "config")

_STATEMENTS = (
    *(ast.FunctionDef, ast.Return, ast.Assign, ast.AugAssign, ast.For, ast.If),
    *(ast.Expr, ast.Assert, ast.Pass, ast.Break, ast.Continue),
)
_EXPRESSIONS = (
    *(ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.Lambda, ast.IfExp, ast.Dict, ast.ListComp, ast.DictComp),
    *(ast.GeneratorExp, ast.Compare, ast.Call, ast.JoinedStr, ast.Constant, ast.Attribute, ast.Subscript),
    *(ast.Name, ast.List, ast.Tuple, ast.Slice),
)
_OPERATORS = (
    *(ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.BitOr, ast.Not, ast.USub),
    *(
        ast.And,
        ast.Or,
        ast.Eq,
        ast.NotEq,
        ast.Lt,
        ast.LtE,
        ast.Gt,
        ast.GtE,
        ast.Is,
        ast.IsNot,
        ast.In,
        ast.NotIn,
    ),
)
_HINTS = {
    ast.Import: "use subinclude()",
    ast.ImportFrom: "use subinclude()",
    ast.Raise: "use fail()",
    ast.Set: "use a list",
    ast.While: "use for",
}


class LanguageError(Exception):
    """What a BUILD file did wrong; the file and the line are added where it is caught."""


class Dict(dict):  # type: ignore[type-arg]
    """A dict of the BUILD language: its keys are strings, and are always listed in order."""

    def __iter__(self) -> NoReturn:
        raise LanguageError("a dict cannot be iterated over: use its keys() or items()")

    def keys(self) -> Any:
        """Returns the keys in order."""
        return sorted(super().__iter__())

    def values(self) -> Any:
        """Returns the values in the order of their keys."""
        return [self[key] for key in self.keys()]

    def items(self) -> Any:
        """Returns lists of key and value in the order of the keys."""
        return [[key, self[key]] for key in self.keys()]

    def copy(self) -> Dict:
        """Returns another dict with the same contents."""
        return Dict(dict.items(self))

    def __setitem__(self, key: object, value: object) -> None:
        if not isinstance(key, str):
            raise LanguageError(f"keys of a dict must be strings, not {type_name(key)}")
        super().__setitem__(key, value)

    def setdefault(self, key: Any, default: Any = None) -> Any:
        """Returns the value of a key, after setting it where it is missing."""
        if key not in self:
            self[key] = default
        return self[key]

    def __or__(self, other: object) -> Dict:
        if not isinstance(other, Dict):
            raise LanguageError(f"operator | of a dict needs a dict, not {type_name(other)}")
        result = self.copy()
        result.update(dict.items(other))
        return result


class TypeName:
    """A builtin such as `str`: a function, and the name of a type in `isinstance`.

    Args:
        name: The type.
        convert: What calling it does; None where it cannot be called.
    """

    def __init__(self, name: str, convert: Optional[Callable[[Any], Any]]) -> None:
        self.name = name
        self._convert = convert

    def __call__(self, *values: object) -> object:
        """Converts a value."""
        if self._convert is None or len(values) != 1:
            raise LanguageError(
                f"{self.name} is not callable" if self._convert is None else f"{self.name} takes one value"
            )
        return self._convert(values[0])


class Parameter(NamedTuple):
    """One argument of a function.

    Attributes:
        name: Its name.
        kinds: Names of the types that it takes; none where any will do.
        aliases: Other names that it can be passed by.
        default: Evaluates its default in the scope of the function's file; None where it must be passed.
    """

    name: str
    kinds: tuple[str, ...]
    aliases: tuple[str, ...]
    default: Optional[Callable[[], object]]


class Function:
    """A function that a BUILD file or a `.build_defs` defines.

    Args:
        name: Its name.
        parameters: Its arguments.
        body: The compiled body, which takes every argument by its place.
    """

    def __init__(self, name: str, parameters: tuple[Parameter, ...], body: Callable[..., object]) -> None:
        self.name = name
        self.parameters = parameters
        self._body = body
        self._places = {n: i for i, p in enumerate(parameters) for n in (p.name, *p.aliases)}

    def __call__(self, *args: object, **kwargs: object) -> object:
        """Calls it as a BUILD file does."""
        if len(args) > len(self.parameters):
            raise LanguageError(f"too many arguments to {self.name}")
        given: dict[int, object] = dict(enumerate(args))
        for name, value in kwargs.items():
            place = self._places.get(name)
            if place is None:
                raise LanguageError(f"unknown argument to {self.name}: {name}")
            given[place] = value
        return self._body(*(self._argument(p, given, i) for i, p in enumerate(self.parameters)))

    def _argument(self, parameter: Parameter, given: dict[int, object], place: int) -> object:
        value = given.get(place)
        if value is None and (place not in given or (parameter.kinds and parameter.default)):
            if parameter.default is None:
                raise LanguageError(f"missing required argument to {self.name}: {parameter.name}")
            return parameter.default()
        if (
            value is not None
            and parameter.kinds
            and not any(is_type(value, kind) for kind in parameter.kinds)
        ):
            expected = " or ".join(parameter.kinds)
            raise LanguageError(
                f"argument {parameter.name} to {self.name} must be {expected}, not {type_name(value)}"
            )
        return value


def is_type(value: object, kind: str) -> bool:
    """Whether a value is of a type of the BUILD language.

    Args:
        value: The value.
        kind: Name of the type.
    """
    if kind in ("function", "callable"):
        return callable(value)
    return type_name(value) == kind or (kind == "int" and isinstance(value, bool))


def type_name(value: object) -> str:
    """Names the type of a value as the BUILD language does.

    Args:
        value: The value.
    """
    if value is None:
        return "none"
    if isinstance(value, (bool, int, str, list)):
        return type(value).__name__
    if isinstance(value, dict):
        return "dict"
    return cast(str, getattr(value, "type_name", "function" if callable(value) else type(value).__name__))


def text(value: object) -> str:
    """Writes a value as `str()` and f-strings do.

    Args:
        value: The value.
    """
    if isinstance(value, list):
        return "[" + " ".join(text(item) for item in value) + "]"
    if isinstance(value, Dict):
        return "{" + ", ".join(f'"{key}": {text(item)}' for key, item in value.items()) + "}"
    return str(value)


def compile_file(source: str, path: str) -> types.CodeType:
    """Checks a file of the BUILD language and compiles it.

    Args:
        source: Its text.
        path: What error messages call it.

    Raises:
        PleasingError: If it is not in the BUILD language, or wants more of it than the engine knows.
    """
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # Python warns of "\$", which means backslash and dollar in both languages
        try:
            tree = ast.parse(source, path)
        except SyntaxError as error:
            raise PleasingError(f"{path}:{error.lineno}: {error.msg}") from None
        tree = ast.fix_missing_locations(_Rewriter(path).visit(tree))
        return compile(tree, path, "exec", dont_inherit=True)


class _Rewriter(ast.NodeTransformer):
    """Refuses what the BUILD language does not have and rewrites what it does otherwise."""

    def __init__(self, path: str) -> None:
        self._path = path

    def _refuse(self, node: ast.AST, what: str) -> NoReturn:
        line = getattr(node, "lineno", 0)
        raise PleasingError(f"{self._path}:{line}: {what}")

    def visit(self, node: ast.AST) -> Any:
        """Refuses a node of a kind that the language does not have, and visits any other."""
        if isinstance(node, ast.stmt) and not isinstance(node, _STATEMENTS):
            self._unknown(node)
        if isinstance(node, ast.expr) and not isinstance(node, _EXPRESSIONS):
            self._unknown(node)
        if isinstance(node, (ast.operator, ast.unaryop, ast.boolop, ast.cmpop)) and not isinstance(
            node, _OPERATORS
        ):
            self._unknown(node)
        return super().visit(node)

    def _unknown(self, node: ast.AST) -> NoReturn:
        hint = _HINTS.get(type(node))
        name = type(node).__name__
        self._refuse(node, f"the BUILD language has no {name}" + (f": {hint}" if hint else ""))

    # Statements

    def visit_FunctionDef(self, node: ast.FunctionDef) -> list[ast.stmt]:
        arguments = node.args
        if (
            node.decorator_list
            or arguments.vararg
            or arguments.kwarg
            or arguments.kwonlyargs
            or arguments.posonlyargs
        ):
            self._refuse(node, "a function of the BUILD language has plain arguments and no decorators")
        required = len(arguments.args) - len(arguments.defaults)
        parameters: list[ast.expr] = []
        for place, argument in enumerate(arguments.args):
            kinds, aliases = self._annotation(argument.annotation)
            default: ast.expr = ast.Constant(None)
            if place >= required:
                default = _lambda(self.visit(arguments.defaults[place - required]))
            argument.annotation = None
            described: list[ast.expr] = [ast.Constant(argument.arg), _texts(kinds), _texts(aliases), default]
            parameters.append(ast.Tuple(described, ast.Load()))
        arguments.defaults = []
        node.returns = None
        node.body = [self.visit(statement) for statement in node.body]
        node.body = [s for each in node.body for s in (each if isinstance(each, list) else [each])]
        wrapped = _call(_FUNCTION, ast.Constant(node.name), ast.Name(node.name, ast.Load()), *parameters)
        return [node, ast.copy_location(ast.Assign([ast.Name(node.name, ast.Store())], wrapped), node)]

    def _annotation(self, node: Optional[ast.expr]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Reads `list|str&alias` into types and aliases."""
        if node is None:
            return (), ()
        if isinstance(node, ast.Name):
            if node.id not in _TYPES:
                self._refuse(node, f"{node.id} is not a type; known ones: {', '.join(_TYPES)}")
            return (node.id,), ()
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            left, right = self._annotation(node.left), self._annotation(node.right)
            return left[0] + right[0], left[1] + right[1]
        if (
            isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.BitAnd)
            and isinstance(node.right, ast.Name)
        ):
            kinds, aliases = self._annotation(node.left)
            return kinds, (*aliases, node.right.id)
        return self._refuse(node, "a type must be a name, names with | between them, and aliases after &")

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        target = node.targets[0]
        names = target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]
        if len(node.targets) > 1 or not all(isinstance(name, (ast.Name, ast.Subscript)) for name in names):
            self._refuse(node, "only names and items can be assigned to")
        return self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        target = node.target
        again = copy.deepcopy(target)
        if not isinstance(node.op, ast.Add) or not isinstance(target, (ast.Name, ast.Subscript)):
            self._refuse(node, "the only assignment of this kind is name += value")
        again.ctx = ast.Load()
        added = ast.BinOp(self.visit(again), ast.Add(), self.visit(node.value))
        assigned = ast.Assign([cast("ast.expr", self.generic_visit(target))], added)
        return ast.copy_location(assigned, node)

    def visit_For(self, node: ast.For) -> ast.AST:
        if node.orelse:
            self._refuse(node, "the BUILD language has no else after for")
        return self.generic_visit(node)

    # Expressions

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if node.value is not None and not isinstance(node.value, (str, int)):
            self._refuse(node, f"the BUILD language has no {type(node.value).__name__}")
        return node

    def visit_Tuple(self, node: ast.Tuple) -> ast.AST:
        node = cast(ast.Tuple, self.generic_visit(node))
        return ast.copy_location(ast.List(node.elts, node.ctx), node)

    def visit_Dict(self, node: ast.Dict) -> ast.AST:
        if any(key is None for key in node.keys):
            self._refuse(node, "the BUILD language has no **: use dict | dict")
        return ast.copy_location(_call(_DICT, cast(ast.expr, self.generic_visit(node))), node)

    def visit_DictComp(self, node: ast.DictComp) -> ast.AST:
        return ast.copy_location(_call(_DICT, cast(ast.expr, self.generic_visit(node))), node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.AST:
        node = cast(ast.GeneratorExp, self.generic_visit(node))
        return ast.copy_location(ast.ListComp(node.elt, node.generators), node)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        if len(node.ops) > 1:
            self._refuse(node, "the BUILD language has no chained comparison: join two with `and`")
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if any(isinstance(a, ast.Starred) for a in node.args) or any(k.arg is None for k in node.keywords):
            self._refuse(node, "the BUILD language has no * or ** in a call")
        return self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        node = cast(ast.BinOp, self.generic_visit(node))
        if isinstance(node.op, (ast.Mod, ast.Div)):
            helper = _MODULO if isinstance(node.op, ast.Mod) else _DIVIDE
            return ast.copy_location(_call(helper, node.left, node.right), node)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if not isinstance(node.ctx, ast.Load):
            self._refuse(node, "attributes cannot be assigned to")
        return ast.copy_location(_call(_ATTRIBUTE, self.visit(node.value), ast.Constant(node.attr)), node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        parts: list[ast.expr] = []
        for value in node.values:
            if not isinstance(value, ast.FormattedValue):
                parts.append(value)
                continue
            name = _dotted(value.value)
            if name is None or value.conversion != -1 or value.format_spec is not None:
                self._refuse(node, "an f-string of the BUILD language holds names and attributes only")
            last = parts[-1] if parts else None
            before = str(last.value) if isinstance(last, ast.Constant) else ""
            if before.endswith("$"):
                parts[-1] = ast.Constant(f"{before}{{{name}}}")  # ${name} is left for the shell
            else:
                parts.append(self.visit(value.value))
        return ast.copy_location(_call(_FORMAT, *parts), node)


def _dotted(node: ast.expr) -> Optional[str]:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value)
        return before and f"{before}.{node.attr}"
    return None


def _call(name: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])


def _texts(texts: tuple[str, ...]) -> ast.Tuple:
    return ast.Tuple([ast.Constant(text) for text in texts], ast.Load())


def _lambda(body: ast.expr) -> ast.Lambda:
    arguments = ast.arguments(
        posonlyargs=[], args=[], vararg=None, kwonlyargs=[], kw_defaults=[], kwarg=None, defaults=[]
    )
    return ast.Lambda(arguments, body)


# What rewritten code calls


def _attribute(value: Any, name: str) -> object:
    if isinstance(value, str):
        method = _STRING_METHODS.get(name)
        if method is None:
            raise LanguageError(f"a str has no {name} in the BUILD language")
        return types.MethodType(method, value)
    if isinstance(value, Dict):
        if name in value:
            return value[name]
        if name in ("get", "setdefault", "keys", "items", "values", "copy"):
            return getattr(value, name)
        raise LanguageError(f"a dict has neither a key nor a method {name}")
    if hasattr(value, "attribute"):
        return value.attribute(name)
    raise LanguageError(f"a {type_name(value)} has no {name} in the BUILD language")


def _function(name: str, body: Callable[..., object], *parameters: tuple[Any, ...]) -> Function:
    return Function(name, tuple(Parameter(*parameter) for parameter in parameters), body)


def _dict(items: dict[object, object]) -> Dict:
    result = Dict()
    for key, value in items.items():
        result[key] = value
    return result


def _format(*parts: object) -> str:
    return "".join(text(part) for part in parts)


def _modulo(left: object, right: object) -> Union[str, int]:
    if isinstance(left, int) and isinstance(right, int):
        return left % right
    if not isinstance(left, str):
        raise LanguageError(f"% needs a str or an int on its left, not {type_name(left)}")
    if isinstance(right, bool) or not isinstance(right, (str, int, list)):
        raise LanguageError(f"% needs a str, an int or a list on its right, not {type_name(right)}")
    values = right if isinstance(right, list) else [right]
    try:
        return left % tuple(value if isinstance(value, int) else text(value) for value in values)
    except (TypeError, ValueError) as error:
        raise LanguageError(f"{left!r} % {text(right)}: {error}") from None


def _divide(left: object, right: object) -> int:
    if not isinstance(left, int) or not isinstance(right, int):
        raise LanguageError(f"cannot divide {type_name(left)} by {type_name(right)}")
    return int(left / right)


def _format_method(self: str, *args: object, **kwargs: object) -> str:
    """`str.format`: fills `{}` and `{name}`; `${...}` and unknown names stay, `${{X}}` becomes `${X}`."""
    result: list[str] = []
    rest, remaining = self, list(args)
    while "{" in rest and "}" in rest[rest.index("{") :]:
        start = rest.index("{")
        end = rest.index("}", start)
        result.append(rest[:start])
        key, dollar = rest[start + 1 : end], rest[:start].endswith("$")
        if key == "":
            if not remaining:
                raise LanguageError(f"{self!r} wants more values than the {len(args)} given")
            result.append(text(remaining.pop(0)))
        elif dollar:
            result.append(rest[start + 1 : end] if key.startswith("{") else rest[start : end + 1])
        else:
            result.append(text(kwargs[key]) if key in kwargs else rest[start : end + 1])
        rest = rest[end + 1 :]
    return "".join(result) + rest


def _join(self: str, seq: list[str]) -> str:
    for item in seq:
        if not isinstance(item, str):
            raise LanguageError(f"join needs a list of str, found {type_name(item)}")
    return self.join(seq)


def _matches(self: str, pattern: str) -> bool:
    import re

    return re.search(pattern, self) is not None


_BLANKS = " \n"
_STRING_METHODS: dict[str, Callable[..., object]] = {
    "join": _join,
    "split": lambda self, on=" ": self.split(on),
    "replace": lambda self, old, new: self.replace(old, new),
    "partition": lambda self, sep: list(self.partition(sep)),
    "rpartition": lambda self, sep: list(self.rpartition(sep)),
    "startswith": lambda self, s: self.startswith(s),
    "endswith": lambda self, s: self.endswith(s),
    "format": _format_method,
    "ljust": lambda self, width, fillchar=" ": self.ljust(width, fillchar),
    "rjust": lambda self, width, fillchar=" ": self.rjust(width, fillchar),
    "lstrip": lambda self, cutset=_BLANKS: self.lstrip(cutset),
    "rstrip": lambda self, cutset=_BLANKS: self.rstrip(cutset),
    "strip": lambda self, cutset=_BLANKS: self.strip(cutset),
    "removeprefix": lambda self, prefix: self[len(prefix) :] if self.startswith(prefix) else self,
    "removesuffix": lambda self, suffix: self[: -len(suffix)] if suffix and self.endswith(suffix) else self,
    "find": lambda self, needle: self.find(needle),
    "rfind": lambda self, needle: self.rfind(needle),
    "count": lambda self, needle: self.count(needle),
    "upper": lambda self: self.upper(),
    "lower": lambda self: self.lower(),
    "matches": _matches,
}

HELPERS: dict[str, object] = {
    _ATTRIBUTE: _attribute,
    _DICT: _dict,
    _DIVIDE: _divide,
    _FORMAT: _format,
    _FUNCTION: _function,
    _MODULO: _modulo,
}
