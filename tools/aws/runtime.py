"""A runtime by its name: one that AWS has, a preview, or one that is newer than the table of facts."""

from __future__ import annotations

import re
from typing import Optional

from tools.aws.facts import PREVIEW_RUNTIMES, READ_ON, RUNTIMES, Runtime
from tools.errors import PleasingError

# The setting of the plugin that lets a runtime through which the table does not have.
ACCEPT_SETTING = "AcceptNewerRuntimes"

_NAME = re.compile(r"python3\.(0|[1-9]\d?)")


def find_runtime(name: str, accept_newer: bool = False) -> Optional[Runtime]:
    """Return a runtime, or None where Lambda has none of that name.

    Args:
        name: As AWS spells it.
        accept_newer: Whether a `python3.N` that is newer than all that are known is taken, as if it had the
            newest known system.

    Raises:
        PleasingError: The table of facts is older than it, and it is not to be accepted.
    """
    known = RUNTIMES.get(name) or PREVIEW_RUNTIMES.get(name)
    if known is not None:
        return known
    newest = max((*RUNTIMES.values(), *PREVIEW_RUNTIMES.values()), key=lambda known: known.python)
    match = _NAME.fullmatch(name)
    if match is None or int(match[1]) <= newest.python[1]:
        return None
    if not accept_newer:
        raise PleasingError(
            f"runtime {name!r} is not known to this version of awslambda, whose facts are of {READ_ON}; take a "
            f'newer version, or set {ACCEPT_SETTING} = true under [Plugin "awslambda"] to build for it as if it had '
            f"the system of {newest.name} ({newest.system}, glibc {newest.glibc[0]}.{newest.glibc[1]})"
        )
    return newest._replace(name=name, python=(3, int(match[1])), deprecated=None)


def caveat(runtime: Runtime) -> Optional[str]:
    """Return a warning for a runtime that AWS only previews or that the facts do not have; None for any other.

    Args:
        runtime: The runtime.
    """
    if runtime.name in RUNTIMES:
        return None
    state = (
        "is a preview" if runtime.name in PREVIEW_RUNTIMES else "is not known to this version of awslambda"
    )
    return (
        f"{runtime.name} {state}: its system was not documented on {READ_ON}, and {runtime.system} with glibc "
        f"{runtime.glibc[0]}.{runtime.glibc[1]} is assumed; try the function before you rely on it"
    )


def deprecation(runtime: Runtime, today: str) -> Optional[str]:
    """Return a warning for a runtime that AWS no longer maintains; None for any other.

    Args:
        runtime: The runtime.
        today: ISO date.
    """
    if runtime.deprecated is None or runtime.deprecated > today:
        return None
    newest = max(RUNTIMES.values(), key=lambda known: known.python)
    text = f"{runtime.name} is deprecated by AWS since {runtime.deprecated}"
    if runtime.create_blocked and runtime.update_blocked:
        text += f" (functions cannot be created from {runtime.create_blocked}"
        text += f", nor updated from {runtime.update_blocked})"
    return f"{text}; move to a newer one, such as {newest.name}"
