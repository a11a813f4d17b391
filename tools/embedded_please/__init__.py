"""The embedded engine builds BUILD files without Please; what is wrong with them is a PleasingError."""
