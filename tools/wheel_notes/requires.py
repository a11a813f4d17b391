"""Requires: what a distribution requires of others, on Lambda's platforms, read from its metadata.

`packaging` evaluates markers; it is imported only where there is something to evaluate, as it takes a tenth of the time
that packing does. Where a wheel is unpacked, markers are evaluated for every platform, so that packing need not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Optional

from tools.aws.environment import marker_variables
from tools.aws.facts import ARCHITECTURES, PREVIEW_RUNTIMES, RUNTIMES
from tools.text import normalise

# Core metadata, "Requires-Dist" and "Provides-Extra"; the body, behind an empty line, is the description.
_FIELD = rb"^(Requires-Dist|Provides-Extra)[ \t]*:[ \t]*([^\r\n]*(?:\r?\n[ \t]+[^\r\n]+)*)"


class Required(NamedTuple):
    """One requirement of a distribution.

    Attributes:
        name: The required distribution, normalised as PEP 503 has it.
        extras: The extras that are asked of it.
        specifier: The versions that fit; empty for all.
        where: The extra that the requirement is for, or `""` without any -> the platforms that it is for, as
            `platform_key` spells them; None for all.
    """

    name: str
    extras: tuple[str, ...]
    specifier: str
    where: Mapping[str, Optional[tuple[str, ...]]]

    def applies(self, extras: Iterable[str], platform: str) -> bool:
        """Return whether it is required.

        Args:
            extras: The extras that are asked of its distribution.
            platform: The function's, as `platform_key` spells it.
        """
        for extra in ("", *extras):
            platforms = self.where.get(extra, ())
            if platforms is None or platform in platforms:
                return True
        return False


def platform_key(python: tuple[int, int], architecture: str) -> str:
    """Return the name of a platform in notes.

    Args:
        python: Major and minor version of the runtime.
        architecture: As AWS spells it.
    """
    return f"{python[0]}.{python[1]} {architecture}"


def read_requires(metadata: bytes, pythons: Sequence[tuple[int, int]] = ()) -> Iterator[Required]:
    """Yield what a distribution requires.

    Args:
        metadata: The bytes of its METADATA.
        pythons: Major and minor versions to evaluate markers for; those of all runtimes where there are none.
    """
    header = re.split(rb"\r?\n\r?\n", metadata, maxsplit=1)[0]
    fields = [
        (match[1], match[2].decode("utf-8", "replace")) for match in re.finditer(_FIELD, header, re.MULTILINE)
    ]
    lines = [value for key, value in fields if key == b"Requires-Dist"]
    if not lines:
        return
    from packaging.requirements import InvalidRequirement, Requirement

    variables = {
        platform_key(python, architecture.name): marker_variables(python, "linux", architecture.machine)
        for python in (
            pythons or [runtime.python for runtime in (*RUNTIMES.values(), *PREVIEW_RUNTIMES.values())]
        )
        for architecture in ARCHITECTURES.values()
    }
    provided = sorted({normalise(value.strip()) for key, value in fields if key == b"Provides-Extra"})
    for line in lines:
        try:
            requirement = Requirement(" ".join(line.split()))
        except InvalidRequirement:
            continue  # from before PEP 508; pip would not install it
        where: dict[str, Optional[tuple[str, ...]]] = {}
        for extra in ("", *(provided if "extra" in str(requirement.marker) else ())):
            found = tuple(
                key
                for key, values in variables.items()
                if requirement.marker is None or requirement.marker.evaluate({**values, "extra": extra})
            )
            if found:
                where[extra] = None if len(found) == len(variables) else found
        if where:
            extras = tuple(sorted(map(normalise, requirement.extras)))
            yield Required(normalise(requirement.name), extras, str(requirement.specifier), where)


def to_json(required: Required) -> list[Any]:
    """Return a requirement as `from_json` reads it.

    Args:
        required: The requirement.
    """
    return [required.name, required.extras, required.specifier, dict(required.where)]


def from_json(values: list[Any]) -> Required:
    """Return the requirement that `to_json` wrote.

    Args:
        values: What it returned, as JSON has it.
    """
    name, extras, specifier, where = values
    platforms = {extra: None if known is None else tuple(known) for extra, known in where.items()}
    return Required(name, tuple(extras), specifier, platforms)


_RELEASE = re.compile(r"([0-9]+(?:\.[0-9]+)*)(\.post[0-9]+)?")
_CLAUSE = re.compile(r"(>=|<=|<|>|!=|==)\s*([0-9]+(?:\.[0-9]+)*)")


def fits(version: str, specifier: str) -> bool:
    """Return whether a version is one of a specifier's; True where either is none that PEP 440 knows.

    Args:
        version: A version.
        specifier: Clauses with commas between.
    """
    if not specifier:
        return True
    plain = _RELEASE.fullmatch(version)
    clauses = [_CLAUSE.fullmatch(clause.strip()) for clause in specifier.split(",")]
    if (
        plain is None
        or None in clauses
        or (plain[2] and any("=" in clause[1] for clause in clauses if clause and clause[1] != ">="))
    ):
        return _fits_by_packaging(version, specifier)
    release = _numbers(plain[1])
    return all(_compare(release, clause[1], _numbers(clause[2])) for clause in clauses if clause)


def _numbers(text: str) -> tuple[int, ...]:
    numbers = [int(part) for part in text.split(".")]
    while len(numbers) > 1 and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def _compare(release: tuple[int, ...], operator: str, bound: tuple[int, ...]) -> bool:
    # `>` and `<` leave out what is after and before a release of the same numbers (PEP 440), as numbers alone do.
    return {
        ">=": release >= bound,
        "<=": release <= bound,
        ">": release > bound,
        "<": release < bound,
        "==": release == bound,
        "!=": release != bound,
    }[operator]


def _fits_by_packaging(version: str, specifier: str) -> bool:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion, Version

    try:
        return SpecifierSet(specifier).contains(Version(version), prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return True
