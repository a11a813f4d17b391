"""Limits: what a function may take while it runs."""

from __future__ import annotations

from typing import NamedTuple, Optional

from tools.aws.execution import MAX_RESPONSE, MAX_STREAMED, MEMORY, TIMEOUT, TMP, Range
from tools.cloudfront.facts import EVENTS
from tools.errors import PleasingError


class Limits(NamedTuple):
    """What a function may take.

    Attributes:
        memory: MB.
        timeout: Seconds an invocation.
        tmp: MB of `/tmp`.
        response: Bytes of a response.
        streamed: Bytes of a streamed response.
    """

    memory: int
    timeout: float
    tmp: int
    response: int
    streamed: int


def limits_of(
    memory: Optional[int], timeout: Optional[float], tmp: Optional[int], edge: Optional[str]
) -> Limits:
    """Return a function's limits: those asked for, and AWS's defaults.

    Args:
        memory: MB.
        timeout: Seconds.
        tmp: MB.
        edge: CloudFront's event that it answers, if any.

    Raises:
        PleasingError: AWS would not take one of them.
    """
    at_edge = EVENTS[edge] if edge else None
    problems = []
    for name, value, known in (("memory", memory, MEMORY), ("timeout", timeout, TIMEOUT), ("tmp", tmp, TMP)):
        # Below a second there is nothing to configure in AWS; a test of a time-out need not wait for one.
        least = 0.001 if known is TIMEOUT else known.least
        if value is not None and not least <= value <= known.most:
            problems.append(_outside(name, value, known))
    if at_edge and timeout is not None and timeout > at_edge.timeout:
        problems.append(f"timeout is {timeout:g} seconds; CloudFront gives {edge} {at_edge.timeout}")
    if at_edge and at_edge.max_memory and memory is not None and memory > at_edge.max_memory:
        problems.append(f"memory is {memory} MB; CloudFront gives {edge} {at_edge.max_memory}")
    if problems:
        raise PleasingError(problems)
    return Limits(
        memory=memory or MEMORY.default,
        timeout=timeout or (at_edge.timeout if at_edge else TIMEOUT.default),
        tmp=tmp or TMP.default,
        response=at_edge.max_response if at_edge else MAX_RESPONSE,
        streamed=MAX_STREAMED,
    )


def _outside(name: str, value: float, known: Range) -> str:
    return (
        f"{name} is {value:g} {known.unit}; AWS takes {known.least} to {known.most:,} {known.unit} "
        f"({known.source})"
    )
