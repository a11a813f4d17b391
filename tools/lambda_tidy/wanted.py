"""Wanted: every target that imports, those that are to be included, and what each needs without a cycle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from tools.cycle import cycles
from tools.errors import PleasingError
from tools.lambda_tidy.build_call import BuildCall
from tools.lambda_tidy.difference import Difference, Surroundings, compare
from tools.lambda_tidy.first_party import FirstParty
from tools.lambda_tidy.infer import Importer, Needs, infer
from tools.lambda_tidy.new_targets import NewTarget
from tools.lambda_tidy.resolve import Resolver
from tools.lambda_tidy.rule_kind import IMPORTING, Kind
from tools.lambda_tidy.survey import Survey
from tools.lambda_tidy.target import Target, by_label, canonical

_CALL = BuildCall("", "", 0, 0, (), {}, ())


class Existing(NamedTuple):
    """A target that there is, with what becomes of it."""

    target: Target
    needs: Needs
    difference: Difference

    @property
    def editable(self) -> bool:
        """Whether its deps are a list in its call, or are not given."""
        call = self.target.call
        return "deps" not in call.arguments or call.listed("deps").listed


class Made(NamedTuple):
    """A target that is to be, with the whole labels that it depends on."""

    new: NewTarget
    needs: Needs
    deps: frozenset[str]


class Wanted(NamedTuple):
    """What is wanted of a repository's targets.

    Attributes:
        existing: The targets that there are.
        made: Those that are to be.
        left_out: Dependencies that would make a cycle and that only some runs need: told to the user.
    """

    existing: list[Existing]
    made: list[Made]
    left_out: list[str]


def decide(survey: Survey, new: Sequence[NewTarget]) -> Wanted:
    """Return what is wanted of each target.

    Args:
        survey: What is known of the repository.
        new: The targets that are to be, as folders suggest them.

    Raises:
        PleasingError: Several targets have one module, or targets need one another; all of it is told.
    """
    return _Decision(survey, list(new)).decide()


class _Decision:
    def __init__(self, survey: Survey, new: list[NewTarget]) -> None:
        self._survey = survey
        self._new = new
        self._whole: set[str] = set()  # packages whose new targets have been split
        self._dropped: set[tuple[str, str]] = set()
        self._left_out: list[str] = []

    def decide(self) -> Wanted:
        while True:
            wanted = self._infer()
            groups = cycles(_edges(wanted, self._survey.targets))
            if not groups:
                return wanted
            solved = [self._solve(group, wanted) for group in groups]
            if not any(solved):
                raise PleasingError([_cycle_problem(group, wanted) for group in groups])

    def _infer(self) -> Wanted:
        survey = self._survey
        grown = {id(target): new for new in self._new for target in new.grows}
        targets = [
            target._replace(files=[*target.files, *grown[id(target)].files])
            if id(target) in grown
            else target
            for target in survey.targets
        ]
        made = [new for new in self._new if not new.grows]
        first_party = FirstParty([*targets, *map(_as_target, made)], survey.settings.source_roots)
        first_party.add_sources(survey.repository.sources)
        resolver = Resolver(first_party, survey.distributions, survey.settings)
        sources = survey.repository.sources
        around = Surroundings(
            by_label(targets), survey.bundles, survey.distributions.of_label(), survey.settings
        )
        conftests = _conftests([*targets, *map(_as_target, made)]) if survey.settings.pytest else {}
        problems: list[str] = []
        existing: list[Existing] = []
        for target in targets:
            if target.kind not in IMPORTING or not (target.files or target.module):
                continue
            needs = infer(_importer(target), sources, resolver, survey.settings)
            problems += needs.problems
            needs = self._settled(
                _with_conftests(needs, target.label, target.package, target.kind, conftests), target.label
            )
            existing.append(Existing(target, needs, compare(target, needs.labels, needs.reads, around)))
        found: list[Made] = []
        for new in made:
            needs = infer(
                Importer(new.label, new.label, new.package, new.kind, new.files),
                sources,
                resolver,
                survey.settings,
            )
            problems += needs.problems
            needs = self._settled(
                _with_conftests(needs, new.label, new.package, new.kind, conftests), new.label
            )
            found.append(Made(new, needs, frozenset(needs.labels)))
        if problems:
            raise PleasingError(list(dict.fromkeys(problems)))
        return Wanted(existing, found, self._left_out)

    def _settled(self, needs: Needs, label: str) -> Needs:
        labels = {other: why for other, why in needs.labels.items() if (label, other) not in self._dropped}
        return needs._replace(labels=labels)

    def _solve(self, group: Sequence[str], wanted: Wanted) -> bool:
        """Return whether something could be done about targets that need one another."""
        new = [item for item in self._new if item.label in group and not item.grows]
        splittable = [item for item in new if len(item.files) > 1 and item.package not in self._whole]
        if splittable:
            for item in splittable:
                self._whole.add(item.package)
                at = self._new.index(item)
                self._new[at : at + 1] = _split(item, self._new)
            return True
        packages: dict[str, list[NewTarget]] = {}
        for item in new:
            packages.setdefault(item.package, []).append(item)
        merged = False
        for items in packages.values():
            if len(items) > 1:
                first = items[0]
                files = sorted(file for item in items for file in item.files)
                self._new[self._new.index(first)] = first._replace(files=files)
                self._new = [item for item in self._new if item not in items[1:]]
                merged = True
        return merged or self._drop(group, wanted)

    def _drop(self, group: Sequence[str], wanted: Wanted) -> bool:
        """Leave out the dependencies within a cycle that only conditional imports are for."""
        dropped = False
        for label, needs in _all_needs(wanted):
            if label not in group:
                continue
            for other in needs.conditional:
                if other in group and (label, other) not in self._dropped:
                    self._dropped.add((label, other))
                    self._left_out.append(
                        f"{needs.labels[other]}: {label} does not get {other}, which depends on it, as Please takes no "
                        "cycle; the import runs on a condition. Add it to the function that meets the condition"
                    )
                    dropped = True
        return dropped


def _importer(target: Target) -> Importer:
    return Importer(target.label, target.title, target.package, target.kind, target.files, target.module)


def _as_target(new: NewTarget) -> Target:
    call = _CALL._replace(flags=("test_only",) if new.only_tests or new.kind is Kind.TEST else ())
    return Target(new.label, new.package, new.kind, call, new.files, (), True, (), (), "")


def _split(item: NewTarget, others: Iterable[NewTarget]) -> list[NewTarget]:
    """Return a target for each file of one."""
    taken = {other.name for other in others if other.package == item.package and other is not item}
    found = []
    for file in item.files:
        stem = file.rpartition("/")[2][: -len(".py")]
        name = item.package.rpartition("/")[2] or "lib" if stem == "__init__" else stem
        while name in taken:
            name += "_lib"
        taken.add(name)
        found.append(item._replace(name=name, files=[file]))
    return found


def _conftests(targets: Iterable[Target]) -> dict[str, str]:
    """Return the libraries with a conftest.py, by the folder of that file."""
    return {
        file.rpartition("/")[0]: target.label
        for target in targets
        if target.kind is Kind.LIBRARY and target.label
        for file in target.files
        if file.rpartition("/")[2] == "conftest.py"
    }


def _with_conftests(
    needs: Needs, label: str, package: str, kind: Kind, conftests: Mapping[str, str]
) -> Needs:
    """Return the needs of a test with the conftest.py files that pytest reads for it."""
    if kind is not Kind.TEST or not conftests:
        return needs
    labels = dict(needs.labels)
    for folder, other in conftests.items():
        if other != label and (not folder or package == folder or package.startswith(f"{folder}/")):
            labels.setdefault(other, f"{folder}/conftest.py" if folder else "conftest.py")
    return needs._replace(labels=labels)


def _all_needs(wanted: Wanted) -> list[tuple[str, Needs]]:
    return [
        *((item.target.label, item.needs) for item in wanted.existing),
        *((item.new.label, item.needs) for item in wanted.made),
    ]


def _edges(wanted: Wanted, targets: Iterable[Target]) -> dict[str, list[str]]:
    """Return what each label depends on once all is written."""
    edges: dict[str, list[str]] = {
        target.label: [canonical(value, target.package) for value in target.call.listed("deps").values]
        for target in targets
        if target.label
    }
    for item in wanted.existing:
        if item.target.label:
            edges[item.target.label] = sorted(item.difference.result)
    for made in wanted.made:
        edges[made.new.label] = sorted(made.deps)
    return edges


def _cycle_problem(group: Sequence[str], wanted: Wanted) -> str:
    reasons: dict[str, Mapping[str, str]] = {label: needs.labels for label, needs in _all_needs(wanted)}
    steps = []
    for label in group:
        for other, where in reasons.get(label, {}).items():
            if other in group:
                steps.append(f"{label} needs {other} ({where})")
    return (
        f"{' and '.join(group)} would depend on one another, which Please refuses: {'; '.join(steps)}. "
        "Move what both need into a module of its own"
    )
