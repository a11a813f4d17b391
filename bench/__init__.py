"""Benchmarks: this project beside others, on the same work. Run by `python3 -m bench`."""
