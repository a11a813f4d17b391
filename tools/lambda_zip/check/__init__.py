"""Checks of what goes into the zip, before it exists."""
