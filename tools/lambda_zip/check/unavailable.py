"""Whether every distribution of a PEX could be had for the function's platform."""

from __future__ import annotations

from collections.abc import Sequence

from tools.errors import PleasingError
from tools.lambda_zip.read.pex import Area, Part
from tools.wheel_notes.unavailable import FOLDER, parse_unavailable


def check_unavailable(parts: Sequence[Part]) -> None:
    """Check that every distribution of a PEX could be had for its platform.

    Args:
        parts: The files of the PEX.

    Raises:
        PleasingError: Some could not; all of them at once.
    """
    notes = [
        part
        for part in parts
        if part.area is Area.THIRD_PARTY
        and part.path.startswith(FOLDER + "/")
        and part.path.endswith(".json")
    ]
    problems = []
    for part in notes:
        try:
            problems.append(parse_unavailable(part.member.read(), part.path).text)
        except PleasingError as error:
            problems.extend(error.problems)
    if problems:
        raise PleasingError(sorted(problems))
