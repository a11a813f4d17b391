"""The tools behind the rules; each folder is one command."""
