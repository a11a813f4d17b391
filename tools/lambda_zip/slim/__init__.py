"""Slim: what a function's rule leaves out besides `exclude`: files, distributions, and data of services."""
