"""Builds the tools of this repository."""
