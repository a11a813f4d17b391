"""PEP 508's environment: the variables that markers name, for an interpreter that need not be the running one."""

from __future__ import annotations

# A host may have any patch release: the first and the last stand for all. AWS keeps its runtimes at the newest
# one (dg/runtimes-update), whichever that is.
FIRST_PATCH = 0
LAST_PATCH = 99

# The interpreters that run tests on developers' machines and in CI.
HOST_PYTHONS: tuple[tuple[int, int], ...] = ((3, 9), (3, 10), (3, 11), (3, 12), (3, 13), (3, 14))

# System and machine of such hosts, as `sys_platform` and `platform_machine` spell them.
HOST_MACHINES: tuple[tuple[str, str], ...] = (
    ("darwin", "arm64"),
    ("darwin", "x86_64"),
    ("linux", "aarch64"),
    ("linux", "x86_64"),
)

_SYSTEM_NAMES = {"darwin": "Darwin", "linux": "Linux"}


def marker_variables(
    python: tuple[int, int], system: str, machine: str, patch: int = LAST_PATCH
) -> dict[str, str]:
    """Return the variables of PEP 508's environment markers for CPython on a machine.

    Args:
        python: Major and minor version of the interpreter.
        system: As `sys_platform` spells it, `linux` or `darwin`.
        machine: As `platform_machine` spells it, such as `aarch64`.
        patch: The interpreter's patch release.
    """
    version = "{}.{}".format(*python)
    return {
        "implementation_name": "cpython",
        "implementation_version": f"{version}.{patch}",
        "os_name": "posix",
        "platform_machine": machine,
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_system": _SYSTEM_NAMES[system],
        "platform_version": "",
        "python_full_version": f"{version}.{patch}",
        "python_version": version,
        "sys_platform": system,
    }
