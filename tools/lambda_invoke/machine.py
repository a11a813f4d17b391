"""Machine: whether this one can run a function."""

from __future__ import annotations

import platform
import zipfile

from tools.errors import PleasingError
from tools.lambda_invoke.function import Function

# As `uname -m` has them on systems that call them otherwise than Linux does.
_ALIASES = {"arm64": "aarch64", "amd64": "x86_64", "AMD64": "x86_64"}


class OtherMachineError(PleasingError):
    """The function is for another machine than this."""


def here() -> str:
    """Return what this machine is, as wheels' platform tags have it on Linux."""
    machine = platform.machine()
    return _ALIASES.get(machine, machine)


def check_machine(function: Function) -> None:
    """Check that this machine is one that a function is for.

    Args:
        function: The function.

    Raises:
        OtherMachineError: It is not.
    """
    if here() != function.architecture.machine:
        raise OtherMachineError(
            f"the function is for {function.architecture.name}, and this machine is {here()}; "
            "run it on one that is, or build it for this one (architecture = ...)"
        )
    system = platform.system()
    if system == "Linux":
        return
    with zipfile.ZipFile(function.zip) as archive:
        native = next((name for name in archive.namelist() if name.endswith(".so") or ".so." in name), None)
    if native:
        raise OtherMachineError(
            f"the function has native code for Linux ({native}), and this machine's system is {system}; "
            "run it on Linux"
        )
