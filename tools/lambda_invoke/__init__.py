"""Runs a function's zip as AWS Lambda runs it, with AWS's own runtime interface client and without Docker."""
