"""Verify: inflates every member of an input, on all cores, and checks it against what is declared."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Optional

from tools.archive.member import Member
from tools.errors import PleasingError

_SHOWN = 20


def verify_members(members: Sequence[Member]) -> None:
    """Check length and CRC-32 of what each member inflates to.

    Threads do, as zlib lets go of the interpreter's lock; memory stays bounded, as pieces do.

    Args:
        members: The members.

    Raises:
        PleasingError: Some are damaged; all of them at once.
    """
    # Neighbours in one batch, so that a thread has something to do between two hand-overs.
    count = os.cpu_count() or 1
    batches = [members[start : start + 64] for start in range(0, len(members), 64)]
    with ThreadPoolExecutor(count) as pool:
        problems = [problem for found in pool.map(_problems, batches) for problem in found]
    if problems:
        more = len(problems) - _SHOWN
        raise PleasingError(problems[:_SHOWN] + ([f"and {more} more damaged members"] if more > 0 else []))


def _problems(members: Sequence[Member]) -> list[str]:
    return [problem for member in members if (problem := _problem(member))]


def _problem(member: Member) -> Optional[str]:
    try:
        for _ in member.source.chunks(member):
            pass
    except PleasingError as error:
        return str(error)
    return None
