"""Event: what an invocation is made with, from wherever the user has it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tools.aws.execution import MAX_REQUEST
from tools.errors import PleasingError
from tools.lambda_invoke.samples import NAMES, sample


def read_event(source: str) -> bytes:
    """Return an event.

    Args:
        source: A file, `-` for standard input, or the name of a sample.

    Raises:
        PleasingError: It cannot be read, is not JSON, or is larger than Lambda takes.
    """
    if source == "-":
        data, where = sys.stdin.buffer.read(), "standard input"
    elif source in NAMES:
        data, where = sample(source), source
    else:
        where = source
        try:
            data = Path(source).read_bytes()
        except OSError as error:
            raise PleasingError(
                f"the event cannot be read: {source}: {error.strerror}. --event takes a file, - for standard "
                f"input, or a sample by name: {', '.join(NAMES)}"
            ) from error
    return checked_event(data, where)


def checked_event(data: bytes, where: str) -> bytes:
    """Return an event's bytes, once they are known to be one.

    Args:
        data: The bytes.
        where: How messages call their source.

    Raises:
        PleasingError: They are not JSON, or more than Lambda takes.
    """
    if len(data) > MAX_REQUEST:
        raise PleasingError(
            f"the event of {where} has {len(data):,} bytes; Lambda takes at most {MAX_REQUEST:,}"
        )
    try:
        json.loads(data)
    except ValueError as error:
        raise PleasingError(f"the event of {where} is not JSON: {error}") from error
    return data
