"""The root of all errors that a user can cause."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Union


class PleasingError(Exception):
    """A problem with the user's input, worded for the user.

    Every problem that was found in one input is collected and shown at once. Each problem is a complete
    message: what was found, what was expected, in which file, and what to do next. It may span lines.

    Args:
        problems: The problem, or the problems in the order in which they are shown. At least one.
    """

    def __init__(self, problems: Union[str, Sequence[str]]) -> None:
        self.problems: tuple[str, ...] = (problems,) if isinstance(problems, str) else tuple(problems)
        if not self.problems:
            raise ValueError("an error needs at least one problem")
        super().__init__("\n".join(self.problems))

    def render(self, where: str) -> str:
        """Return the problems as they are printed, each led by where it was found.

        Args:
            where: The target or the file that the problems are about, such as `//svc:lambda`.
        """
        return "\n".join(f"{where}: error: {problem}" for problem in self.problems)


@contextlib.contextmanager
def collecting(problems: list[str]) -> Iterator[None]:
    """Let the next check run as well when one fails.

    Args:
        problems: What the problems are added to.
    """
    try:
        yield
    except PleasingError as error:
        problems.extend(error.problems)
