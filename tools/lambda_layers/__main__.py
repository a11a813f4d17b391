"""Runs lambda_layers from a checkout: `python3 -m tools.lambda_layers`."""

import sys

from tools.lambda_layers.cli import main

sys.exit(main())
