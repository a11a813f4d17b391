"""Shows what all functions of a repository take."""
