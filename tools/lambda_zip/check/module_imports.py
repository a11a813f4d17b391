"""Module imports: code that imports through the module directory, which Lambda does not have."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Optional

from tools.errors import PleasingError
from tools.lambda_zip.place.layout import Placed

_IMPORT_EACH = "import each package by its own name"


def check_module_imports(
    placed: Sequence[Placed], module_dir: str, sources: Optional[dict[str, bytes]] = None
) -> None:
    """Check that no code says `from third_party.python import x`, as only Please lets it work.

    Distributions cannot know the repository's module directory; read is what no RECORD lists.

    Args:
        placed: What goes into the zip.
        module_dir: Folder of third-party code, with `/` between its parts.
        sources: Where the bytes of what is read are kept, by name in the zip.

    Raises:
        PleasingError: Some code does; all places at once, each with the import to write instead.
    """
    package = module_dir.strip("/").replace("/", ".")
    if not package:
        return
    last = package.rpartition(".")[2].encode()
    problems: list[str] = []
    for item in placed:
        if item.distribution is not None or not item.name.endswith(".py") or not item.member.size:
            continue
        source = item.member.read()
        if sources is not None:
            sources[item.name] = source
        # A syntax tree only where there is a chance: most files have no such word.
        if last in source and re.search(
            rb"\b" + re.escape(package.partition(".")[0].encode()) + rb"\b", source
        ):
            problems.extend(
                f"{item.member.name}:{line}: {found!r} works only under Please; in Lambda, third-party "
                f"packages are at the root. Write {instead!r}"
                for line, found, instead in _imports(source, package)
            )
    if problems:
        raise PleasingError(problems)


def _imports(source: bytes, package: str) -> list[tuple[int, str, str]]:
    import ast

    from tools.imports.module_source import parse_module

    tree = parse_module(source)
    if not isinstance(tree, ast.Module):
        return []  # templates and code for other versions; whoever imports them will know
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                rest = _below(alias.name, package)
                if rest == "":
                    found.append((node.lineno, f"import {package}", _IMPORT_EACH))
                elif rest:
                    as_name = f" as {alias.asname}" if alias.asname else ""
                    found.append((node.lineno, f"import {alias.name}{as_name}", f"import {rest}{as_name}"))
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            parent, _, last = package.rpartition(".")
            if node.module == parent and any(alias.name == last for alias in node.names):
                found.append((node.lineno, f"from {parent} import {last}", _IMPORT_EACH))
            rest = _below(node.module, package)
            if rest is not None:
                names = ", ".join(a.name + (f" as {a.asname}" if a.asname else "") for a in node.names)
                instead = f"from {rest} import {names}" if rest else f"import {names}"
                found.append((node.lineno, f"from {node.module} import {names}", instead))
    return sorted(found)


def _below(module: str, package: str) -> Optional[str]:
    """Return what stands below the package: "" for the package itself, None for another one."""
    if module == package:
        return ""
    return module[len(package) + 1 :] if module.startswith(package + ".") else None
