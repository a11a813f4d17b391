"""Runs lambda_report from a checkout: `python3 -m tools.lambda_report`."""

import sys

from tools.lambda_report.cli import main

sys.exit(main())
