"""What was done to a wheel's files where it was unpacked, so that whoever packs them need not do it again.

Each file is noted with its CRC-32 and its compressed size, which a zip's directory has too: a file that is not the
one that was treated is treated again. As with native files, that keeps out mistakes, and not somebody who wants to be
let in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple, Optional

from tools.errors import PleasingError
from tools.wheel_notes import TREATMENT_FILE

# In place of the encoder, at level 0: the files have the compressed bytes that their wheel has.
WHEELS_OWN = "wheel"

_FORMATS = "pleasing-treatment-"
_FORMAT = f"{_FORMATS}1"


class Treatment(NamedTuple):
    """What was done to the files of a distribution.

    Attributes:
        encoder: What deflated them, with its version: `tools.archive.encoder.NAME`; or `WHEELS_OWN`.
        level: The encoder's.
        files: Path below the folder that the wheel was unpacked to -> CRC-32 of the file, and its compressed size.
    """

    encoder: str
    level: int
    files: Mapping[str, tuple[int, int]]


def dump_treatment(treatment: Treatment) -> bytes:
    """Return a note as `load_treatment` reads it: sorted, the same bytes for the same treatment.

    Args:
        treatment: What was done.
    """
    document = {"format": _FORMAT, **treatment._asdict()}
    return (json.dumps(document, sort_keys=True, separators=(",", ":")) + "\n").encode()


def load_treatment(data: bytes, where: str = TREATMENT_FILE) -> Optional[Treatment]:
    """Return what was done; None for a file of another's that happens to have the note's name.

    Args:
        data: A file's bytes.
        where: The file, for messages.

    Raises:
        PleasingError: It is a note, and cannot be read.
    """
    try:
        document = json.loads(data)
        format_name = document.pop("format")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    if not isinstance(format_name, str) or not format_name.startswith(_FORMATS):
        return None
    try:
        if format_name != _FORMAT:
            raise ValueError(f"its format is {format_name!r}, not {_FORMAT!r}")
        files = {path: (int(crc), int(compressed)) for path, (crc, compressed) in document["files"].items()}
        return Treatment(str(document["encoder"]), int(document["level"]), files)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PleasingError(
            f"{where} is a note of lambda_wheel, and cannot be read ({error or type(error).__name__}); build the "
            "distribution's python_requirement anew, and do not write such files by other means"
        ) from error
