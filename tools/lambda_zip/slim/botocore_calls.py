"""Botocore's calls: for which services first-party code makes clients and resources."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Optional

from tools.errors import PleasingError
from tools.imports.module_source import parse_module
from tools.lambda_zip.place.layout import Placed
from tools.lambda_zip.read.pex import Area
from tools.lambda_zip.slim.botocore_data import Services, nearest

_METHODS = frozenset({"client", "resource", "create_client"})
_SDK = re.compile(
    rb"^[ \t]*(?:from|import)[ \t]+(?:\w+[ \t]*,[ \t]*)*(?:aio)?(?:boto3|botocore)\b", re.MULTILINE
)


class Call(NamedTuple):
    """A call that makes a client or a resource.

    Attributes:
        line: Where it is.
        text: The call as source.
        service: The service; None where only running the code tells.
    """

    line: int
    text: str
    service: Optional[str]


def check_calls(placed: Iterable[Placed], services: Services, checked: bool) -> None:
    """Check that the data of each service that first-party code names stays.

    Args:
        placed: What goes into the zip.
        services: Which data stays.
        checked: Whether a service whose name is computed is an error.

    Raises:
        PleasingError: Code names a service whose data goes, or computes a name; all such places at once.
    """
    problems = []
    for item in placed:
        if item.area is not Area.FIRST_PARTY or not item.name.endswith(".py") or not item.member.size:
            continue
        source = item.member.read()
        if not any(method.encode() in source for method in _METHODS):
            continue
        uses_sdk = _SDK.search(source) is not None
        for call in calls_in(source):
            where = f"{item.path}:{call.line}: {call.text}"
            if call.service is None:
                if uses_sdk and checked:
                    problems.append(
                        f"{where}: only running the code tells which service this is; write its name, or set "
                        "botocore_services_checked = False and name all services in botocore_services"
                    )
            elif call.service in services.known:
                if call.service not in services.kept:
                    problems.append(
                        f"{where}: botocore_services does not have {call.service!r}; add it there, as the call would "
                        "fail with UnknownServiceError"
                    )
            elif uses_sdk:
                problems.append(
                    f"{where}: this botocore has no service {call.service!r}{nearest(call.service, services.known)}; "
                    "correct the name"
                )
    if problems:
        raise PleasingError(problems)


def calls_in(source: bytes) -> Iterator[Call]:
    """Yield the calls of a source that make clients and resources, as far as their names tell.

    Args:
        source: Its bytes.
    """
    tree = parse_module(source)
    if not isinstance(tree, ast.Module):
        return  # the check of imports tells of it
    constants = _constants(tree)
    functions = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in ("boto3", "aioboto3")
        for alias in node.names
        if alias.name in _METHODS
    }
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for node in sorted(found, key=lambda call: (call.lineno, call.col_offset)):
        function = node.func
        if not (
            (isinstance(function, ast.Attribute) and function.attr in _METHODS)
            or (isinstance(function, ast.Name) and function.id in functions)
        ):
            continue
        argument = node.args[0] if node.args else None
        for keyword in node.keywords:
            if keyword.arg == "service_name" or (keyword.arg is None and argument is None):
                argument = keyword.value
        if argument is None:
            continue  # not one that makes a client: `self.client()`
        service = None
        if isinstance(argument, ast.Constant):
            if not isinstance(argument.value, str):
                continue
            service = argument.value
        elif isinstance(argument, ast.Name):
            service = constants.get(argument.id)
        yield Call(node.lineno, " ".join(ast.unparse(node).split())[:100], service)


def _constants(tree: ast.Module) -> dict[str, str]:
    """Return the names of a module that are bound to one text, once and nowhere else."""
    bound: dict[str, list[Optional[str]]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.setdefault(node.id, []).append(None)
        elif isinstance(node, ast.arg):
            bound.setdefault(node.arg, []).append(None)
    found = {}
    for statement in tree.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        if len(targets) == 1 and isinstance(targets[0], ast.Name) and isinstance(statement, ast.Assign):
            value = statement.value
            name = targets[0].id
            if (
                isinstance(value, ast.Constant)
                and isinstance(value.value, str)
                and len(bound.get(name, ())) == 1
            ):
                found[name] = value.value
    return found
