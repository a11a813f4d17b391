"""Runs lambda_invoke: `python3 -m tools.lambda_invoke`."""

import sys

from tools.lambda_invoke.cli import main

if __name__ == "__main__":
    sys.exit(main())
