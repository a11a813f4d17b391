"""Wheel modules: which modules a distribution has, read from what Please built of it.

The directory of its archive says so, and its `entry_points.txt` whether others find it by that. Nothing is run.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, Optional

from tools.lambda_tidy.cache import Cache
from tools.lambda_tidy.rule_kind import Kind
from tools.lambda_tidy.target import Target
from tools.lambda_tidy.tree import Stat, join

_GEN = "plz-out/gen"
_MODULE = re.compile(r"(.+?)(?:\.(?:cpython|abi3|cp3|pypy)[^/]*)?\.(?:py|so|pyd)$")
# Entry points of these are commands, which nothing finds on its own.
_COMMANDS = frozenset({"console_scripts", "gui_scripts"})
# Modules below this depth tell no two distributions apart.
_DEPTH = 4


class WheelModules(NamedTuple):
    """What is known of a distribution that was built.

    Attributes:
        modules: Dotted names of its modules, those of packages with an `__init__` and of files alone.
        plugin: Whether it has entry points that others look for.
    """

    modules: frozenset[str]
    plugin: bool


def read_wheels(
    root: Path, targets: Iterable[Target], module_dir: str, cache: Cache
) -> dict[str, WheelModules]:
    """Return the modules of each distribution that was built, by its target's label.

    Args:
        root: The repository's root.
        targets: All targets.
        module_dir: Folder of third-party code in a PEX.
        cache: What is known of archives.
    """
    platforms = _platforms(root)
    found: dict[str, WheelModules] = {}
    for target in targets:
        if target.kind is not Kind.DISTRIBUTION or not target.label:
            continue
        for platform in platforms:
            path = join(join(join(_GEN, platform), target.package), f"{target.call.name}.pex.zip")
            modules = _of_archive(root, path, module_dir, cache)
            if modules is not None and modules.modules:
                found[target.label] = modules
                break
    return found


def _platforms(root: Path) -> list[str]:
    """Return the folders of built files, the host's first, as `plz-out/gen` has them."""
    try:
        names = os.listdir(root / _GEN)
    except OSError:
        return []
    return ["", *sorted(name for name in names if name.startswith("linux_lambda"))]


def _of_archive(root: Path, path: str, module_dir: str, cache: Cache) -> Optional[WheelModules]:
    try:
        status = os.stat(root / path)
    except OSError:
        return None
    stat = Stat(status.st_size, status.st_mtime_ns)
    value = cache.by_stat("wheel", path, stat)
    if value is None:
        try:
            with zipfile.ZipFile(root / path) as archive:
                value = _read(archive, module_dir)
        except (OSError, zipfile.BadZipFile):
            return None
        # Its directory is all that was read: hashing the whole of it would take longer.
        cache.keep("wheel", path, stat, repr(stat).encode(), value)
    return WheelModules(frozenset(value[0]), value[1])


def _read(archive: zipfile.ZipFile, module_dir: str) -> Any:
    start = module_dir.replace(".", "/").strip("/") + "/" if module_dir else ""
    names = [name[len(start) :] if name.startswith(start) else name for name in archive.namelist() if name]
    plugin = False
    for name in archive.namelist():
        if name.endswith(".dist-info/entry_points.txt"):
            text = archive.read(name).decode("utf-8", "replace")
            groups = set(re.findall(r"^\[\s*([^\]]+?)\s*\]", text, re.MULTILINE))
            plugin = plugin or bool(groups - _COMMANDS)
    return [sorted(set(_modules(names))), plugin]


def _modules(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        match = _MODULE.fullmatch(name)
        if match is None or ".dist-info/" in name or ".data/" in name:
            continue
        parts = match[1].split("/")
        if parts[-1] == "__init__":
            parts.pop()
        if parts and len(parts) <= _DEPTH and all(part.isidentifier() for part in parts):
            yield ".".join(parts)
