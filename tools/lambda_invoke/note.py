"""Note: what a run could not do as Lambda does."""

from __future__ import annotations

from tools.aws.execution import INIT_SECONDS
from tools.lambda_invoke.runtime_api import Happened
from tools.lambda_invoke.sandbox import SHARED_PROCESSES

INIT_NOTE = f"init took longer than {INIT_SECONDS} seconds, and was tried once more, as in Lambda"
CLIENT_NOTE = "awslambdaric's native client does not load here; one in Python stands in for it"


def is_stand_in(happened: Happened) -> bool:
    """Return whether it is the stand-in for awslambdaric's native client that asks for an event.

    Args:
        happened: Its request.
    """
    return "stand-in" in (happened.facts or {}).get("agent", "")


def isolation_note(isolation: str, said: str) -> str:
    """Return the note on a function that is separated less than asked.

    Args:
        isolation: How far it is separated.
        said: What the system said to more.
    """
    if isolation == SHARED_PROCESSES:
        return f"the function sees this machine's processes, as it cannot have ids of its own here ({said})"
    return (
        f"the function is not separated from this machine's files and network, as that takes user namespaces ({said}): "
        "it can read files outside of its zip, write where you can, and use the network; its /tmp is the machine's, "
        "and has no size"
    )
