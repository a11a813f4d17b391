"""Turns a PEX into the zip that AWS Lambda runs."""
