"""The embedded engine: builds this project's BUILD files on a machine without Please."""
