"""Any lock gives a BUILD file that is read back the same, without a cycle, whatever stood there."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any, NamedTuple, Optional

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.lambda_lock.locks import digest, targets
from tools.aws.platform import parse_name
from tools.lambda_lock.build_file import merge
from tools.lambda_lock.cycle import components
from tools.lambda_lock.lock import Distribution, Edge, Lock
from tools.lambda_lock.marker import marker
from tools.lambda_lock.marker_environments import MarkerEnvironments, Point
from tools.lambda_lock.plan import Options, plan
from tools.lambda_lock.rule_call import RuleCall

ENVIRONMENTS = MarkerEnvironments([parse_name("python3.11-x86_64"), parse_name("python3.13-arm64")])
SUBINCLUDES = {"python_requirement": "//defs:requirement", "python_library": "//defs:library"}

NAMES = [f"{letter}{dash}{letter}" for letter in "abcdefgh" for dash in ("", "-")]
MARKERS = [
    None,
    "python_version < '3.12'",
    "python_version >= '3.12'",
    "sys_platform == 'win32'",
    "sys_platform == 'darwin' or platform_machine == 'aarch64'",
    "python_version == '3.11' and platform_machine == 'x86_64'",
]


class Project(NamedTuple):
    """A lock, and its distributions in another order."""

    lock: Lock
    shuffled: Lock


@st.composite
def projects(draw: st.DrawFn) -> Project:
    """Locks with cycles, forks, extras, groups and edges of some platforms."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=8, unique=True))
    forked = draw(st.sets(st.sampled_from(names)))

    def edges(of_extra: Optional[str], most: int) -> tuple[Edge, ...]:
        return tuple(
            Edge(
                name,
                draw(st.frozensets(st.just("x"), max_size=1)),
                draw(st.sampled_from(MARKERS)),
                of_extra=of_extra,
            )
            for name in draw(st.lists(st.sampled_from(names), max_size=most))
        )

    distributions = []
    for name in names:
        versions = [("1", MARKERS[1]), ("2", MARKERS[2])] if name in forked else [("1", None)]
        distributions += [
            Distribution(name, version, (digest(name + version),), edges(None, 3) + edges("x", 2), condition)
            for version, condition in versions
        ]
    roots = {"main": edges(None, 3) or (Edge(names[0]),), "dev": edges(None, 2)}
    lock = Lock("lock", tuple(distributions), roots)
    shuffled = draw(st.permutations(distributions))
    return Project(
        lock,
        lock._replace(
            distributions=tuple(
                item._replace(edges=tuple(draw(st.permutations(item.edges)))) for item in shuffled
            ),
            roots={group: tuple(reversed(roots[group])) for group in ("dev", "main")},
        ),
    )


def _plan(lock: Lock) -> tuple[RuleCall, ...]:
    return plan(lock, ENVIRONMENTS, Options()).targets


def _text(planned: tuple[RuleCall, ...], old: str = "") -> str:
    return merge(old, planned, path="BUILD", lock="lock", subincludes=SUBINCLUDES).text


def _labels(target: Mapping[str, Any]) -> list[str]:
    some = [label for labels in target.get("platform_deps", {}).values() for label in labels]
    return [label[1:] for label in (*target.get("deps", ()), *some)]


@given(projects())
def test_what_is_written_is_what_was_planned(project: Project) -> None:
    planned = _plan(project.lock)
    read = targets(_text(planned))
    assert list(read) == [target.name for target in planned]
    for target in planned:
        expected = {
            key: {k: list(v) for k, v in value.items()} if isinstance(value, Mapping)
            else list(value) if isinstance(value, tuple)
            else value
            for key, value in target.arguments.items()
            if value
        }  # fmt: skip
        assert read[target.name] == {"rule": target.rule, **expected}


@given(projects())
def test_targets_have_no_cycle_and_miss_nothing(project: Project) -> None:
    read = targets(_text(_plan(project.lock)))
    graph = {name: sorted(set(_labels(target))) for name, target in read.items()}
    assert all(label in read for labels in graph.values() for label in labels)
    assert all(len(group) == 1 for group in components(graph))
    assert all(name not in labels for name, labels in graph.items())


@given(projects())
def test_nothing_for_functions_needs_a_target_for_tests(project: Project) -> None:
    read = targets(_text(_plan(project.lock)))
    for target in read.values():
        if not target.get("test_only"):
            assert not [label for label in _labels(target) if read[label].get("test_only")]


