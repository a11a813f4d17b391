"""Infer: the deps of each target, from what its sources import."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from tools.lambda_tidy.resolve import Resolver
from tools.lambda_tidy.rule_kind import Kind
from tools.lambda_tidy.settings import Settings
from tools.lambda_tidy.source import ALWAYS, TYPE_CHECKING, SourceFacts, Used
from tools.lambda_tidy.target import canonical


class Importer(NamedTuple):
    """A target that imports, one that there is or one that is to be.

    Attributes:
        label: Its label; empty where its name is computed.
        title: How messages call it.
        package: The folder of its BUILD file.
        kind: What it is to imports.
        files: Paths of its Python sources.
        module: For a function whose handler is a module's, the module.
    """

    label: str
    title: str
    package: str
    kind: Kind
    files: Sequence[str]
    module: str = ""


class Needs(NamedTuple):
    """What a target needs.

    Attributes:
        labels: The whole labels that it needs -> the file and line of the first import that says so.
        conditional: Those of the labels that only conditional imports are for.
        missing: Imports that always run and that nothing is known to have: file and line -> module.
        problems: Modules that several targets have.
        reads: Dotted packages that its sources read files of.
    """

    labels: dict[str, str]
    conditional: frozenset[str]
    missing: dict[str, str]
    problems: list[str]
    reads: frozenset[str]


def infer(
    importer: Importer, sources: Mapping[str, SourceFacts], resolver: Resolver, settings: Settings
) -> Needs:
    """Return what a target needs.

    Args:
        importer: The target.
        sources: What the Python files say, by path.
        resolver: Finds what has a module.
        settings: The repository's settings.
    """
    labels: dict[str, str] = {}
    certain: set[str] = set()
    missing: dict[str, str] = {}
    problems: list[str] = []
    own, find, kind = importer.label, resolver.find, importer.kind
    for file, used, prefer in _imports(importer, sources):
        found = find(used.module, used.name)
        if not found.labels and not found.missing:
            continue
        if own in found.owners or (used.when != ALWAYS and not _counts(used, kind, settings)):
            continue
        if found.missing:
            if used.when == ALWAYS:
                missing.setdefault(
                    _place(file, used), f"{used.module}.{used.name}" if used.name else used.module
                )
            continue
        chosen = (
            found.labels if len(found.labels) == 1 else _preferred(found.labels, prefer, importer, settings)
        )
        if len(chosen) > 1:
            problems.append(
                f"{_place(file, used)}: {' and '.join(chosen)} have the module {found.module}; take it out of one of "
                f"them, or say which to depend on: '# tidy: prefer {chosen[0]}' in {file}, or TidyPrefer in .plzconfig"
            )
            continue
        if chosen[0] not in labels:
            labels[chosen[0]] = _place(file, used)
        if used.when == ALWAYS:
            certain.add(chosen[0])
    reads = frozenset(read.package for file in importer.files for read in sources[file].reads if read.package)
    return Needs(labels, frozenset(labels) - certain, missing, problems, reads)


def _imports(
    importer: Importer, sources: Mapping[str, SourceFacts]
) -> Iterable[tuple[str, Used, Sequence[str]]]:
    for file in importer.files:
        facts = sources[file]
        for used in facts.imports:
            yield file, used, facts.prefer
    if importer.module:
        yield f"handler of {importer.title}", Used(importer.module, "", 0, ALWAYS), ()


def _place(file: str, used: Used) -> str:
    return f"{file}:{used.line}" if used.line else file


def _preferred(
    labels: Sequence[str], prefer: Sequence[str], importer: Importer, settings: Settings
) -> Sequence[str]:
    """Return the labels that the source prefers, else those that the settings do, else all of them."""
    of_source = {canonical(label, importer.package) for label in prefer}
    of_settings = {canonical(label, "") for label in settings.prefer}
    for preferred in (of_source, of_settings):
        chosen = [label for label in labels if label in preferred]
        if chosen:
            return chosen
    return labels


def _counts(used: Used, kind: Kind, settings: Settings) -> bool:
    """Return whether an import is one that a target depends for."""
    if used.when == ALWAYS:
        return True
    if used.when == TYPE_CHECKING:
        return settings.type_checking == "always" or (settings.type_checking == "tests" and kind is Kind.TEST)
    return settings.conditional
