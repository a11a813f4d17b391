"""Runs lambda_zip: `python3 -m tools.lambda_zip`."""

import sys

from tools.lambda_zip.cli import main

if __name__ == "__main__":
    sys.exit(main())
