"""Reading a PEX: its files, whose they are, and the Python that it was built with."""
