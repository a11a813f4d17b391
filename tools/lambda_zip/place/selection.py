"""Selection: what goes into a zip and what does not, before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import NamedTuple, Optional

from tools.lambda_zip.place.layout import LeftOut, Placed, Reason
from tools.lambda_zip.read.layer_zip import LayerZip
from tools.lambda_zip.read.pex import Pex
from tools.lambda_zip.warning import BuildWarning
from tools.wheel_notes import NATIVE_FACTS_FILE


class Selection(NamedTuple):
    """What goes into the zip and what does not, before anything is written.

    It holds the PEX open; use it in a `with` statement.

    Attributes:
        pex: The PEX.
        placed: What goes into the zip, sorted by name.
        left_out: What does not.
        warnings: What its user is told.
        stripped: How many native files were stripped, and the bytes that this took off them.
        layers: The function's layers.
        in_layers: Their files, named as they are found on sys.path.
    """

    pex: Pex
    placed: list[Placed]
    left_out: list[LeftOut]
    warnings: list[BuildWarning]
    stripped: tuple[int, int] = (0, 0)
    layers: Sequence[LayerZip] = ()
    in_layers: Sequence[Placed] = ()

    def __enter__(self) -> Selection:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.pex.close()
        for layer in self.layers:
            layer.close()

    @property
    def importable(self) -> list[Placed]:
        """All files that the function can import: its own, and those of its layers."""
        return [*self.placed, *self.in_layers]

    def check_unchanged(self) -> None:
        """Check that neither the PEX nor a layer has been written to since it was opened.

        Raises:
            PleasingError: One has changed.
        """
        self.pex.check_unchanged()
        for layer in self.layers:
            layer.source.check_unchanged()

    def left_out_for(self, reason: Reason) -> list[LeftOut]:
        """Return what stays out for one reason.

        Args:
            reason: The reason.
        """
        return [item for item in self.left_out if item.reason is reason]

    def native_notes(self, verify: bool) -> list[bytes]:
        """Return what lambda_wheel noted of native files.

        Args:
            verify: Whether nobody's word is taken: a note is worth as much as who wrote it.
        """
        left_out = [] if verify else self.left_out_for(Reason.WHEEL_NOTE)
        return [item.member.read() for item in left_out if item.member.name.endswith(NATIVE_FACTS_FILE)]
