"""Builders of what the tests read: PEXes of every kind, and raw zips that can lie about anything."""
