"""A platform that a wheel is for: one of Lambda's, or this machine."""

from __future__ import annotations

import functools
import platform
import sys
from collections.abc import Collection, Iterator
from typing import NamedTuple, Optional

from packaging.tags import Tag, compatible_tags, cpython_tags, sys_tags

from tools.aws.facts import ARCHITECTURES, RUNTIMES, Architecture, Runtime
from tools.errors import PleasingError

HOST = "host"

# AWS keeps its runtimes at the newest patch release (dg/runtimes-update), whichever that is.
_PATCH = 99

# The oldest glibc that a wheel for a machine may be tagged with, and the names that some had before PEP 600.
_OLDEST_GLIBC = {"x86_64": 5, "aarch64": 17}
_LEGACY = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}


class Platform(NamedTuple):
    """An interpreter on a machine.

    Attributes:
        arch: As Please has it in `CONFIG.ARCH`, such as `lambda313arm64`; or `host`.
        python: Major and minor version of the interpreter.
        runtime: Lambda's runtime; None for this machine.
        architecture: Lambda's architecture; None for this machine.
    """

    arch: str
    python: tuple[int, int]
    runtime: Optional[Runtime]
    architecture: Optional[Architecture]

    @property
    def title(self) -> str:
        """How messages call it."""
        if self.runtime is None or self.architecture is None:
            return "Python {}.{} on this machine".format(*self.python)
        return f"{self.runtime.name} on {self.architecture.name}"

    @property
    def is_built_here(self) -> bool:
        """Whether what this machine compiles may load there."""
        if self.architecture is None:
            return True
        here = (sys.implementation.name, sys.platform, platform.machine(), sys.version_info[:2])
        return here == ("cpython", "linux", self.architecture.machine, self.python)

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
            return tuple(sys_tags())
        return _lambda_tags(self.python, self.system_platforms)

    def rank(self, tags: Collection[Tag]) -> Optional[int]:
        """Returns how well a wheel fits, the lower the better, or None where it does not.

        Args:
            tags: The wheel's.
        """
        wanted = frozenset(tags)
        return next((rank for rank, tag in enumerate(self.tags) if tag in wanted), None)

    def pip_arguments(self) -> list[str]:
        """Returns what tells pip to choose for this platform; nothing for the one that pip runs on."""
        if self.runtime is None:
            return []
        arguments = ["--implementation", "cp", "--abi", "cp{}{}".format(*self.python)]
        arguments += ["--python-version", "{}.{}.{}".format(*self.python, _PATCH)]
        for name in self.system_platforms:
            arguments += ["--platform", name]
        return arguments

    def marker_variables(self) -> dict[str, str]:
        """Returns what PEP 508's environment markers are here."""
        from packaging.markers import default_environment

        # packaging types the dictionary by its keys; all its values are texts.
        variables = {key: str(value) for key, value in default_environment().items()}
        if self.runtime is not None and self.architecture is not None:
            version = "{}.{}".format(*self.python)
            variables.update(
                implementation_name="cpython",
                implementation_version=f"{version}.{_PATCH}",
                os_name="posix",
                platform_machine=self.architecture.machine,
                platform_python_implementation="CPython",
                platform_release="",
                platform_system="Linux",
                platform_version="",
                python_full_version=f"{version}.{_PATCH}",
                python_version=version,
                sys_platform="linux",
            )
        return variables


def this_machine() -> str:
    """Returns how messages call the interpreter and the machine that this runs on."""
    version = "{}.{}".format(*sys.version_info[:2])
    return f"{platform.python_implementation()} {version} on {platform.machine()} {platform.system()}"


def _manylinux(glibc: tuple[int, int], machine: str) -> Iterator[str]:
    """Yields platform tags from the newest glibc to the oldest, and last the one that promises nothing."""
    for minor in range(glibc[1], _OLDEST_GLIBC[machine] - 1, -1):
        yield f"manylinux_2_{minor}_{machine}"
        if minor in _LEGACY:
            yield f"{_LEGACY[minor]}_{machine}"
    yield f"linux_{machine}"


@functools.cache
def _lambda_tags(python: tuple[int, int], platforms: tuple[str, ...]) -> tuple[Tag, ...]:
    interpreter = "cp{}{}".format(*python)
    return (
        *cpython_tags(python, [interpreter], platforms),
        *compatible_tags(python, interpreter, platforms),
    )


def lambda_platforms() -> Iterator[Platform]:
    """Yields every runtime of Lambda on every architecture."""
    for runtime in RUNTIMES.values():
        for architecture in ARCHITECTURES.values():
            version = "{}{}".format(*runtime.python)
            arch = f"lambda{version}{architecture.name.replace('_', '')}"
            yield Platform(arch, runtime.python, runtime, architecture)


def parse_platform(arch: str) -> Platform:
    """Returns the platform of an arch.

    Args:
        arch: Such as `lambda313arm64`; `lambdaarm64` for the runtime with the version of the interpreter
            that runs this; or `host`.

    Raises:
        PleasingError: It is none that Lambda has.
    """
    if arch == HOST:
        return Platform(HOST, (sys.version_info[0], sys.version_info[1]), None, None)
    known = {known.arch: known for known in lambda_platforms()}
    if arch in {f"lambda{name.replace('_', '')}" for name in ARCHITECTURES}:
        version = "{}{}".format(*sys.version_info[:2])
        arch = arch.replace("lambda", f"lambda{version}")
    if arch not in known:
        raise PleasingError(
            f"{arch!r} is no platform of Lambda's: a function's runtime is one of {', '.join(RUNTIMES)}, and its "
            f"architecture one of {', '.join(ARCHITECTURES)}; mend them in its rule or in the plugin's settings"
        )
    return known[arch]
