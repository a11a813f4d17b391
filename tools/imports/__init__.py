"""What a module imports, read from its source; where an import leads; what the standard library has."""
