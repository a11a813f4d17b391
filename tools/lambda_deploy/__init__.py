"""Deploys the zip of a function: to a function of Lambda that is there already."""
