"""Notes: what the user is told besides the changes. None of it is an error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tools.lambda_tidy.locked import not_imported, not_locked
from tools.lambda_tidy.rule_kind import Kind
from tools.lambda_tidy.survey import Survey
from tools.lambda_tidy.target import Target, by_label, shortest
from tools.lambda_tidy.tree import join
from tools.lambda_tidy.wanted import Existing, Wanted


def notes(survey: Survey, wanted: Wanted, chosen: Wanted, only_tests: frozenset[str]) -> list[str]:
    """Return what the user is told.

    Args:
        survey: What is known of the repository.
        wanted: What is wanted of all targets.
        chosen: The same, of those in the folders that may change.
        only_tests: The labels that only tests can depend on.
    """
    found = list(wanted.left_out)
    targets = by_label(survey.targets)
    missing: dict[str, str] = {}
    for item in chosen.existing:
        found += _of_target(item, survey, targets, only_tests)
        missing.update(item.needs.missing)
    for made in chosen.made:
        missing.update(made.needs.missing)
        found += _visibility(made.new.label, made.new.package, made.needs.labels, targets, survey)
    found += not_locked(survey, missing)
    found += not_imported(survey, wanted)
    files = [*(item.target.files for item in chosen.existing), *(made.new.files for made in chosen.made)]
    for file in sorted({file for some in files for file in some}):
        unparsed = survey.repository.sources[file].unparsed
        if unparsed:
            line, _, why = unparsed.partition(":")
            where = f"{file}:{line}" if line != "0" else file
            found.append(f"{where}: cannot be parsed: {why}; nothing is taken out of the deps of its target")
    found += _resources(survey, chosen)
    return list(dict.fromkeys(found))


def _of_target(
    item: Existing, survey: Survey, targets: Mapping[str, Target], only_tests: frozenset[str]
) -> Iterator[str]:
    target = item.target
    where = f"{_build_file(target.package, survey)}:{target.call.line}"
    if not item.editable and (item.difference.add or item.difference.remove):
        words = [
            f"{verb} {', '.join(labels)}"
            for verb, labels in (("lacks", item.difference.add), ("does not need", item.difference.remove))
            if labels
        ]
        yield f"{where}: deps of {target.title} is an expression, which stays as it is; it {' and '.join(words)}"
    for name in target.absent:
        yield f"{where}: {target.title} has the source {name}, which is not there; take it out"
    if target.kind is not Kind.TEST and "test_only" not in target.call.flags:
        for label, why in item.needs.labels.items():
            if label in only_tests:
                yield (
                    f"{why}: {target.title} imports what {label} has, which is test_only; Please will refuse it. "
                    "Move the import into a test"
                )
    yield from _visibility(target.title, target.package, item.needs.labels, targets, survey)


def _visibility(
    title: str, package: str, labels: dict[str, str], targets: Mapping[str, Target], survey: Survey
) -> Iterator[str]:
    for label, why in labels.items():
        other = targets.get(label)
        if other is not None and not _is_visible(other, package, survey):
            yield (
                f"{why}: {title} needs {shortest(label, package)}, which it cannot see; "
                f'give {label} visibility = ["//{package}/..."]'
            )


def _is_visible(target: Target, package: str, survey: Survey) -> bool:
    if target.package == package:
        return True
    given = target.call.texts.get("visibility")
    if given is None:
        if "visibility" in target.call.arguments:
            return True
        defaults = [
            call.listed("default_visibility")
            for call in survey.repository.builds[target.package].calls
            if call.rule == "package" and "default_visibility" in call.arguments
        ]
        if not defaults:
            return False
        given = defaults[0]
    return not given.whole or any(_covers(label, package) for label in given.values)


def _covers(label: str, package: str) -> bool:
    if label == "PUBLIC":
        return True
    folder, _, name = label.removeprefix("//").partition(":")
    if folder == "..." or folder.endswith("/..."):
        start = folder[: -len("...")].rstrip("/")
        return not start or package == start or package.startswith(f"{start}/")
    return folder == package and bool(name or folder)


def _resources(survey: Survey, chosen: Wanted) -> Iterator[str]:
    """Yield the files that sources read by a literal name and that no target of theirs has."""
    for item in chosen.existing:
        given = {
            text
            for argument in ("resources", "data", "srcs")
            for text in item.target.call.listed(argument).values
        }
        computed = any(
            not item.target.call.listed(argument).whole or item.target.call.listed(argument).globs
            for argument in ("resources", "data")
        )
        if not computed:
            yield from _read_by(survey, item.target.files, item.target.package, item.target.title, given)
    for made in chosen.made:
        yield from _read_by(survey, made.new.files, made.new.package, made.new.label, set())


def _read_by(
    survey: Survey, files: Sequence[str], package: str, title: str, given: set[str]
) -> Iterator[str]:
    for file in files:
        for read in survey.repository.sources[file].reads:
            folder = file.rpartition("/")[0]
            if read.package:
                folder = _folder_of(read.package, survey)
            path = join(folder, read.file)
            at, _, base = path.rpartition("/")
            start = f"{package}/" if package else ""
            there = survey.repository.folders.get(at)
            if there is None or base not in there.files or not path.startswith(start):
                continue
            if path[len(start) :] not in given and not base.endswith(".py"):
                yield (
                    f"{file}:{read.line}: {title} reads {path}, and has no such resource; "
                    f'add it where it is needed: resources = ["{path[len(start) :]}"]'
                )


def _folder_of(package: str, survey: Survey) -> str:
    path = package.replace(".", "/")
    for root in survey.settings.source_roots:
        if f"{root}/{path}" in survey.repository.folders:
            return f"{root}/{path}"
    return path


def _build_file(package: str, survey: Survey) -> str:
    return join(package, survey.repository.folders[package].build_file or "BUILD")
