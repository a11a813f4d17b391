"""Run lambda_wheel from a checkout: `python3 -m tools.lambda_wheel`."""

import sys

from tools.lambda_wheel.cli import main

sys.exit(main())
