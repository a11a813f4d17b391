"""A zip archive or a folder, read strictly, and a zip archive, written reproducibly."""
