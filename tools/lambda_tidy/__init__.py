"""Writes BUILD files from imports."""
