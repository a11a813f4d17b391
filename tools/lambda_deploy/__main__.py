"""Runs lambda_deploy from a checkout: `python3 -m tools.lambda_deploy`."""

import sys

from tools.lambda_deploy.cli import main

sys.exit(main())
