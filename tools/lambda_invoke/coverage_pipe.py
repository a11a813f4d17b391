"""Coverage pipe: where a function tells, when it ends, which of its lines ran."""

from __future__ import annotations

import json
import os

# Lines that ran, and all lines that can, a name in the zip.
Lines = dict[str, tuple[set[int], set[int]]]


class CoveragePipe:
    """The pipe.

    Attributes:
        write: The end that the function writes to.
    """

    def __init__(self) -> None:
        self._read, self.write = os.pipe()

    def passed(self) -> None:
        """Close this process's copy of the writing end, which the function has now."""
        os.close(self.write)

    def take_into(self, lines: Lines) -> None:
        """Add what the function told, once it has ended; nothing, where it was killed. The pipe is closed.

        Args:
            lines: What to add to.
        """
        with os.fdopen(self._read, "rb") as stream:
            written = stream.read()
        for name, (statements, missing) in (json.loads(written) if written else {}).items():
            ran, known = lines.setdefault(name, (set(), set()))
            known.update(statements)
            ran.update(set(statements) - set(missing))
