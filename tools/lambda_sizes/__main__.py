"""`python3 -m tools.lambda_sizes`."""

import sys

from tools.lambda_sizes.cli import main

sys.exit(main())
