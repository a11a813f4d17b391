"""Runs the embedded engine: as a module, or by this file's path as pleasew does."""

import signal
import sys
from pathlib import Path

if signal.getsignal(signal.SIGINT) != signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # no traceback of what is being imported
if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parent.parent.parent)

from tools.embedded_please.cli import main

sys.exit(main())
