"""For any graph of modules, what lambda_tidy writes is what their imports need: no label too few, and none too many."""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders.member import placed
from tools.cycle import cycles
from tools.lambda_tidy.cli import main
from tools.lambda_tidy.target import canonical
from tools.lambda_zip.check.import_hint import Repository
from tools.lambda_zip.check.imports import Allowed, check_imports
from tools.lambda_zip.check.modules import Modules
from tools.lambda_zip.read.distribution import Distribution

_DISTRIBUTIONS = ("dist_a", "dist_b")
_SETTINGS = settings(
    deadline=None,
    max_examples=60,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


class Graph(NamedTuple):
    """A repository without BUILD files.

    Attributes:
        root: Its source root, with a slash; empty for none.
        granularity: What TidyTargets says.
        sources: Path below the source root -> source.
        stubs: The same, with the names that each module has and without its imports.
    """

    root: str
    granularity: str
    sources: dict[str, str]
    stubs: dict[str, str]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Draw modules, of which each imports some that come before it."""
    sources: dict[str, str] = {}
    stubs: dict[str, str] = {}
    known: list[tuple[str, str]] = []  # package and module, in an order without a cycle
    exported: dict[str, list[str]] = {}
    places = draw(st.lists(st.sampled_from(["a", "b", "c", "a/inner"]), min_size=2, max_size=9))
    for number, place in enumerate(places):
        package, name = place.replace("/", "."), f"m{number}"
        lines = []
        for other_package, other in draw(
            st.lists(st.sampled_from(known), max_size=3, unique=True) if known else st.just([])
        ):
            value = f"VALUE_{other[1:]}"
            styles = [
                f"import {other_package}.{other}",
                f"from {other_package} import {other}",
                f"from {other_package}.{other} import {value}",
                f"from {other_package}.{other} import *",
                f"import json, {other_package}.{other} as there",
            ]
            if other_package == package:
                styles += [f"from . import {other}", f"from .{other} import {value} as v"]
            lines.append(draw(st.sampled_from(styles)))
        for other_package, values in exported.items():
            if draw(st.booleans()):
                lines.append(f"from {other_package} import {draw(st.sampled_from(values))}")
        lines += [f"import {name}" for name in draw(st.lists(st.sampled_from(_DISTRIBUTIONS), max_size=1))]
        stub = f"VALUE_{number} = {number}\n"
        path = f"{place}/{name}.py"
        sources[path], stubs[path] = "\n".join([*lines, stub]), stub
        known.append((package, name))
        # At most one __init__.py a package, which exports what is there already and which later modules may import.
        if package not in exported and draw(st.integers(0, 3)) == 0:
            own = [other for other_package, other in known if other_package == package]
            values = [f"VALUE_{other[1:]}" for other in own]
            path = f"{place}/__init__.py"
            sources[path] = "".join(f"from .{other} import VALUE_{other[1:]}\n" for other in own)
            stubs[path] = "".join(f"{value} = 0\n" for value in values)
            exported[package] = values
    root = draw(st.sampled_from(["", "src/python/"]))
    return Graph(root, draw(st.sampled_from(["folder", "file"])), sources, stubs)


def write(folder: Path, graph: Graph) -> None:
    config = f'[Parse]\nPreloadSubincludes = ///python//build_defs:python\n[Plugin "awslambda"]\nTidyTargets = {graph.granularity}\n'
    if graph.root:
        config += f"SourceRoots = {graph.root}\n"
    rules = "".join(
        f'python_requirement(name = "{name}", version = "1", visibility = ["PUBLIC"])\n'
        for name in _DISTRIBUTIONS
    )
    files = {".plzconfig": config, "third_party/python/BUILD": rules}
    files.update({graph.root + path: source for path, source in graph.sources.items()})
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def tidy(folder: Path, *arguments: str) -> tuple[int, str]:
    out = io.StringIO()
    before = os.getcwd()
    os.chdir(folder)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            return main(list(arguments)), out.getvalue()
    finally:
        os.chdir(before)


def build_files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in sorted(folder.rglob("BUILD"))
        if "plz-out" not in path.parts
    }


class Rule(NamedTuple):
    files: list[str]
    deps: list[str]


def rules(folder: Path) -> dict[str, Rule]:
    """The libraries that BUILD files declare, by label."""
    found = {}
    for path, text in build_files(folder).items():
        package = path.removesuffix("BUILD").rstrip("/")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "python_library":
                values = {keyword.arg: ast.literal_eval(keyword.value) for keyword in node.keywords}
                files = [f"{package}/{name}" for name in values["srcs"]]
                deps = [canonical(label, package) for label in values.get("deps", [])]
                found[f"//{package}:{values['name']}"] = Rule(files, deps)
    return found


def problems(graph: Graph, files: Mapping[str, str], start: list[str], distributions: list[str]) -> list[str]:
    """What lambda_zip's check of imports says of a function that imports some files, in a zip of some."""
    modules = [path[: -len(".py")].replace("/", ".").replace(".__init__", "") for path in start]
    items = [placed(path, source.encode()) for path, source in files.items()]
    items.append(placed("start.py", "".join(f"import {module}\n" for module in modules).encode()))
    for name in distributions:
        items.append(placed(f"{name}.py", b"", Distribution(name, "1", "", f"{name}-1.dist-info")))
    repository = Repository((), "third_party/python", frozenset())
    return check_imports(Modules(items, 12, {}), ["start"], Allowed(()), repository).problems


def closure(known: Mapping[str, Rule], label: str) -> Iterator[str]:
    seen, waiting = {label}, [label]
    while waiting:
        current = waiting.pop()
        yield current
        more = [other for other in known.get(current, Rule([], [])).deps if other not in seen]
        seen.update(more)
        waiting.extend(more)


@_SETTINGS
@given(graphs())
def test_no_label_is_missing_and_none_is_too_many(graph: Graph) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, graph)
        status, output = tidy(folder)
        assert status == 0, output
        assert tidy(folder, "--check")[0] == 0, "a second run changes nothing"
        known = rules(folder)
        written = build_files(folder)
        text = {path: re.sub(r" *deps = \[[^]]*\],\n", "", value) for path, value in written.items()}
        for path, value in text.items():
            (folder / path).write_text(value)
        assert tidy(folder)[0] == 0
        assert build_files(folder) == written, "deps that were taken out come back"
    start = len(graph.root)
    owned = sorted(file[start:] for rule in known.values() for file in rule.files)
    assert owned == sorted(graph.sources), "each file is in one target"
    edges = {label: [dep for dep in rule.deps if dep in known] for label, rule in known.items()}
    assert cycles(edges) == []
    for label, rule in known.items():
        own = [file[start:] for file in rule.files]
        all_labels = list(closure(known, label))
        files = [file[start:] for other in all_labels for file in known.get(other, Rule([], [])).files]
        reached = [name for name in _DISTRIBUTIONS if f"//third_party/python:{name}" in all_labels]
        assert problems(graph, {file: graph.sources[file] for file in files}, own, reached) == []
        for left_out in [None, *rule.deps]:
            kept = [dep for dep in rule.deps if dep != left_out]
            direct = {
                file[start:]: graph.stubs[file[start:]]
                for dep in kept
                if dep in known
                for file in known[dep].files
            }
            direct.update({file: graph.sources[file] for file in own})
            there = [name for name in _DISTRIBUTIONS if f"//third_party/python:{name}" in kept]
            found = problems(graph, direct, own, there)
            assert bool(found) == (left_out is not None), (label, left_out, found)
