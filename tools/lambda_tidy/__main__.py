"""The command: `python3 -m tools.lambda_tidy`, also as a zip application."""

from __future__ import annotations

import sys

from tools.lambda_tidy.cli import main

if __name__ == "__main__":
    sys.exit(main())
