"""A requirement: one version of one distribution, as a lock file or a rule pins it."""
