"""Unavailable: a distribution that has nothing for the function's platform, as lambda_wheel notes it in the PEX.

Each distribution is fetched by an action of its own. Because it leaves a note instead of failing, lambda_zip can tell
of all the unavailable distributions of a function at once.
"""

from __future__ import annotations

from typing import NamedTuple, Optional

# Folder of the notes, below the one of third-party code.
FOLDER = ".unavailable"

_FORMAT = "pleasing-unavailable-1"


class Unavailable(NamedTuple):
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
        """Returns it as `parse_unavailable` reads it."""
        import json

        return (json.dumps({"format": _FORMAT, **self._asdict()}, sort_keys=True) + "\n").encode()


def parse_unavailable(data: bytes) -> Optional[Unavailable]:
    """Returns what `Unavailable.to_json` wrote, or None for any other bytes.

    Args:
        data: A file's bytes.
    """
    if not data.startswith(b"{"):
        return None
    import json

    try:
        values = json.loads(data)
        return (
            Unavailable(*(str(values[key]) for key in Unavailable._fields))
            if values["format"] == _FORMAT
            else None
        )
    except (ValueError, KeyError, RecursionError):
        return None
