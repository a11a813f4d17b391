"""Wheels for a platform: chosen, fetched, verified or built, and unpacked for a PEX."""
