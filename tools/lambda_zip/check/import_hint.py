"""Import hint: what would provide a module that an import leads nowhere for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Optional

from tools.imports.known_distributions import distribution_of
from tools.imports.module_tree import ModuleTree
from tools.imports.standard_library import (
    FIRST_MINOR,
    LAST_MINOR,
    is_top_level,
    system_of,
    top_level_names,
    versions_of,
)
from tools.lambda_zip.check.unmet import Unmet
from tools.lambda_zip.place.layout import Placed
from tools.lambda_zip.read.pex import Area

_CLOSE = 0.8


class Repository(NamedTuple):
    """What is known of the repository that the zip is made from.

    Attributes:
        source_roots: Folders whose contents are imported from the zip's root.
        module_dir: Folder of third-party code.
        excluded: Names in the zip of the files that `exclude` takes.
        taken: Names in the zip of the files that go with their distribution -> the distribution.
    """

    source_roots: Sequence[str]
    module_dir: str
    excluded: frozenset[str]
    taken: Mapping[str, str] = {}


def hint_of(
    unmet: Unmet, minor: int, tree: ModuleTree, items: Mapping[str, Placed], repository: Repository
) -> str:
    """Return what is known of a module that is not there, and what to do: whole sentences.

    Args:
        unmet: The import.
        minor: Which Python 3.x the runtime has.
        tree: The modules of the zip.
        items: The files of the zip by name.
        repository: Where they come from.
    """
    found = unmet.found
    if not found.module:
        return "It leads out of the top of the zip; write the module's absolute name."
    if not unmet.missing:
        return _no_such_name(unmet, tree, items)
    for hint in (
        _standard(unmet.missing, minor),
        _excluded(unmet, repository),
        _relocated(unmet, tree, repository),
        _other_root(unmet, items, repository),
        _first_party(unmet, tree, items, repository),
        _misspelt(unmet.missing, minor, tree),
    ):
        if hint:
            return hint
    return _third_party(unmet, repository)


def _no_such_name(unmet: Unmet, tree: ModuleTree, items: Mapping[str, Placed]) -> str:
    module, name = unmet.found.module, unmet.found.name
    file = tree.file_of(module)
    where = items[file].path
    if not file.rpartition("/")[2].startswith("__init__."):
        return f"{where} does not define {name!r}. Correct the name."
    close = _nearest(name, tree.children(module))
    path = f"{module.replace('.', '/')}/{name}"
    also = f", or import {close!r}, which is there" if close else ""
    return (
        f"{where} does not define {name!r}, and neither {path}.py nor {path}/ is in the zip. "
        f"Add the library that has it to deps{also}."
    )


def _standard(module: str, minor: int) -> Optional[str]:
    system = system_of(module)
    if system:
        return f"{module} is in the standard library on {system} only, and Lambda runs Linux."
    versions = versions_of(module)
    if versions is None:
        top = module.partition(".")[0]
        if is_top_level(top):
            return f"Python 3.{minor}'s standard library has {top}, but not {module}. Correct the name."
        return None
    first, last = versions
    if last < minor:
        return f"Python 3.{last + 1} removed {module} from the standard library, and the function runs on 3.{minor}."
    assert FIRST_MINOR < first <= LAST_MINOR
    return (
        f"The standard library has {module} from Python 3.{first} on, and the function runs on 3.{minor}. "
        f"Set runtime = 'python3.{first}' or newer, or use a distribution that backports it."
    )


def _candidates(unmet: Unmet) -> list[str]:
    """Return the paths that an import could be of, as modules."""
    found = unmet.found
    names = [f"{found.module}.{found.name}"] if found.name and found.name != "*" else []
    return [name.replace(".", "/") for name in (*names, found.module)]


def _excluded(unmet: Unmet, repository: Repository) -> Optional[str]:
    missing = unmet.missing.replace(".", "/")
    for path in dict.fromkeys([*_candidates(unmet), missing]):
        for name in (f"{path}.py", f"{path}/__init__.py"):
            if name in repository.excluded:
                return f"exclude takes {name}; change the pattern."
            if name in repository.taken:
                return (
                    f"exclude_distributions takes {repository.taken[name]}, which has it; take it out of there, or "
                    "name the module in imports_ok where the function gets it elsewhere."
                )
    below = sorted(name for name in repository.excluded if name.startswith((missing + "/", missing + ".")))
    return f"exclude takes {below[0]}; change the pattern." if below else None


def _relocated(unmet: Unmet, tree: ModuleTree, repository: Repository) -> Optional[str]:
    found = unmet.found
    for root in sorted(repository.source_roots, key=len, reverse=True):
        start = root.strip("/").replace("/", ".") + "."
        if not found.module.startswith(start):
            continue
        module = found.module[len(start) :]
        instead = f"from {module} import {found.name}" if found.name else f"import {module}"
        absent = (
            "" if tree.file_of(module) or tree.children(module) else f", and add what has {module} to deps"
        )
        return (
            f"{root.strip('/')} is a source root: what is below it is imported from the zip's root. "
            f"Write {instead!r}{absent} (docs/source_roots.md)."
        )
    return None


def _other_root(unmet: Unmet, items: Mapping[str, Placed], repository: Repository) -> Optional[str]:
    for path in _candidates(unmet):
        for item in items.values():
            if item.area is not Area.FIRST_PARTY:
                continue
            for ending in (f"/{path}.py", f"/{path}/__init__.py"):
                if item.path.endswith(ending) and item.path == item.name:
                    root = item.path[: -len(ending)]
                    return (
                        f"{item.path} is in the zip under that path. Add {root!r} to source_roots, or import it as "
                        f"{item.path[:-3].replace('/', '.').replace('.__init__', '')}."
                    )
    return None


def _first_party(
    unmet: Unmet, tree: ModuleTree, items: Mapping[str, Placed], repository: Repository
) -> Optional[str]:
    missing = unmet.missing
    top = missing.partition(".")[0]
    own = sorted(
        item.path
        for item in items.values()
        if item.area is Area.FIRST_PARTY and item.name.partition("/")[0].partition(".")[0] == top
    )
    parent, _, last = missing.rpartition(".")
    if not own:
        if not parent:
            return None
        close = _nearest(last, tree.children(parent))
        nearest = f" The nearest name there is {parent}.{close}." if close else ""
        return f"{parent} is in the zip, but has no {last}.{nearest} Correct the name, or its distribution's version."
    path = missing.replace(".", "/")
    roots = [
        f"{root.strip('/')}/{path}.py"
        for root in repository.source_roots
        if any(p.startswith(root.strip("/") + "/") for p in own)
    ]
    where = " or ".join([*roots[:2], *([] if roots else [f"{path}.py"])])
    close = _nearest(last, tree.children(parent)) if parent else None
    also = f" The nearest name there is {parent}.{close}." if close else ""
    return f"Add the library that has {where} to deps.{also}"


def _misspelt(missing: str, minor: int, tree: ModuleTree) -> Optional[str]:
    close = _nearest(missing, [*tree.children(""), *top_level_names(minor)])
    return (
        f"The nearest name is {close!r}; correct the import, or add what has {missing} to deps."
        if close
        else None
    )


def _third_party(unmet: Unmet, repository: Repository) -> str:
    distribution = distribution_of(unmet.found.module)
    label = f"//{repository.module_dir}:{distribution.replace('-', '_')}"
    return (
        f"If it is the distribution {distribution}, add {label!r} to deps, and declare it in "
        f"//{repository.module_dir} where there is no such rule."
    )


def _nearest(name: str, names: Sequence[str]) -> Optional[str]:
    import difflib

    close = difflib.get_close_matches(name, [other for other in names if other != name], n=1, cutoff=_CLOSE)
    return close[0] if close else None
