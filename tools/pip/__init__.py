"""pip, run as its user has configured it: whatever the tools want of an index goes through it."""
