"""Plan: what becomes of each BUILD file, and what the user is told besides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Optional

from tools.lambda_tidy.layout import Value
from tools.lambda_tidy.list_change import ListChange
from tools.lambda_tidy.new_targets import NewTarget, functions_of, is_below, names_of, new_targets
from tools.lambda_tidy.notes import notes
from tools.lambda_tidy.rule_kind import Kind
from tools.lambda_tidy.settings import PYTHON_RULES
from tools.lambda_tidy.survey import Survey
from tools.lambda_tidy.target import shortest
from tools.lambda_tidy.tree import join
from tools.lambda_tidy.wanted import Existing, Made, Wanted, decide

_RULES = {Kind.LIBRARY: "python_library", Kind.TEST: "python_test", Kind.FUNCTION: "python_lambda"}


class NewCall(NamedTuple):
    """A call that a BUILD file is to have."""

    rule: str
    arguments: dict[str, Value]


class FileChange(NamedTuple):
    """What becomes of a BUILD file.

    Attributes:
        path: Its path in the repository.
        exists: Whether it is there.
        subincludes: Labels that it is to bring.
        edits: Line and column of a call -> what becomes of its lists.
        calls: The calls that it is to have at its end.
    """

    path: str
    exists: bool
    subincludes: list[str]
    edits: dict[tuple[int, int], list[ListChange]]
    calls: list[NewCall]


class Plan(NamedTuple):
    """What is to be done.

    Attributes:
        changes: What becomes of the BUILD files that change.
        notes: What the user is told.
    """

    changes: list[FileChange]
    notes: list[str]


def make_plan(survey: Survey, folders: Sequence[str], functions: Sequence[str]) -> Plan:
    """Return what is to be done.

    Args:
        survey: What is known of the repository.
        folders: Folders whose BUILD files may change, with those below; empty for all.
        functions: Functions that are to have a target, such as `svc/echo.py:handler`.

    Raises:
        PleasingError: It cannot be told what to do; all reasons are told.
    """
    handlers = functions_of(survey.root, survey.repository, survey.settings, functions)
    new = list(new_targets(survey.repository, survey.targets, survey.settings, handlers, folders))
    wanted = decide(survey, new)
    chosen = wanted._replace(
        existing=[item for item in wanted.existing if is_below(item.target.package, folders)]
    )
    changes: dict[str, FileChange] = {}
    for item in chosen.existing:
        _edit(item, survey, _grown(item, new), changes)
    only_tests = _only_tests(survey, wanted)
    for made in wanted.made:
        change = _change(made.new.package, survey, changes)
        change.calls.append(_call(made, survey, made.new.label in only_tests))
    for change in changes.values():
        _bring_rules(change, survey)
    ordered = [changes[package] for package in sorted(changes)]
    return Plan(ordered, notes(survey, wanted, chosen, only_tests))


def _grown(item: Existing, new: Sequence[NewTarget]) -> Optional[NewTarget]:
    return next(
        (other for other in new if any(target.call is item.target.call for target in other.grows)), None
    )


def _change(package: str, survey: Survey, changes: dict[str, FileChange]) -> FileChange:
    if package not in changes:
        folder = survey.repository.folders[package]
        name = folder.build_file or survey.settings.build_files[0]
        changes[package] = FileChange(join(package, name), folder.build_file is not None, [], {}, [])
    return changes[package]


def _edit(item: Existing, survey: Survey, grown: Optional[NewTarget], changes: dict[str, FileChange]) -> None:
    target = item.target
    edits = []
    if grown:
        edits.append(ListChange("srcs", names_of(grown.files, target.package), ()))
    if (item.difference.add or item.difference.remove) and item.editable:
        edits.append(ListChange("deps", item.difference.add, item.difference.remove))
    if edits:
        change = _change(target.package, survey, changes)
        change.edits[target.call.line, target.call.column] = edits


def _call(made: Made, survey: Survey, only_tests: bool) -> NewCall:
    new = made.new
    arguments: dict[str, Value] = {
        "name": new.name,
        "deps": [shortest(label, new.package) for label in made.deps],
    }
    if new.kind is Kind.FUNCTION:
        arguments["handler"] = new.handler
    else:
        arguments["srcs"] = names_of(new.files, new.package)
    if new.kind is Kind.LIBRARY:
        arguments["visibility"] = list(survey.settings.visibility)
        arguments["test_only"] = only_tests
    return NewCall(_RULES[new.kind], arguments)


def _only_tests(survey: Survey, wanted: Wanted) -> frozenset[str]:
    """Return the labels that only tests can depend on: those that say so, and new ones that depend on such."""
    found = {
        target.label
        for target in survey.targets
        if target.label and ("test_only" in target.call.flags or target.kind is Kind.TEST)
    }
    found |= {made.new.label for made in wanted.made if made.new.only_tests or made.new.kind is Kind.TEST}
    while True:
        more = {
            made.new.label
            for made in wanted.made
            if made.new.kind is Kind.LIBRARY and made.new.label not in found and found & made.deps
        }
        if not more:
            return frozenset(found)
        found |= more


def _bring_rules(change: FileChange, survey: Survey) -> None:
    package = change.path.rpartition("/")[0]
    facts = survey.repository.builds.get(package)
    have = {*survey.settings.preloaded, *(facts.included if facts else ())}
    rules = {call.rule for call in change.calls}
    lambda_rules = survey.settings.lambda_rules
    if "python_lambda" in rules and lambda_rules not in have:
        change.subincludes.append(lambda_rules)
        have.add(lambda_rules)
    if rules - {"python_lambda"} and PYTHON_RULES not in have:
        change.subincludes.append(PYTHON_RULES)
