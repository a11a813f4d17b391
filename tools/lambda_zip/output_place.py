"""Where outputs may be: never in the place of what they are made of."""

from __future__ import annotations

import os
from pathlib import Path

from tools.errors import PleasingError


def check_output(pex: Path, output: Path) -> None:
    """Check that an output would not be the PEX itself, or in it where it is a folder.

    It is asked before anything is opened, as a run that fails removes what has the outputs' names.

    Args:
        pex: The PEX.
        output: The output.

    Raises:
        PleasingError: It would be.
    """
    real, place = os.path.realpath(pex), os.path.realpath(output)
    if place == real or place.startswith(real + os.sep):
        raise PleasingError(f"{output} is the PEX itself, or in it; name another output")
