"""Locked: where imports and the distributions of lambda_lock do not agree, each with the command that mends it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple, Optional

from tools.imports.known_distributions import distribution_of
from tools.lambda_tidy.distributions import Distribution
from tools.lambda_tidy.rule_kind import Kind
from tools.lambda_tidy.survey import Survey
from tools.lambda_tidy.target import canonical, shortest
from tools.lambda_tidy.tree import join
from tools.lambda_tidy.wanted import Wanted

_MADE_FROM = re.compile(r"^# lambda_lock: begin\. Made from ([^;]+);")
_QUOTED = re.compile(r"""["']((?://|:)[^"'\s]+)["']""")
# How each tool that writes a lock file adds a distribution, and takes one out.
_COMMANDS = {
    "Pipfile.lock": ("pipenv install {}", "pipenv uninstall {}"),
    "pdm.lock": ("pdm add {}", "pdm remove {}"),
    "poetry.lock": ("poetry add {}", "poetry remove {}"),
    "uv.lock": ("uv add {}", "uv remove {}"),
}


class Lock(NamedTuple):
    """A lock file that lambda_lock has made a BUILD file from.

    Attributes:
        file: The lock file's path in the repository, or its name where it was not found.
        build_file: Path of the BUILD file.
        package: The folder of that.
        found: Whether the lock file is in the repository.
    """

    file: str
    build_file: str
    package: str
    found: bool

    def command(self, name: str, *, add: bool) -> str:
        """Return what adds a distribution to the lock, or takes it out, and writes the BUILD file anew.

        Args:
            name: The distribution.
            add: Whether it is added.
        """
        if not self.found:
            what = f"add {name} to" if add else f"take {name} out of"
            return f"{what} the lock file {self.file}, and run lambda_lock again"
        base = self.file.rpartition("/")[2]
        known = _COMMANDS.get(base)
        if known:
            first = known[0 if add else 1].format(name)
        elif add:
            first = f"add {name} to the requirements that {self.file} is made from, lock them"
        else:
            first = f"take {name} out of the requirements that {self.file} is made from, lock them"
        again = f"plz run ///awslambda//tools/lambda_lock -- --lock {self.file} --output {self.build_file}"
        return f"{first}, then {again}"


def locks(survey: Survey) -> list[Lock]:
    """Return the lock files that lambda_lock has made BUILD files from.

    Args:
        survey: What is known of the repository.
    """
    found = []
    for package, facts in survey.repository.builds.items():
        for comment in facts.comments:
            match = _MADE_FROM.match(comment)
            if match:
                folder = survey.repository.folders[package]
                path = join(package, folder.build_file or "BUILD")
                lock = _find(match[1], package, survey)
                found.append(Lock(lock or match[1], path, package, lock is not None))
    return found


def _find(name: str, package: str, survey: Survey) -> Optional[str]:
    for path in (package, "", *survey.repository.folders):
        folder = survey.repository.folders.get(path)
        if folder and name in folder.files:
            return join(path, name)
    return None


def not_locked(survey: Survey, missing: Mapping[str, str]) -> Iterator[str]:
    """Yield what is known of imports that nothing in the repository has.

    Args:
        survey: What is known of the repository.
        missing: File and line of each import -> the module, as it stands there.
    """
    known = locks(survey)
    module_dir = survey.settings.module_dir.replace(".", "/")
    grouped: dict[str, list[str]] = {}
    for where, module in missing.items():
        grouped.setdefault(distribution_of(module), []).append(where)
    for distribution, places in sorted(grouped.items()):
        module = missing[places[0]]
        more = f" and {len(places) - 1} more" if len(places) > 1 else ""
        start = f"{places[0]}{more}: nothing in the repository has the module {module}. "
        if known:
            command = known[0].command(distribution, add=True)
            yield f"{start}If it is the distribution {distribution}, lock it: {command}"
        else:
            yield (
                f"{start}If it is the distribution {distribution}, declare it in //{module_dir}: "
                f'python_requirement(name = "{distribution.replace("-", "_")}", version = "...")'
            )


def not_imported(survey: Survey, wanted: Wanted) -> Iterator[str]:
    """Yield the distributions that nothing imports, and that neither another target nor the settings name.

    Args:
        survey: What is known of the repository.
        wanted: What is wanted of its targets.
    """
    used = _used(survey, wanted)
    known = {lock.package: lock for lock in locks(survey)}
    seen: set[str] = set()
    for item in survey.distributions.all:
        labels = {item.label, item.target.label}
        if item.plugin or labels & used or item.label in seen or _is_kept(item, survey):
            continue
        seen.add(item.label)
        folder = survey.repository.folders[item.target.package]
        where = f"{join(item.target.package, folder.build_file or 'BUILD')}:{item.target.call.line}"
        lock = known.get(item.target.package)
        mend = lock.command(item.name, add=False) if lock else "take the rule out"
        label = shortest(item.label, "")
        yield (
            f"{where}: nothing imports the distribution {item.name}, and nothing depends on {label}: {mend}; "
            f"or say TidyKeep = {item.label} in .plzconfig"
        )


def _used(survey: Survey, wanted: Wanted) -> set[str]:
    """Return the whole labels that anything but deps written from imports names, and those of such deps."""
    importing = {id(item.target.call) for item in wanted.existing}
    found = {canonical(label, "") for label in survey.settings.named}
    for item in wanted.existing:
        found |= item.difference.result
    for made in wanted.made:
        found |= made.deps
    for target in survey.targets:
        if id(target.call) not in importing and target.label not in survey.bundles:
            found |= {canonical(text, target.package) for text in target.call.listed("deps").values}
    for package, facts in survey.repository.builds.items():
        found |= {canonical(label, package) for label in facts.labels}
    found |= _in_definitions(survey)
    for bundle, members in survey.bundles.items():
        if bundle in found:
            found |= members
    return found


def _in_definitions(survey: Survey) -> set[str]:
    """Return the whole labels that files with the repository's own rules spell."""
    found: set[str] = set()
    for path, folder in survey.repository.folders.items():
        for name in folder.files:
            if name.endswith(".build_defs"):
                text = (survey.root / path / name).read_text(encoding="utf-8", errors="replace")
                found |= {canonical(label, path) for label in _QUOTED.findall(text)}
    return found


def _is_kept(item: Distribution, survey: Survey) -> bool:
    return survey.settings.keeps(item.label) or item.target.kind is not Kind.DISTRIBUTION
