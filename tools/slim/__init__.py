"""Slimming: which files of a distribution no running function reads."""
