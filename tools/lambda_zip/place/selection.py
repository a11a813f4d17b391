"""Selection: what goes into a zip and what does not, before anything is written."""

from __future__ import annotations

from types import TracebackType
from typing import NamedTuple, Optional

from tools.lambda_zip.place.layout import LeftOut, Placed, Reason
from tools.lambda_zip.read.pex import Pex
from tools.lambda_zip.warning import BuildWarning


class Selection(NamedTuple):
    """What goes into the zip and what does not, before anything is written.

    It holds the PEX open; use it in a `with` statement.

    Attributes:
        pex: The PEX.
        placed: What goes into the zip, sorted by name.
        left_out: What does not.
        warnings: What its user is told.
        stripped: How many native files were stripped, and the bytes that this took off them.
    """

    pex: Pex
    placed: list[Placed]
    left_out: list[LeftOut]
    warnings: list[BuildWarning]
    stripped: tuple[int, int] = (0, 0)

    def __enter__(self) -> Selection:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.pex.close()

    def left_out_for(self, reason: Reason) -> list[LeftOut]:
        """Return what stays out for one reason.

        Args:
            reason: The reason.
        """
        return [item for item in self.left_out if item.reason is reason]
