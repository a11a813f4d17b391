"""What runs beside the function: the supervisor, and what it gives to the function's interpreter.

Nothing here imports what is outside of this package but the standard library.
"""
