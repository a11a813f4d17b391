"""List change: what becomes of one list of a BUILD file's call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class ListChange(NamedTuple):
    """What becomes of one list.

    Attributes:
        argument: The argument that is the list.
        add: Texts that it is to have.
        remove: Texts that it is to lose.
    """

    argument: str
    add: Sequence[str]
    remove: Sequence[str]
