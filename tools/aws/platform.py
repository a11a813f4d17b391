"""A platform that a wheel is for: a runtime of Lambda on an architecture, or this machine.

The one place for what a function's platform is: its arch name, the tags of the wheels that it loads, the variables
of its markers, and the options that make pip choose for it.
"""

from __future__ import annotations

import functools
import os
import platform
import re
import sys
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, NamedTuple, Optional

from tools.aws.environment import LAST_PATCH, marker_variables
from tools.aws.facts import ARCHITECTURES, READ_ON, RUNTIMES, Architecture, Runtime
from tools.aws.runtime import find_runtime
from tools.errors import PleasingError

if TYPE_CHECKING:
    from packaging.tags import Tag

HOST = "host"

# The oldest glibc that a wheel for a machine may be tagged with, and the names that some had before PEP 600.
_OLDEST_GLIBC = {"x86_64": 5, "aarch64": 17}
_LEGACY = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}

_NAME = re.compile(r"(python\d+\.\d+)-(\w+)")
_MACHINES = {name.replace("_", ""): architecture for name, architecture in ARCHITECTURES.items()}
_ARCH = re.compile(rf"lambda3(?P<minor>\d+)(?P<machine>{'|'.join(_MACHINES)})")


class Platform(NamedTuple):
    """An interpreter on a machine. Platforms sort by version, then by architecture.

    Attributes:
        python: Major and minor version of the interpreter.
        arch: As Please has it in `CONFIG.ARCH`, such as `lambda313arm64`; or `host`.
        runtime: Lambda's runtime; None for this machine.
        architecture: Lambda's architecture; None for this machine.
    """

    python: tuple[int, int]
    arch: str
    runtime: Optional[Runtime]
    architecture: Optional[Architecture]

    @property
    def name(self) -> str:
        """As command lines take it, such as `python3.13-arm64`; or `host`."""
        if self.runtime is None or self.architecture is None:
            return HOST
        return f"{self.runtime.name}-{self.architecture.name}"

    @property
    def title(self) -> str:
        """How messages call it."""
        if self.runtime is None or self.architecture is None:
            return "Python {}.{} on this machine".format(*self.python)
        return f"{self.runtime.name} on {self.architecture.name}"

    @property
    def compile_obstacle(self) -> Optional[str]:
        """Why what this machine compiles is not sure to load there; None where it is."""
        if self.runtime is None or self.architecture is None:
            return None
        here = (sys.implementation.name, sys.platform, platform.machine(), sys.version_info[:2])
        if here != ("cpython", "linux", self.architecture.machine, self.python):
            return f"this machine has {this_machine()} and not {self.title}"
        glibc = host_glibc()
        if glibc is None or glibc > self.runtime.glibc:
            has = "glibc {}.{}".format(*glibc) if glibc else "no glibc"
            return (
                f"this machine has {has} and {self.runtime.name} has "
                "{}.{}: nothing that is compiled here is sure to load there".format(*self.runtime.glibc)
            )
        return None

    @property
    def system_platforms(self) -> tuple[str, ...]:
        """The platform tags that Lambda can load, most specific first; none for this machine."""
        if self.runtime is None or self.architecture is None:
            return ()
        return tuple(_manylinux(self.runtime.glibc, self.architecture.machine))

    @property
    def tags(self) -> tuple[Tag, ...]:
        """The tags of the wheels that can be used, most specific first."""
        if self.runtime is None:
            from packaging.tags import sys_tags

            return tuple(sys_tags())
        return _lambda_tags(self.python, self.system_platforms)

    def rank(self, tags: Collection[Tag]) -> Optional[int]:
        """Return how well a wheel fits, the lower the better, or None where it does not.

        Args:
            tags: The wheel's.
        """
        wanted = frozenset(tags)
        return next((rank for rank, tag in enumerate(self.tags) if tag in wanted), None)

    def pip_arguments(self) -> list[str]:
        """Return what tells pip to choose for this platform; nothing for the one that pip runs on."""
        if self.runtime is None:
            return []
        arguments = ["--implementation", "cp", "--abi", "cp{}{}".format(*self.python)]
        arguments += ["--python-version", "{}.{}.{}".format(*self.python, LAST_PATCH)]
        # pip takes a platform by its exact name, so each one that loads is named.
        for name in self.system_platforms:
            arguments += ["--platform", name]
        return arguments

    def marker_variables(self) -> dict[str, str]:
        """Return the variables of PEP 508's environment markers here."""
        if self.architecture is not None:
            return marker_variables(self.python, "linux", self.architecture.machine)
        from packaging.markers import default_environment

        # packaging types the dictionary by its keys; all its values are texts.
        return {key: str(value) for key, value in default_environment().items()}


