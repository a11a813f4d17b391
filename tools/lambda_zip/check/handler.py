"""Handler: finds the function that Lambda calls, and writes the root module that re-exports it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, Optional

from tools.aws.facts import MAX_HANDLER_LENGTH
from tools.errors import PleasingError
from tools.lambda_zip.check.builtin_modules import BUILTIN_MODULES
from tools.lambda_zip.place.layout import Placed
from tools.lambda_zip.read.pex import Area

ENTRY_MODULE = "lambda_function.py"
ENTRY_HANDLER = "lambda_function.handler"
_ENTRY_FUNCTION = "handler"

_FORMS = "write 'file.py:function', 'package.module:function' or 'package.module.function'"


class HandlerName(NamedTuple):
    """A handler as the user wrote it, taken apart.

    Attributes:
        text: As written.
        file: Path in the repository, for the form `file.py:function`.
        module: Dotted module name, for the other forms.
        function: The name in that module.
    """

    text: str
    file: Optional[str]
    module: Optional[str]
    function: str


class Handler(NamedTuple):
    """The handler, found in the zip.

    Attributes:
        name: What Lambda could be configured with directly, such as `svc.echo.handler`.
        module_file: The file in the zip that has it.
        certainty: `defined`, or `may be` where only running the module would tell.
        entry: The bytes of `lambda_function.py`; None where the user's own file is that module.
        warnings: What a person should know.
    """

    name: str
    module_file: str
    certainty: str
    entry: Optional[bytes]
    warnings: list[str]


def parse_handler(text: str, package: str) -> HandlerName:
    """Takes a handler apart.

    Args:
        text: `file.py:function` (relative to the package), `package.module:function` or
            `package.module.function`.
        package: The rule's package in the repository; empty for the root.

    Raises:
        PleasingError: It has none of these forms.
    """
    if not text or re.search(r"\s", text):
        raise PleasingError(f"handler {text!r} is empty or holds white space; {_FORMS}")
    where, colon, function = text.rpartition(":")
    if colon and where.endswith(".py"):
        if not function.isidentifier():
            raise PleasingError(f"handler {text!r}: {function!r} is no name of a function; {_FORMS}")
        path = posixpath.normpath(posixpath.join(package, where))
        if where.startswith("/") or path.startswith("../"):
            raise PleasingError(f"handler {text!r}: {where} is out of the repository; name a file of it")
        return HandlerName(text, path, None, function)
    if not colon:
        where, _, function = text.rpartition(".")
    module = where.replace("/", ".")
    if not function.isidentifier() or not all(module.split(".")) or re.search(r"[\\:\x00-\x1f]", module):
        raise PleasingError(f"handler {text!r} cannot be read; {_FORMS}")
    return HandlerName(text, None, module, function)


def find_handler(
    name: HandlerName, placed: Sequence[Placed], excluded: Mapping[str, str], python: tuple[int, int]
) -> Handler:
    """Finds the handler's module in the zip, and its name in the module.

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
    shadow = _shadow(item.name, {other.name for other in placed})
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
            f"handler {name.text!r}: Lambda refuses a handler below {top!r}, as that is a built-in module "
            "of Python; "
            "rename the file or its folder"
        )
    entry = _entry(module, name, placed, problems)
    certainty, warnings = _look_for(name, item, python, problems)
    if problems:
        raise PleasingError(problems)
    return Handler(direct, item.name, certainty, entry, warnings)


def _find_module(name: HandlerName, placed: Sequence[Placed], excluded: Mapping[str, str]) -> Placed:
    if name.file is not None:
        # A distribution may have a file of that path too, and the handler only where no source of the repository has.
        of_file = [item for item in placed if item.path == name.file]
        for item in sorted(of_file, key=lambda item: item.area is not Area.FIRST_PARTY):
            return item
        if name.file in excluded:
            raise PleasingError(
                f"handler {name.text!r}: exclude takes {excluded[name.file]}, which has the handler; mend "
                "the pattern"
            )
        raise PleasingError(
            f"handler {name.text!r}: {name.file} is not in the PEX; add it to srcs, or the library that "
            "has it to deps" + _similar(posixpath.basename(name.file), [item.path for item in placed])
        )
    assert name.module is not None
    stem = name.module.replace(".", "/")
    by_name = {item.name: item for item in placed}
    candidates = [f"{stem}.py", f"{stem}/__init__.py", f"{stem}.pyc", f"{stem}/__init__.pyc"]
    found = _first_found(stem, by_name)
    if found:
        return by_name[found]
    taken = [candidate for candidate in candidates if candidate in excluded.values()]
    if taken:
        raise PleasingError(
            f"handler {name.text!r}: exclude takes {taken[0]}, which has the handler; mend the pattern"
        )
    raise PleasingError(
        f"handler {name.text!r}: there is no module {name.module} in the zip, neither {candidates[0]} nor "
        f"{candidates[1]}; add what has it to deps, or mend the name"
        + _similar(posixpath.basename(candidates[0]), list(by_name))
    )


def _first_found(stem: str, names: Collection[str]) -> Optional[str]:
    """Returns the file that an import takes: a package, else an extension module, else a module.

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
    """Returns the file that Python would import instead of a module, or of a folder that leads to it."""
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
            "Lambda and Python "
            "take for the end of a package's name; rename it"
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
            f"{ENTRY_MODULE} is written by this tool, so that every function can be deployed as "
            f"{ENTRY_HANDLER}. "
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
) -> tuple[str, list[str]]:
    """Returns whether the module defines the name, and warnings."""
    if not item.name.endswith(".py"):
        return "may be", [
            f"handler {name.text!r}: {item.name} is not source, so that its names are known only to Lambda"
        ]
    import sys

    from tools.lambda_zip.check.module_source import find_name, parse_module

    tree = parse_module(item.member.read(), item.name)
    if isinstance(tree, Exception):
        error = tree
        line = getattr(error, "lineno", None)
        where = f"{item.path}:{line}" if line else item.path
        if sys.version_info[:2] < python:
            return "may be", [
                f"handler {name.text!r}: {where} is no Python that "
                f"{sys.version_info[0]}.{sys.version_info[1]} can "
                f"parse ({error.args[0]}); it was not looked into"
            ]
        problems.append(f"handler {name.text!r}: {where} cannot be parsed: {error.args[0]}; mend the file")
        return "may be", []
    found = find_name(tree, name.function)
    warnings = []
    if found.kind == "missing":
        names = ", ".join(found.functions[:8]) or "none"
        problems.append(
            f"handler {name.text!r}: {item.path} does not define {name.function!r} at its top level; "
            f"its functions are: {names}"
        )
    elif found.kind == "may be":
        warnings.append(
            f"handler {name.text!r}: {item.path} may define {name.function!r} ({found.reason}); only "
            "importing it would tell"
        )
    elif found.kind == "async":
        problems.append(
            f"handler {name.text!r}: {item.path}:{found.line}: {name.function!r} is async, and Lambda's "
            "Python runtime "
            "does not await it; write a def that calls asyncio.run"
        )
    return ("may be" if found.kind == "may be" else "defined"), warnings
