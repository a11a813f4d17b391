"""The problems of one archive, collected so that the user sees all of them at once."""

from __future__ import annotations

from tools.errors import PleasingError

_SHOWN = 20


class Problems:
    """Problems of many members, of which the first few are shown.

    Args:
        label: What messages call the archive.
    """

    def __init__(self, label: str) -> None:
        self._label = label
        self._first: list[str] = []
        self._count = 0

    def __bool__(self) -> bool:
        return self._count > 0

    def add(self, problem: str) -> None:
        """Add a problem.

        Args:
            problem: What is wrong, without the archive's label.
        """
        self._count += 1
        if self._count <= _SHOWN:
            self._first.append(f"{self._label}: {problem}")

    def error(self) -> PleasingError:
        """Return the error that tells them."""
        more = self._count - len(self._first)
        return PleasingError(
            self._first + ([f"{self._label}: and {more} more problems of this kind"] if more else [])
        )
