"""Runs the embedded engine: `python3 -m tools.embedded_please`, or this folder as a program."""

import sys
from pathlib import Path

if not __package__:
    # As pleasew starts it, without `site`: this project is on the path, and no other package.
    sys.path[0] = str(Path(__file__).resolve().parent.parent.parent)

from tools.embedded_please.cli import main

if __name__ == "__main__":
    sys.exit(main())
