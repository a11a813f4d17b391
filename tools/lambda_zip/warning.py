"""Warnings: what a build tells its user without failing."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import NamedTuple


class WarningKind(enum.Enum):
    """What a warning is about. The values are the names in the manifest's documentation."""

    COLLISION = "collision"
    DEPRECATED_RUNTIME = "deprecated runtime"
    EDGE = "edge"
    HANDLER = "handler"
    IMPORT = "import"
    NATIVE_CODE = "native code"
    RUNTIME = "runtime"
    SPELLING = "spelling"
    UNUSED_PATTERN = "unused pattern"

    @property
    def depends_on_date(self) -> bool:
        """Whether the same inputs may give the warning on one day and not on another."""
        return self is WarningKind.DEPRECATED_RUNTIME


class BuildWarning(NamedTuple):
    """A warning.

    Attributes:
        kind: What it is about.
        text: The message.
    """

    kind: WarningKind
    text: str

    def __str__(self) -> str:
        return self.text


def lasting_texts(warnings: Iterable[BuildWarning]) -> list[str]:
    """Return the texts of warnings for a manifest, which the same inputs give alike on any day.

    Args:
        warnings: The warnings.
    """
    return [warning.text for warning in warnings if not warning.kind.depends_on_date]
