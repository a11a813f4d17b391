"""Proposes the layers that upload the fewest bytes."""
