"""The longer run: mutated PEXes, for as long as asked. `python3 -m tests.fuzz --minutes 60`."""