def this_machine() -> str:
    """Return how messages call the interpreter and the machine that this runs on."""
    version = "{}.{}".format(*sys.version_info[:2])
    return f"{platform.python_implementation()} {version} on {platform.machine()} {platform.system()}"


def host_glibc() -> Optional[tuple[int, int]]:
    """Return the version of this machine's glibc, or None where its C library is another."""
    try:
        match = re.fullmatch(r"glibc (\d+)\.(\d+)", os.confstr("CS_GNU_LIBC_VERSION") or "")
    except (AttributeError, OSError, ValueError):
        return None
    return (int(match[1]), int(match[2])) if match else None


def _manylinux(glibc: tuple[int, int], machine: str) -> Iterator[str]:
    """Yield platform tags from the newest glibc to the oldest, and last the one that promises nothing."""
    for minor in range(glibc[1], _OLDEST_GLIBC[machine] - 1, -1):
        yield f"manylinux_2_{minor}_{machine}"
        if minor in _LEGACY:
            yield f"{_LEGACY[minor]}_{machine}"
    yield f"linux_{machine}"


@functools.cache
def _lambda_tags(python: tuple[int, int], platforms: tuple[str, ...]) -> tuple[Tag, ...]:
    from packaging.tags import compatible_tags, cpython_tags

    interpreter = "cp{}{}".format(*python)
    return (
        *cpython_tags(python, [interpreter], platforms),
        *compatible_tags(python, interpreter, platforms),
    )


def arch_name(python: tuple[int, int], architecture: str) -> str:
    """Return the arch of a function's platform, as Please has it in `CONFIG.ARCH`, such as `lambda313arm64`.

    Args:
        python: Major and minor version.
        architecture: As AWS spells it.
    """
    return "lambda{}{}{}".format(*python, architecture.replace("_", ""))


def lambda_platform(runtime: Runtime, architecture: Architecture) -> Platform:
    """Return the platform of a runtime on an architecture.

    Args:
        runtime: Lambda's runtime.
        architecture: Lambda's architecture.
    """
    return Platform(runtime.python, arch_name(runtime.python, architecture.name), runtime, architecture)


def lambda_platforms() -> Iterator[Platform]:
    """Yield every runtime of Lambda on every architecture, without previews."""
    for runtime in RUNTIMES.values():
        for architecture in ARCHITECTURES.values():
            yield lambda_platform(runtime, architecture)


def maintained_platforms() -> tuple[Platform, ...]:
    """Return every runtime that was not deprecated when the facts were read, on every architecture.

    The facts' date and not today's: the same lock gives the same BUILD file next year.
    """
    return tuple(
        platform
        for platform in lambda_platforms()
        if platform.runtime is not None and (platform.runtime.deprecated or "") > READ_ON
    )


def parse_name(text: str, accept_newer: bool = False) -> Platform:
    """Return the platform that a command line names.

    Args:
        text: Such as `python3.13-arm64`.
        accept_newer: As `find_runtime` has it.

    Raises:
        PleasingError: It is none that Lambda has, or the table of facts is older than its runtime.
    """
    match = _NAME.fullmatch(text)
    runtime = find_runtime(match[1], accept_newer) if match else None
    architecture = ARCHITECTURES.get(match[2]) if match else None
    if runtime is None or architecture is None:
        raise PleasingError(
            f"platform {text!r} is unknown; expected RUNTIME-ARCHITECTURE with a runtime of "
            f"{', '.join(RUNTIMES)} and an architecture of {', '.join(ARCHITECTURES)}"
        )
    return lambda_platform(runtime, architecture)


def parse_platform(arch: str, accept_newer: bool = False) -> Platform:
    """Return the platform of an arch.

    Args:
        arch: Such as `lambda313arm64`; `lambdaarm64` for the runtime with the version of the interpreter
            that runs this; or `host`.
        accept_newer: As `find_runtime` has it.

    Raises:
        PleasingError: It is none that Lambda has, or the table of facts is older than its runtime.
    """
    here = (sys.version_info[0], sys.version_info[1])
    if arch == HOST:
        return Platform(here, HOST, None, None)
    # Where the rule does not say, the runtime is the one with the version of the interpreter that runs the tools.
    named = {f"lambda{machine}": f"lambda{here[0]}{here[1]}{machine}" for machine in _MACHINES}
    match = _ARCH.fullmatch(named.get(arch, arch))
    runtime = find_runtime(f"python3.{match['minor']}", accept_newer) if match else None
    if match is None or runtime is None:
        raise PleasingError(
            f"{arch!r} is no platform of Lambda's: a function's runtime is one of {', '.join(RUNTIMES)}, and its "
            f"architecture one of {', '.join(ARCHITECTURES)}; mend them in its rule or in the plugin's settings"
        )
    return lambda_platform(runtime, _MACHINES[match["machine"]])
