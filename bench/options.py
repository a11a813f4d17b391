"""Options: how much is measured."""

from __future__ import annotations

from typing import NamedTuple


class Options(NamedTuple):
    """How much is measured.

    Attributes:
        runs: How often each measurement is repeated.
        functions: Functions of the part `monorepo`.
        largest: Size of the largest PEX of the part `growth`, in GB (1e9 bytes).
        most_members: Members of the longest PEX of the part `growth`.
        note: What a reader of the numbers should know of the machine, such as that it was shared.
    """

    runs: int
    functions: int
    largest: float
    most_members: int
    note: str
