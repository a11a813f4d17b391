"""Marker environments: everywhere that a lock is evaluated, each with PEP 508's variables.

A set of environments is an integer with one bit for each, so that a closure over hundreds of distributions
and dozens of environments is a handful of `&` and `|`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple, Optional

from tools.aws.environment import FIRST_PATCH, HOST_MACHINES, HOST_PYTHONS, LAST_PATCH, marker_variables
from tools.aws.platform import HOST, Platform
from tools.errors import PleasingError

if TYPE_CHECKING:
    from packaging.markers import Marker

_VARIABLES = re.compile(
    r"\b(?:python_version|python_full_version|os_name|sys_platform|platform_release|platform_system"
    r"|platform_version|platform_machine|platform_python_implementation|implementation_name"
    r"|implementation_version|extra|extras|dependency_groups)\b"
)
# A marker of this many characters is still shown in full.
_SHOWN = 200

_MEMBERSHIP = re.compile(r"""["']([^"']+)["']\s+in\s+(extras|dependency_groups)\b""")


class Point(NamedTuple):
    """What a generated marker can tell apart.

    Attributes:
        python: Major and minor version.
        system: As `sys_platform` spells it.
        machine: As `platform_machine` spells it.
    """

    python: tuple[int, int]
    system: str
    machine: str


class MarkerEnvironment(NamedTuple):
    """One interpreter on one machine.

    Attributes:
        key: What `platform_deps` calls it: an arch such as `lambda313arm64`, or `host`.
        point: What a generated marker can tell of it.
        latest: Whether it has the newest patch release.
        variables: PEP 508's environment markers.
    """

    key: str
    point: Point
    latest: bool
    variables: Mapping[str, str]


def _of_platform(platform: Platform) -> MarkerEnvironment:
    variables = platform.marker_variables()
    point = Point(platform.python, variables["sys_platform"], variables["platform_machine"])
    return MarkerEnvironment(platform.arch, point, True, variables)


def _of_host(point: Point, patch: int) -> MarkerEnvironment:
    variables = marker_variables(point.python, point.system, point.machine, patch)
    return MarkerEnvironment(HOST, point, patch == LAST_PATCH, variables)


class MarkerEnvironments:
    """Everywhere that a lock is evaluated: the functions' platforms, and the hosts that run tests.

    Args:
        platforms: The functions' platforms.
        requires_python: PEP 440 specifier of the lock; interpreters outside of it are left out.

    Attributes:
        platforms: Those of the functions' platforms that the lock is for.
        refused: Those that it is not for.
        everywhere: The set of all environments.
        functions: The set of those that are functions' platforms.
        latest: The set of those with the newest patch release.
    """

    def __init__(self, platforms: Iterable[Platform], requires_python: str = "") -> None:
        wanted = sorted(set(platforms))
        allowed = {
            python
            for python in {*HOST_PYTHONS, *(platform.python for platform in wanted)}
            if _allows(requires_python, python)
        }
        self.platforms = tuple(platform for platform in wanted if platform.python in allowed)
        self.refused = tuple(platform for platform in wanted if platform.python not in allowed)
        self._members: list[MarkerEnvironment] = [
            *map(_of_platform, self.platforms),
            *(
                _of_host(Point(python, system, machine), patch)
                for python in HOST_PYTHONS
                if python in allowed
                for system, machine in HOST_MACHINES
                for patch in (FIRST_PATCH, LAST_PATCH)
            ),
        ]
        self.everywhere = (1 << len(self._members)) - 1
        self.functions = self._mask(member.key != HOST for member in self._members)
        self.latest = self._mask(member.latest for member in self._members)
        self._keys = {
            key: self._mask(member.key == key for member in self._members)
            for key in sorted({member.key for member in self._members})
        }
        self._masks: dict[tuple[str, Optional[str], Optional[str]], int] = {}

    def __len__(self) -> int:
        return len(self._members)

    @staticmethod
    def _mask(bits: Iterable[bool]) -> int:
        return sum(1 << position for position, bit in enumerate(bits) if bit)

    def keys(self, mask: int) -> tuple[str, ...]:
        """Return the keys of `platform_deps` that a set of environments has a part in, sorted.

        Args:
            mask: The set.
        """
        return tuple(key for key, bits in self._keys.items() if bits & mask)

    def points(self, mask: int) -> frozenset[Point]:
        """Return what a generated marker can tell of a set of environments.

        Args:
            mask: The set.
        """
        return frozenset(
            member.point for position, member in enumerate(self._members) if mask >> position & 1
        )

    def holds(self, marker: Optional[str], extra: Optional[str] = None, group: Optional[str] = None) -> int:
        """Return the set of environments in which a marker holds.

        Args:
            marker: PEP 508 marker; None holds everywhere.
            extra: What `extra` is in it.
            group: The only member of `dependency_groups` in it; None has all that it names.

        Raises:
            PleasingError: It is not a marker.
        """
        if not marker:
            return self.everywhere
        key = (marker, extra, group)
        if key not in self._masks:
            self._masks[key] = self._evaluate(*key)
        return self._masks[key]

    def _evaluate(self, text: str, extra: Optional[str], group: Optional[str]) -> int:
        from packaging.markers import InvalidMarker, Marker, UndefinedComparison, UndefinedEnvironmentName

        try:
            return self._evaluated(Marker(text), text, extra, group)
        except (InvalidMarker, UndefinedComparison, UndefinedEnvironmentName, ValueError) as error:
            detail = str(error).splitlines()[0]
        except RecursionError:
            detail = "it is nested too deeply"
        raise PleasingError(
            f"{_shortened(text)} is not a marker as PEP 508 has them ({detail}); make the lock file anew"
        )

    def _evaluated(self, marker: Marker, text: str, extra: Optional[str], group: Optional[str]) -> int:
        # Evaluating is slow and a marker seldom names more than one variable: once a value will do.
        names = [name for name in _VARIABLES.findall(text) if name in self._members[0].variables]
        members = {"extras": set[str](), "dependency_groups": set[str]()}
        for value, variable in _MEMBERSHIP.findall(text):
            members[variable].add(value)
        if group is not None:
            members["dependency_groups"] = {group}
        in_lock = "dependency_groups" in text or "extras" in text
        results: dict[tuple[str, ...], bool] = {}
        mask = 0
        for position, member in enumerate(self._members):
            values = tuple(member.variables[name] for name in names)
            if values not in results:
                if in_lock:
                    results[values] = marker.evaluate({**member.variables, **members}, context="lock_file")
                else:
                    results[values] = marker.evaluate({**member.variables, "extra": extra or ""})
            if results[values]:
                mask |= 1 << position
        return mask


def _shortened(text: str) -> str:
    return repr(text) if len(text) <= _SHOWN else f"{text[:_SHOWN]!r}..."


def _allows(requires_python: str, python: tuple[int, int]) -> bool:
    """Whether a specifier, or one of several between `||`, allows any patch release of an interpreter."""
    if not requires_python:
        return True
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        specifiers = [SpecifierSet(text) for text in requires_python.split("||")]
    except InvalidSpecifier:
        # Poetry's own syntax (^3.9, ~3.9) in old lock files. It only widens what is evaluated.
        return True
    return any(
        specifier.contains(f"{python[0]}.{python[1]}.{patch}")
        for specifier in specifiers
        for patch in range(FIRST_PATCH, LAST_PATCH + 1)
    )
