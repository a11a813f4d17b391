"""Packagers: ways from a function's source to its zip, this project's and others'."""
