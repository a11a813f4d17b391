"""Shows what is in a function's zip, what was left out of it, and what has changed."""
