"""Any lock gives a BUILD file that is read back the same, without a cycle, whatever stood there."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from random import Random
from typing import Any, Optional

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.lambda_lock.locks import digest, targets
from tools.aws.platform import parse_name
from tools.cycle import components
from tools.lambda_lock.build_file import merge
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


# An edge is one number, so that an example takes few draws: which name it is to, its marker, and its extra.
_SHAPES = [(extras, marker) for extras in (frozenset[str](), frozenset({"x"})) for marker in MARKERS]
_MOST = 6
_CODES = st.integers(0, _MOST * len(_SHAPES) - 1)
_FEW = st.lists(_CODES, max_size=2)
_SEVERAL = st.lists(_CODES, max_size=3)
_NODES = st.lists(st.tuples(st.booleans(), _SEVERAL, _FEW, _SEVERAL, _FEW), min_size=1, max_size=_MOST)


@st.composite
def locks(draw: st.DrawFn) -> Lock:
    """Locks with cycles, forks, extras, groups and edges of some platforms."""
    nodes = draw(_NODES)
    first = draw(st.integers(0, len(NAMES) - 1))
    names = [NAMES[(first + at) % len(NAMES)] for at in range(len(nodes))]

    def edges(codes: list[int], of_extra: Optional[str] = None) -> tuple[Edge, ...]:
        found = []
        for code in codes:
            name, shape = divmod(code, len(_SHAPES))
            extras, marker = _SHAPES[shape]
            found.append(Edge(names[name % len(names)], extras, marker, of_extra=of_extra))
        return tuple(found)

    distributions = []
    for name, (forked, *codes) in zip(names, nodes):
        versions = [("1", MARKERS[1]), ("2", MARKERS[2])] if forked else [("1", None)]
        for at, (version, condition) in enumerate(versions):
            needs = edges(codes[2 * at]) + edges(codes[2 * at + 1], "x")
            distributions.append(Distribution(name, version, (digest(name + version),), needs, condition))
    roots = {"main": edges(draw(_SEVERAL)) or (Edge(names[0]),), "dev": edges(draw(_FEW))}
    return Lock("lock", tuple(distributions), roots)


def _shuffled(lock: Lock, random: Random) -> Lock:
    """The same lock in another order."""
    distributions = [
        item._replace(edges=tuple(random.sample(item.edges, len(item.edges)))) for item in lock.distributions
    ]
    random.shuffle(distributions)
    roots = {group: tuple(reversed(lock.roots[group])) for group in ("dev", "main")}
    return lock._replace(distributions=tuple(distributions), roots=roots)


def _plan(lock: Lock) -> tuple[RuleCall, ...]:
    return plan(lock, ENVIRONMENTS, Options()).targets


def _text(planned: tuple[RuleCall, ...], old: str = "") -> str:
    return merge(old, planned, path="BUILD", lock="lock", subincludes=SUBINCLUDES).text


def _labels(target: Mapping[str, Any]) -> list[str]:
    some = [label for labels in target.get("platform_deps", {}).values() for label in labels]
    return [label[1:] for label in (*target.get("deps", ()), *some)]


@given(locks())
def test_what_is_written_is_what_was_planned(lock: Lock) -> None:
    planned = _plan(lock)
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


@given(locks())
def test_targets_have_no_cycle_and_miss_nothing(lock: Lock) -> None:
    read = targets(_text(_plan(lock)))
    graph = {name: sorted(set(_labels(target))) for name, target in read.items()}
    assert all(label in read for labels in graph.values() for label in labels)
    assert all(len(group) == 1 for group in components(graph))
    assert all(name not in labels for name, labels in graph.items())


@given(locks())
def test_nothing_for_functions_needs_a_target_for_tests(lock: Lock) -> None:
    read = targets(_text(_plan(lock)))
    for target in read.values():
        if not target.get("test_only"):
            assert not [label for label in _labels(target) if read[label].get("test_only")]


@given(locks())
def test_name_brings_all_that_the_lock_says_it_needs(lock: Lock) -> None:
    """The closure of a target on a platform, against a plain walk of the lock there."""
    read = targets(_text(_plan(lock)))
    for platform in ENVIRONMENTS.platforms:
        here = MarkerEnvironments([platform])
        bit = next(bit for bit in range(len(here)) if here.keys(1 << bit) == (platform.arch,))
        needed = _walk(lock, here, 1 << bit)
        found = {name for root in lock.roots.values() for edge in root for name in [edge.name]
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


@given(locks(), st.randoms(use_true_random=False))
def test_order_of_the_lock_does_not_matter(lock: Lock, random: Random) -> None:
    assert _text(_plan(lock)) == _text(_plan(_shuffled(lock, random)))


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


@given(locks(), locks(), HAND_WRITTEN, HAND_WRITTEN)
def test_hand_written_parts_survive_and_all_is_settled_at_once(
    first: Lock, second: Lock, before: str, after: str
) -> None:
    text = _text(_plan(first), before)
    text = _text(_plan(second), f"{text}\n{after}")
    assert text.startswith(before.rstrip("\n"))
    assert text.endswith(after.lstrip("\n") if after.strip() else "# lambda_lock: end\n")
    assert _text(_plan(second), text) == text
    ast.parse(text)


@given(locks(), st.data())
def test_kept_lines_survive(lock: Lock, data: st.DataObject) -> None:
    planned = _plan(lock)
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
