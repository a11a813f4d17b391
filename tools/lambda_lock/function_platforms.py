"""The platforms of a repository's functions, read from its BUILD files without running them."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tools.aws.facts import ARCHITECTURES, RUNTIMES, Runtime
from tools.aws.platform import Platform, lambda_platform, maintained_platforms
from tools.plzconfig import PlzConfig

_PLUGIN = "awslambda"
_RULE = "python_lambda"


class Found(NamedTuple):
    """The platforms of a repository's functions.

    Attributes:
        platforms: Sorted.
        functions: How many functions were read.
        whole: Whether all was literal; where it was not, the platforms are those that could be meant.
    """

    platforms: tuple[Platform, ...]
    functions: int
    whole: bool


def platforms(repository: Path) -> Found:
    """Return the platforms of all functions.

    Args:
        repository: Its root.
    """
    settings = PlzConfig(repository / ".plzconfig")
    names = set(settings.values("Parse", "BuildFileName") or ["BUILD", "BUILD.plz"])
    plugin = {key: values[-1] for key, values in settings.section("Plugin", _PLUGIN).items()}
    found: set[Platform] = set()
    functions = 0
    whole = True
    for path in _build_files(repository, names):
        try:
            text = path.read_text(encoding="utf-8")
            if f"{_RULE}(" not in text:
                continue
            tree = ast.parse(text)
        except (OSError, UnicodeDecodeError, SyntaxError, ValueError, RecursionError, MemoryError):
            continue  # Please says what is wrong with a BUILD file, and better.
        package = _package_settings(tree)
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            if getattr(call.func, "id", "") != _RULE:
                continue
            functions += 1
            runtime = _argument(call, "runtime", package, plugin)
            architecture = _argument(call, "architecture", package, plugin)
            known = runtime in RUNTIMES and architecture in ARCHITECTURES
            whole = whole and known
            runtimes = [RUNTIMES[runtime]] if runtime in RUNTIMES else _maintained()
            architectures = [architecture] if architecture in ARCHITECTURES else list(ARCHITECTURES)
            found.update(
                lambda_platform(known, ARCHITECTURES[name]) for known in runtimes for name in architectures
            )
    return Found(tuple(sorted(found)), functions, whole)


def _maintained() -> list[Runtime]:
    return sorted({platform.runtime for platform in maintained_platforms() if platform.runtime})


def _build_files(repository: Path, names: set[str]) -> Iterator[Path]:
    """Yield BUILD files, but not those of repositories within, of outputs and of hidden folders."""
    for folder, folders, files in os.walk(repository):
        folders[:] = sorted(
            name
            for name in folders
            if name != "plz-out"
            and not name.startswith(".")
            and not Path(folder, name, ".plzconfig").exists()
        )
        yield from (Path(folder, name) for name in sorted(names.intersection(files)))


def _argument(call: ast.Call, name: str, package: dict[str, str], plugin: dict[str, str]) -> str:
    """Return what the rule, its package or the plugin sets an argument to; empty where no literal does."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return str(keyword.value.value) if isinstance(keyword.value, ast.Constant) else ""
    return package.get(name) or plugin.get(name, "")


def _package_settings(tree: ast.Module) -> dict[str, str]:
    """Return what `package(awslambda = {...})` sets."""
    settings: dict[str, str] = {}
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if getattr(call.func, "id", "") != "package":
            continue
        for keyword in call.keywords:
            if keyword.arg == _PLUGIN and isinstance(keyword.value, ast.Dict):
                for key, value in zip(keyword.value.keys, keyword.value.values):
                    if isinstance(key, ast.Constant) and isinstance(value, ast.Constant):
                        settings[str(key.value).lower()] = str(value.value)
    return settings
