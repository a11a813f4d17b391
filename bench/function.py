"""Function: what is packed. The repository's own examples, and the versions that all packagers install."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from bench.place import ROOT


class Function(NamedTuple):
    """One Lambda function.

    Attributes:
        name: Its name, which is also its module's.
        source: The file with its handler.
        direct: Distributions that it imports.
        pins: All that it needs, `NAME==VERSION`; each is in the wheelhouse.
    """

    name: str
    source: Path
    direct: tuple[str, ...]
    pins: tuple[str, ...]

    def edited(self, number: int) -> str:
        """Return the source after an edit of one line.

        Args:
            number: Which edit; each gives another text.
        """
        return self.source.read_text("utf-8") + f"\n_EDIT = {number}\n"

    def requirements(self) -> str:
        """Return the pins as a requirements file."""
        return "".join(f"{pin}\n" for pin in self.pins)


# The last versions with wheels for the glibc of every Lambda runtime, so that the platform gate passes them.
PLOT = Function(
    "plot",
    ROOT / "examples" / "plot" / "plot.py",
    ("matplotlib", "pandas"),
    (
        "contourpy==1.3.2",
        "cycler==0.12.1",
        "fonttools==4.60.1",
        "kiwisolver==1.4.8",
        "matplotlib==3.10.3",
        "numpy==2.2.6",
        "packaging==25.0",
        "pandas==2.3.2",
        "pillow==11.3.0",
        "pyparsing==3.2.5",
        "python-dateutil==2.9.0.post0",
        "pytz==2025.2",
        "six==1.17.0",
        "tzdata==2025.2",
    ),
)
ECHO = Function("echo", ROOT / "examples" / "echo" / "echo.py", ("msgspec",), ("msgspec==0.20.0",))
FUNCTIONS = (PLOT, ECHO)
