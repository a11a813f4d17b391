"""Requires: whether what the distributions of a zip require is there too, in a version that fits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tools.aws.provided import provided_distributions
from tools.lambda_zip.check.imports import Allowed
from tools.lambda_zip.place.layout import LeftOut, Placed
from tools.lambda_zip.read.distribution import Distribution
from tools.wheel_notes.requires import Required, fits, platform_key, read_requires

_CODE = (".py", ".pyc", ".so")


class RequireFindings(NamedTuple):
    """What the requirements of distributions showed.

    Attributes:
        problems: What is required and not there.
        requires: Distribution -> the names of what it requires, whether that is there or not.
    """

    problems: list[str]
    requires: dict[str, list[str]]


def check_requires(
    placed: Sequence[Placed],
    excluded: Sequence[LeftOut],
    noted: Mapping[Distribution, Sequence[Required]],
    python: tuple[int, int],
    architecture: str,
    extras: Mapping[str, Sequence[str]],
    allowed: Allowed,
    module_dir: str,
    elsewhere: frozenset[str] = frozenset(),
) -> RequireFindings:
    """Return what distributions require, and what of it is not there, a problem each.

    Args:
        placed: What the function can import.
        excluded: What only `exclude` keeps out.
        noted: What lambda_wheel noted of distributions.
        python: The runtime's major and minor version.
        architecture: As AWS spells it.
        extras: Distribution -> extras that rules declared it with.
        allowed: What need not be there.
        module_dir: Folder of third-party code, for hints.
        elsewhere: Distributions that the rule says are not to be in the zip.
    """
    platform = platform_key(python, architecture)
    requires = requirements_of(placed, noted, python)
    code = {item.distribution for item in placed if item.distribution and item.name.endswith(_CODE)}
    taken = {
        item.distribution.name: item.placed.name
        for item in sorted(excluded, key=lambda item: item.member.name, reverse=True)
        if item.distribution
        and item.placed
        and item.distribution not in code
        and item.placed.name.endswith(_CODE)
    }
    there = {item.distribution.name: item.distribution.version for item in placed if item.distribution}
    provided = provided_distributions(python[1])
    problems = []
    names: dict[str, set[str]] = {}
    for distribution, required in wanted(requires, extras, platform):
        names.setdefault(distribution.name, set()).add(required.name)
        version = there.get(required.name)
        title = f"{distribution.name} {distribution.version} requires {required.name}{required.specifier}"
        if required.name in taken:
            what = f"exclude takes it ({taken[required.name]}). Change the pattern"
        elif version is None:
            if required.name in provided or required.name in elsewhere:
                continue
            label = f"//{module_dir}:{required.name.replace('-', '_')}"
            what = f"nothing in the zip is that. Add {label!r} to the deps of {distribution.name}'s rule"
        elif not any(fits(one, required.specifier) for one in version.split("/")):
            what = f"the zip has {required.name} {version}. Make the versions of the rules agree"
        else:
            continue
        if not allowed.covers(required.name, required.name.replace("-", "_")):
            problems.append(f"{title}, and {what}, or name it in imports_ok where the function runs without")
    return RequireFindings(sorted(set(problems)), {name: sorted(found) for name, found in names.items()})


def requirements_of(
    placed: Sequence[Placed], noted: Mapping[Distribution, Sequence[Required]], python: tuple[int, int]
) -> dict[Distribution, Sequence[Required]]:
    """Return what each distribution of a zip requires, on any platform and for any extra.

    Args:
        placed: What goes into the zip.
        noted: What lambda_wheel noted of distributions; the metadata of others is read.
        python: The runtime's major and minor version.
    """
    there = {item.distribution for item in placed if item.distribution}
    requires = {owner: required for owner, required in noted.items() if owner in there}
    for item in placed:
        owner = item.distribution
        if owner is not None and owner not in requires and item.name == f"{owner.folder}/METADATA":
            requires[owner] = list(read_requires(item.member.read(), [python]))
    return requires


def wanted(
    requires: Mapping[Distribution, Sequence[Required]], extras: Mapping[str, Sequence[str]], platform: str
) -> list[tuple[Distribution, Required]]:
    """Return every requirement that applies, with the extras that others ask for.

    Args:
        requires: Distribution -> what it requires.
        extras: Distribution -> extras that rules declared it with.
        platform: The function's, as `platform_key` spells it.
    """
    asked = {name: set(values) for name, values in extras.items()}
    growing = True
    found: dict[tuple[Distribution, str, str], tuple[Distribution, Required]] = {}
    while growing:
        growing = False
        for distribution, every in requires.items():
            for required in every:
                if not required.applies(asked.get(distribution.name, ()), platform):
                    continue
                found[distribution, required.name, required.specifier] = (distribution, required)
                known = asked.setdefault(required.name, set())
                growing = growing or not known.issuperset(required.extras)
                known.update(required.extras)
    return list(found.values())
