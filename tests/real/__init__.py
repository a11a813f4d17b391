"""Real distributions of the Python package index, packed and imported. `python3 -m tests.real [--all | NAME...]`."""
