"""Left over: a distribution with nothing for the function's platform, as lambda_wheel noted it in the PEX.

Each is fetched by an action of its own; noted instead of failing, all of a function are told at once, here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Optional

from tools.errors import PleasingError
from tools.lambda_zip.pex import Area, Part

# Folder of the notes, below the one of third-party code.
FOLDER = ".left_over"

_FORMAT = "pleasing-left-over-1"


class LeftOver(NamedTuple):
    """A requirement that no artefact fits.

    Attributes:
        name: The distribution's.
        version: The distribution's.
        arch: As Please spells the platform.
        text: The message, several lines.
    """

    name: str
    version: str
    arch: str
    text: str

    def to_json(self) -> bytes:
        """Returns it as `parse_left_over` reads it."""
        import json

        return (json.dumps({"format": _FORMAT, **self._asdict()}, sort_keys=True) + "\n").encode()


def parse_left_over(data: bytes) -> Optional[LeftOver]:
    """Returns what `LeftOver.to_json` wrote, or None for any other bytes.

    Args:
        data: A file's bytes.
    """
    if not data.startswith(b"{"):
        return None
    import json

    try:
        values = json.loads(data)
        return (
            LeftOver(*(str(values[key]) for key in LeftOver._fields)) if values["format"] == _FORMAT else None
        )
    except (ValueError, KeyError, RecursionError):
        return None


def check_left_over(parts: Sequence[Part]) -> None:
    """Checks that every distribution of a PEX could be had for its platform.

    Args:
        parts: The files of the PEX.

    Raises:
        PleasingError: Some could not; all of them at once.
    """
    notes = [
        part.member.read()
        for part in parts
        if part.area is Area.THIRD_PARTY
        and part.path.startswith(FOLDER + "/")
        and part.path.endswith(".json")
    ]
    problems = sorted(note.text for note in map(parse_left_over, notes) if note is not None)
    if problems:
        raise PleasingError(problems)
