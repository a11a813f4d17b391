"""Deciding which files of a PEX go into the zip, and under which names."""