@given(projects())
def test_name_brings_all_that_the_lock_says_it_needs(project: Project) -> None:
    """The closure of a target on a platform, against a plain walk of the lock there."""
    read = targets(_text(_plan(project.lock)))
    for platform in ENVIRONMENTS.platforms:
        here = MarkerEnvironments([platform])
        bit = next(bit for bit in range(len(here)) if here.keys(1 << bit) == (platform.arch,))
        needed = _walk(project.lock, here, 1 << bit)
        found = {name for root in project.lock.roots.values() for edge in root for name in [edge.name]
                 if here.holds(edge.marker) >> bit & 1}  # fmt: skip
        closure = set()
        pending = [name.replace("-", "_") for name in found]
        while pending:
            name = pending.pop()
            if name not in closure and name in read:
                closure.add(name)
                target = read[name]
                labels = [*target.get("deps", ()), *target.get("platform_deps", {}).get(platform.arch, ())]
                pending += [label[1:] for label in labels]
        distributions = {
            (read[name].get("package_name", name.replace("_", "-")), read[name]["version"])
            for name in closure
            if read[name]["rule"] == "python_requirement" and _applies(read[name].get("marker"), here, bit)
        }
        assert needed <= distributions


def _applies(condition: Optional[str], environments: MarkerEnvironments, bit: int) -> bool:
    return bool(environments.holds(condition) >> bit & 1)


def _walk(lock: Lock, environments: MarkerEnvironments, bit: int) -> set[tuple[str, str]]:
    found: set[tuple[str, str, Optional[str]]] = set()
    pending = [edge for edges in lock.roots.values() for edge in edges]
    while pending:
        edge = pending.pop()
        if not environments.holds(edge.marker) & bit:
            continue
        for item in lock.distributions:
            if item.name != edge.name or not environments.holds(item.marker) & bit:
                continue
            for extra in (None, *edge.extras):
                if (item.name, item.version, extra) not in found:
                    found.add((item.name, item.version, extra))
                    pending += [following for following in item.edges if following.of_extra == extra]
    return {(name, version) for name, version, _ in found}


@given(projects())
def test_order_of_the_lock_does_not_matter(project: Project) -> None:
    assert _text(_plan(project.lock)) == _text(_plan(project.shuffled))


HAND_WRITTEN = st.lists(
    st.sampled_from(
        [
            "# A comment.\n",
            'filegroup(name="x", srcs = [ "y" ])\n',
            'python_wheel(\n    name = "cc",\n    version = "3",\n)\n',
            'subinclude("//defs:requirement")\n',
            "def f():\n    pass\n",
            "\n",
        ]
    ),
    max_size=4,
).map("".join)


@given(projects(), projects(), HAND_WRITTEN, HAND_WRITTEN)
def test_hand_written_parts_survive_and_all_is_settled_at_once(
    first: Project, second: Project, before: str, after: str
) -> None:
    text = _text(_plan(first.lock), before)
    text = _text(_plan(second.lock), f"{text}\n{after}")
    assert text.startswith(before.rstrip("\n"))
    assert text.endswith(after.lstrip("\n") if after.strip() else "# lambda_lock: end\n")
    assert _text(_plan(second.lock), text) == text
    ast.parse(text)


@given(projects(), st.data())
def test_kept_lines_survive(project: Project, data: st.DataObject) -> None:
    planned = _plan(project.lock)
    lines = _text(planned).split("\n")
    arguments = [
        number
        for number, line in enumerate(lines)
        if line.startswith(("    version", "    hashes", '        ":')) and line.endswith(",")
    ]
    chosen = data.draw(st.sets(st.sampled_from(arguments))) if arguments else set()
    for number in chosen:
        lines[number] += "  # keep"
    text = _text(planned, "\n".join(lines))
    assert text.split("\n") == lines


@given(st.frozensets(st.sampled_from(sorted(ENVIRONMENTS.points(ENVIRONMENTS.everywhere))), min_size=1))
@settings(max_examples=200)
def test_made_marker_holds_exactly_where_it_shall(points: frozenset[Point]) -> None:
    universe = ENVIRONMENTS.points(ENVIRONMENTS.everywhere)
    assert ENVIRONMENTS.points(ENVIRONMENTS.holds(marker(points, universe))) == points
