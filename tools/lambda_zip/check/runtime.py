"""Runtime: the runtime and architecture that a zip is for."""

from __future__ import annotations

from typing import NamedTuple, Optional

from tools.aws.facts import ARCHITECTURES, RUNTIMES, Architecture, Runtime, runtime_of_python
from tools.aws.runtime import caveat, deprecation, find_runtime
from tools.errors import PleasingError
from tools.lambda_zip.warning import BuildWarning, WarningKind


class RuntimeChoice(NamedTuple):
    """The runtime and architecture that a zip is for, and warnings about them."""

    runtime: Runtime
    architecture: Architecture
    warnings: list[BuildWarning]


def choose_runtime(
    runtime: Optional[str],
    architecture: Optional[str],
    built_with: Optional[tuple[int, int]],
    *,
    today: str,
    accept_newer: bool = False,
) -> RuntimeChoice:
    """Choose the runtime and architecture, and check what was asked for.

    Args:
        runtime: As AWS spells it; None for the version of the interpreter that the PEX was built with.
        architecture: As AWS spells it; None for the host's.
        built_with: Major and minor version that the PEX was built with, where known.
        today: ISO date, which a deprecated runtime is told by.
        accept_newer: Whether a runtime is accepted that is newer than the table of facts.

    Raises:
        PleasingError: One is unknown, or cannot be told from the PEX.
    """
    problems: list[str] = []
    chosen = _runtime(runtime, built_with, problems, accept_newer)
    machine = _architecture(architecture, problems)
    if problems or chosen is None or machine is None:
        raise PleasingError(problems)
    warnings = []
    deprecated = deprecation(chosen, today)
    if deprecated:
        warnings.append(BuildWarning(WarningKind.DEPRECATED_RUNTIME, deprecated))
    unsure = caveat(chosen)
    if unsure:
        warnings.append(BuildWarning(WarningKind.RUNTIME, unsure))
    return RuntimeChoice(chosen, machine, warnings)


def _runtime(
    runtime: Optional[str],
    built_with: Optional[tuple[int, int]],
    problems: list[str],
    accept_newer: bool,
) -> Optional[Runtime]:
    known = ", ".join(RUNTIMES)
    if runtime:
        try:
            found = find_runtime(runtime, accept_newer)
        except PleasingError as error:
            problems.extend(error.problems)
            return None
        if found is None:
            problems.append(
                f"runtime {runtime!r} is not one that Lambda has; known are {known}{_guess(runtime)}"
            )
        return found
    if built_with is None:
        problems.append(
            f"the PEX does not tell which Python it was built with; {_to_set()}, or another of {known}"
        )
        return None
    found = runtime_of_python(built_with)
    if found is None:
        problems.append(
            f"the PEX was built with Python {built_with[0]}.{built_with[1]}, and Lambda has no such "
            f"runtime; {_to_set()}, or another of {known}"
        )
    return found


def _to_set() -> str:
    """Return what to write where the runtime was left to the interpreter that the PEX happened to be built with."""
    newest = max(RUNTIMES.values(), key=lambda known: known.python)
    return (
        f'set runtime = "{newest.name}" in its rule, or Runtime = {newest.name} under [Plugin "awslambda"] '
        "for all functions"
    )


def _guess(runtime: str) -> str:
    import difflib

    close = difflib.get_close_matches(runtime.lower(), RUNTIMES, n=1)
    return f" (did you mean {close[0]}?)" if close else ""


def _architecture(architecture: Optional[str], problems: list[str]) -> Optional[Architecture]:
    if architecture:
        found = ARCHITECTURES.get(architecture)
        if found is None:
            problems.append(
                f"architecture {architecture!r} is not one that Lambda has; known are "
                f"{', '.join(ARCHITECTURES)}"
            )
        return found
    import platform

    host = platform.machine().lower()
    for known in ARCHITECTURES.values():
        if host in (known.name, known.machine, known.please):
            return known
    problems.append(
        f"this machine's architecture {host!r} is none of Lambda's; pass architecture, one of "
        f"{', '.join(ARCHITECTURES)}"
    )
    return None
