"""Unmet: an import of a zip's file that leads nowhere."""

from __future__ import annotations

from typing import NamedTuple

from tools.imports.statement import Import


class Unmet(NamedTuple):
    """An import that leads nowhere.

    Attributes:
        file: The file in the zip that has it.
        found: The import.
        missing: The first part of the module's name that is not there; empty where the module is, and has no such
            name.
    """

    file: str
    found: Import
    missing: str
