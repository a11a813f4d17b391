"""Handler: finds the function that Lambda calls, and writes the root module that re-exports it."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, Optional

from tools.aws.facts import MAX_HANDLER_LENGTH
from tools.errors import PleasingError
from tools.imports.module_tree import MODULE_SUFFIXES
from tools.lambda_zip.check.builtin_modules import BUILTIN_MODULES
from tools.lambda_zip.check.handler_name import HandlerName
from tools.lambda_zip.place.layout import Placed
from tools.lambda_zip.read.pex import Area
from tools.lambda_zip.warning import BuildWarning, WarningKind

ENTRY_MODULE = "lambda_function.py"
ENTRY_HANDLER = "lambda_function.handler"
_ENTRY_FUNCTION = "handler"


class Handler(NamedTuple):
    """The handler, found in the zip.

    Attributes:
        name: What Lambda could be configured with directly, such as `svc.echo.handler`.
        module_file: The file in the zip that has it.
        certainty: `defined`, or `may be` where only running the module would tell.
        entry: The bytes of `lambda_function.py`; None where the user's own file is that module.
        warnings: What its user is told.
        decorators: The function's decorators as source, outermost first; what they return is what is called.
    """

    name: str
    module_file: str
    certainty: str
    entry: Optional[bytes]
    warnings: list[BuildWarning]
    decorators: tuple[str, ...] = ()


def find_handler(
    name: HandlerName, placed: Sequence[Placed], excluded: Mapping[str, str], python: tuple[int, int]
) -> Handler:
    """Find the handler's module in the zip, and its name in the module.

    Args:
        name: The handler.
        placed: What goes into the zip.
        excluded: Path in the PEX -> name in the zip, of files that `exclude` took out.
        python: The runtime's major and minor version.

    Raises:
        PleasingError: The module is not there, does not define the name, or could not be imported by Lambda.
    """
    item = _find_module(name, placed, excluded)
    module = _module_name(name, item)
    direct = f"{module}.{name.function}"
    problems = []
    shadow = _shadow(item.name, {other.name for other in placed if other.name.endswith(MODULE_SUFFIXES)})
    if shadow:
        problems.append(
            f"handler {name.text!r}: Python imports {shadow} where {item.name} is meant, as it finds that "
            "first; rename one"
        )
    if len(direct) > MAX_HANDLER_LENGTH:
        problems.append(
            f"handler {name.text!r}: {direct} has {len(direct)} characters; Lambda takes at most "
            f"{MAX_HANDLER_LENGTH} (API_FunctionConfiguration). Move the module nearer to a source root"
        )
    top = module.partition(".")[0]
    if top in BUILTIN_MODULES:
        problems.append(
            f"handler {name.text!r}: Lambda refuses a handler below {top!r}, as that is a built-in "
            "module of Python; rename the file or its folder"
        )
    entry = _entry(module, name, placed, problems)
    certainty, warnings, decorators = _look_for(name, item, python, problems)
    if problems:
        raise PleasingError(problems)
    return Handler(direct, item.name, certainty, entry, warnings, decorators)


def _find_module(name: HandlerName, placed: Sequence[Placed], excluded: Mapping[str, str]) -> Placed:
    if name.file is not None:
        # A distribution may have a file of that path too, and the handler only where no source of the repository has.
        of_file = [item for item in placed if item.path == name.file]
        for item in sorted(of_file, key=lambda item: item.area is not Area.FIRST_PARTY):
            return item
        if name.file in excluded:
            raise PleasingError(
                f"handler {name.text!r}: exclude takes {excluded[name.file]}, which has the handler; "
                "change the pattern"
            )
        raise PleasingError(
            f"handler {name.text!r}: {name.file} is not in the PEX; add it to srcs, or the library that "
            "has it to deps" + _similar(posixpath.basename(name.file), [item.path for item in placed])
        )
    assert name.module is not None
    stem = name.module.replace(".", "/")
    by_name = {item.name: item for item in placed if item.name.endswith(MODULE_SUFFIXES)}
    candidates = [f"{stem}.py", f"{stem}/__init__.py", f"{stem}.pyc", f"{stem}/__init__.pyc"]
    found = _first_found(stem, by_name)
    if found:
        return by_name[found]
    taken = [candidate for candidate in candidates if candidate in excluded.values()]
    if taken:
        raise PleasingError(
            f"handler {name.text!r}: exclude takes {taken[0]}, which has the handler; change the pattern"
        )
    raise PleasingError(
        f"handler {name.text!r}: there is no module {name.module} in the zip, neither {candidates[0]} nor "
        f"{candidates[1]}; add what has it to deps, or correct the name"
        + _similar(posixpath.basename(candidates[0]), list(by_name))
    )


def _first_found(stem: str, names: Collection[str]) -> Optional[str]:
    """Return the file that an import takes: a package, else an extension module, else a module.

    This is the order of importlib.machinery.FileFinder.
    """
    extensions = sorted(name for name in names if name.startswith(stem + ".") and name.endswith(".so"))
    in_package = sorted(
        name for name in names if name.startswith(stem + "/__init__.") and name.endswith(".so")
    )
    packages = (*in_package, f"{stem}/__init__.py", f"{stem}/__init__.pyc")
    return next(
        (name for name in (*packages, *extensions, f"{stem}.py", f"{stem}.pyc") if name in names), None
    )


def _shadow(path: str, names: Collection[str]) -> Optional[str]:
    """Return the file that Python would import instead of a module, or of a folder that leads to it."""
    stem = _stem(path)
    if stem.endswith("/__init__"):
        stem = stem[: -len("/__init__")]
    found = _first_found(stem, names)
    if found != path:
        return found
    while "/" in stem:
        stem = stem.rpartition("/")[0]
        found = _first_found(stem, names)
        if found and not found.startswith(stem + "/"):
            return found
    return None


def _stem(path: str) -> str:
    return path[: path.index(".", path.rfind("/") + 1)]


def _similar(base: str, names: Sequence[str]) -> str:
    found = sorted(name for name in names if posixpath.basename(name) == base)[:3]
    return f". There is {', '.join(found)}" if found else ""


def _module_name(name: HandlerName, item: Placed) -> str:
    stem = _stem(item.name)
    extension = item.name[len(stem) :]
    if "." in stem or (name.file is not None and extension != ".py"):
        raise PleasingError(
            f"handler {name.text!r}: {item.name} cannot be imported, as its path has a dot in it, which "
            "Lambda and Python take for the end of a package's name; rename it"
        )
    if stem.endswith("/__init__"):
        stem = stem[: -len("/__init__")]
    return stem.replace("/", ".")


def _entry(module: str, name: HandlerName, placed: Sequence[Placed], problems: list[str]) -> Optional[bytes]:
    stem = ENTRY_MODULE[:-3]
    own = [item for item in placed if item.name.partition("/")[0].partition(".")[0] == stem]
    if module == stem and name.function == _ENTRY_FUNCTION:
        return None
    if own:
        problems.append(
            f"handler {name.text!r}: {own[0].member.describe()} lands on {own[0].name}, but the zip's root "
            f"{ENTRY_MODULE} is written by this tool, so that every function can be deployed as {ENTRY_HANDLER}. "
            + (
                f"Call the function {_ENTRY_FUNCTION}, or rename the file"
                if module == stem
                else "Rename that file"
            )
        )
        return None
    return _entry_source(module, name.function).encode("utf-8")


def _entry_source(module: str, function: str) -> str:
    docstring = f'"""Entry point of the function: {ENTRY_HANDLER} is {module}.{function}."""'
    if all(part.isidentifier() and not _is_keyword(part) for part in module.split(".")):
        alias = "" if function == _ENTRY_FUNCTION else f" as {_ENTRY_FUNCTION}"
        return f'{docstring}\n\nfrom {module} import {function}{alias}\n\n__all__ = ["{_ENTRY_FUNCTION}"]\n'
    # Lambda imports by name, so that a file may be called my-function.py, which no import statement can
    # spell.
    imported = f"importlib.import_module({module!r}).{function}"
    return f"{docstring}\n\nimport importlib\n\n{_ENTRY_FUNCTION} = {imported}\n"


def _is_keyword(name: str) -> bool:
    import keyword

    return keyword.iskeyword(name)


def _look_for(
    name: HandlerName, item: Placed, python: tuple[int, int], problems: list[str]
) -> tuple[str, list[BuildWarning], tuple[str, ...]]:
    """Return whether the module defines the name, warnings, and its decorators."""
    title = f"handler {name.text!r}"
    if not item.name.endswith(".py"):
        return "may be", [_warning(f"{title}: {item.name} is not source, so only Lambda knows its names")], ()
    import sys

    from tools.imports.module_source import find_name, parse_module
    from tools.imports.signature import signature_of

    tree = parse_module(item.member.read(), item.name)
    if isinstance(tree, Exception):
        line = getattr(tree, "lineno", None)
        where = f"{item.path}:{line}" if line else item.path
        if sys.version_info[:2] < python:
            host = "{}.{}".format(*sys.version_info[:2])
            text = f"{title}: {where} was not checked, as Python {host} cannot parse it ({tree.args[0]})"
            return "may be", [_warning(text)], ()
        problems.append(f"{title}: {where} cannot be parsed: {tree.args[0]}; correct the file")
        return "may be", [], ()
    found = find_name(tree, name.function)
    if found.kind == "may be":
        return (
            "may be",
            [
                _warning(
                    f"{title}: {item.path} may define {name.function!r} ({found.reason}); "
                    "only importing it would tell"
                )
            ],
            (),
        )
    if found.kind == "missing":
        names = ", ".join(found.functions[:8]) or "none"
        problems.append(
            f"{title}: {item.path} does not define {name.function!r} at its top level; "
            f"its functions are: {names}"
        )
    elif found.kind == "async":
        problems.append(
            f"{title}: {item.path}:{found.line}: {name.function!r} is async, and Lambda's Python runtime "
            "does not await it; write a def that calls asyncio.run"
        )
    signature = signature_of(tree, name.function) if found.kind == "defined" else None
    if signature is None:
        return "defined", [], ()
    if signature.problem:
        problems.append(
            f"{title}: {item.path}:{signature.line}: Lambda calls {name.function!r} with an event and a context, "
            f"but {signature.problem}; write def {name.function}(event, context)"
        )
    return "defined", [], signature.decorators


def _warning(text: str) -> BuildWarning:
    return BuildWarning(WarningKind.HANDLER, text)
