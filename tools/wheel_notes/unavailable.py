"""Unavailable: a distribution that has nothing for the function's platform, as lambda_wheel notes it in the PEX.

Each distribution is fetched by an action of its own. Because it leaves a note instead of failing, lambda_zip can tell
of all the unavailable distributions of a function at once.
"""

from __future__ import annotations

from typing import NamedTuple

from tools.errors import PleasingError

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
        """Return it as `parse_unavailable` reads it, without secrets: Please keeps it in its cache."""
        import json

        from tools.scrub import scrub

        values = self._replace(text=scrub(self.text))._asdict()
        return (json.dumps({"format": _FORMAT, **values}, sort_keys=True) + "\n").encode()


def is_note(data: bytes) -> bool:
    """Return whether bytes begin as a note does, and not as a wheel.

    Args:
        data: A file's first bytes.
    """
    return data.startswith(b'{"')


def parse_unavailable(data: bytes, where: str) -> Unavailable:
    """Return what `Unavailable.to_json` wrote.

    Args:
        data: A file's bytes.
        where: The file, for messages.

    Raises:
        PleasingError: The bytes are no such note: without it, nobody would know what a function lacks.
    """
    import json

    try:
        values = json.loads(data)
        if values["format"] != _FORMAT:
            raise ValueError(f"its format is {values['format']!r}, not {_FORMAT!r}")
        fields = [values[key] for key in Unavailable._fields]
        if not all(isinstance(field, str) for field in fields):
            raise ValueError("a field of it is not a text")
        return Unavailable(*fields)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        why = f"it has no {error}" if isinstance(error, KeyError) else str(error)
        raise PleasingError(
            f"{where} is to be the note of a distribution that is unavailable, and cannot be read: {why}; build its "
            "python_requirement anew, and do not write such files by other means"
        ) from error
