"""An environment: one interpreter on one machine, as PEP 508 markers see it.

A set of environments is an integer with one bit for each, so that a closure over hundreds of distributions
and dozens of environments is a handful of `&` and `|`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple, Optional

from tools.aws.facts import ARCHITECTURES, READ_ON, RUNTIMES
from tools.errors import PleasingError

HOST = "host"

# The interpreters that people run this project's tests with.
HOST_PYTHONS: tuple[tuple[int, int], ...] = ((3, 9), (3, 10), (3, 11), (3, 12), (3, 13), (3, 14))

# System and machine, as `sys_platform` and `platform_machine` spell them.
HOST_MACHINES: tuple[tuple[str, str], ...] = (
    ("darwin", "arm64"),
    ("darwin", "x86_64"),
    ("linux", "aarch64"),
    ("linux", "x86_64"),
)

# Patch releases to evaluate `python_full_version` with. A host may have any: its first and a last stand for
# all. AWS keeps its runtimes at the newest patch release (dg/runtimes-update).
_FIRST_PATCH = 0
_LAST_PATCH = 99

_VARIABLES = re.compile(
    r"\b(?:python_version|python_full_version|os_name|sys_platform|platform_release|platform_system"
    r"|platform_version|platform_machine|platform_python_implementation|implementation_name"
    r"|implementation_version|extra|extras|dependency_groups)\b"
)
_MEMBERSHIP = re.compile(r"""["']([^"']+)["']\s+in\s+(extras|dependency_groups)\b""")
_PLATFORM = re.compile(r"^(python\d+\.\d+)-(\w+)$")


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


class Platform(NamedTuple):
    """A runtime on an architecture, such as `python3.13-arm64`.

    Attributes:
        python: Major and minor version.
        architecture: As AWS spells it.
    """

    python: tuple[int, int]
    architecture: str

    @property
    def title(self) -> str:
        """As `--platform` takes it."""
        return f"python{self.python[0]}.{self.python[1]}-{self.architecture}"

    @property
    def arch(self) -> str:
        """As Please has it in `CONFIG.ARCH`, such as `lambda313arm64`."""
        return f"lambda{self.python[0]}{self.python[1]}{self.architecture.replace('_', '')}"

    @classmethod
    def parse(cls, text: str) -> Platform:
        """Returns the platform that a command line names.

        Args:
            text: Such as `python3.13-arm64`.

        Raises:
            PleasingError: It is none that Lambda has.
        """
        match = _PLATFORM.match(text)
        if not match or match[1] not in RUNTIMES or match[2] not in ARCHITECTURES:
            raise PleasingError(
                f"platform {text!r} is unknown; expected RUNTIME-ARCHITECTURE with a runtime of "
                f"{', '.join(RUNTIMES)} and an architecture of {', '.join(ARCHITECTURES)}"
            )
        return cls(RUNTIMES[match[1]].python, match[2])


def default_platforms() -> tuple[Platform, ...]:
    """Returns every runtime that was not deprecated when the facts were read, on every architecture.

    The facts' date and not today's: the same lock gives the same BUILD file next year.
    """
    return tuple(
        Platform(runtime.python, architecture)
        for runtime in RUNTIMES.values()
        if (runtime.deprecated or "") > READ_ON
        for architecture in ARCHITECTURES
    )


class Environment(NamedTuple):
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


def _environment(key: str, point: Point, patch: int) -> Environment:
    version = f"{point.python[0]}.{point.python[1]}"
    return Environment(
        key,
        point,
        patch == _LAST_PATCH,
        {
            "implementation_name": "cpython",
            "implementation_version": f"{version}.{patch}",
            "os_name": "posix",
            "platform_machine": point.machine,
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": "Darwin" if point.system == "darwin" else "Linux",
            "platform_version": "",
            "python_full_version": f"{version}.{patch}",
            "python_version": version,
            "sys_platform": point.system,
        },
    )


class Environments:
    """Everywhere that a lock is evaluated: the functions' platforms, and the hosts that run tests.

    Args:
        platforms: The functions' platforms.
        requires_python: PEP 440 specifier of the lock; interpreters outside of it are left out.

    Attributes:
        platforms: Those of the functions' platforms that the lock is for.
        refused: Those that it is not for.
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
        self._members: list[Environment] = [
            _environment(
                platform.arch,
                Point(platform.python, "linux", ARCHITECTURES[platform.architecture].machine),
                _LAST_PATCH,
            )
            for platform in self.platforms
        ]
        self._members += [
            _environment(HOST, Point(python, system, machine), patch)
            for python in HOST_PYTHONS
            if python in allowed
            for system, machine in HOST_MACHINES
            for patch in (_FIRST_PATCH, _LAST_PATCH)
        ]
        self.everywhere = (1 << len(self._members)) - 1
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
        """Returns the keys of `platform_deps` that a set of environments has a part in, sorted.

        Args:
            mask: The set.
        """
        return tuple(key for key, bits in self._keys.items() if bits & mask)

    def points(self, mask: int) -> frozenset[Point]:
        """Returns what a generated marker can tell of a set of environments.

        Args:
            mask: The set.
        """
        return frozenset(
            member.point for position, member in enumerate(self._members) if mask >> position & 1
        )

    def holds(self, marker: Optional[str], extra: Optional[str] = None, group: Optional[str] = None) -> int:
        """Returns the set of environments in which a marker holds.

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
        from packaging.markers import InvalidMarker, Marker

        try:
            marker = Marker(text)
        except InvalidMarker as error:
            detail = str(error).splitlines()[0]
            raise PleasingError(
                f"{text!r} is not a marker as PEP 508 has them ({detail}); make the lock file anew"
            ) from None
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
        for patch in range(_FIRST_PATCH, _LAST_PATCH + 1)
    )
