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
    for file, used, prefer in _imports(importer, sources):
        if not _counts(used, importer.kind, settings):
            continue
        where = f"{file}:{used.line}" if used.line else file
        found = resolver.find(used, importer.label)
        if found.missing:
            if used.when == ALWAYS:
                missing.setdefault(where, f"{used.module}.{used.name}" if used.name else used.module)
            continue
        wanted = {canonical(label, importer.package) for label in prefer}
        chosen = (
            [label for label in found.labels if label in wanted]
            or [label for label in found.labels if label in settings.prefer]
            or [label for label in found.labels if _short(label) in settings.prefer]
            or list(found.labels)
        )
        if len(chosen) > 1:
            problems.append(
                f"{where}: {' and '.join(chosen)} have the module {found.module}; take it out of one of them, or "
                f"say which to depend on: '# tidy: prefer {chosen[0]}' in {file}, or TidyPrefer in .plzconfig"
            )
        elif chosen and chosen[0] != importer.label:
            labels.setdefault(chosen[0], where)
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


def _counts(used: Used, kind: Kind, settings: Settings) -> bool:
    """Return whether an import is one that a target depends for."""
    if used.when == ALWAYS:
        return True
    if used.when == TYPE_CHECKING:
        return settings.type_checking == "always" or (settings.type_checking == "tests" and kind is Kind.TEST)
    return settings.conditional


def _short(label: str) -> str:
    start, _, name = label.rpartition(":")
    return start if start.rpartition("/")[2] == name else label
