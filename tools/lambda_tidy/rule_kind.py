"""Rule kind: what the targets of each rule are to imports."""

from __future__ import annotations

import enum


class Kind(enum.Enum):
    """What a rule's targets are."""

    LIBRARY = "a library: its sources can be imported"
    FUNCTION = "a function: its sources can be imported, where no library has them"
    BINARY = "a program: its sources import, and nothing imports them"
    TEST = "a test: its sources import, and nothing imports them"
    DISTRIBUTION = "a distribution"
    OTHER = "anything else: only its outputs can be imported"


KINDS = {
    "python_library": Kind.LIBRARY,
    "python_lambda": Kind.FUNCTION,
    "python_binary": Kind.BINARY,
    "python_test": Kind.TEST,
    "python_requirement": Kind.DISTRIBUTION,
    "pip_library": Kind.DISTRIBUTION,
    "python_wheel": Kind.DISTRIBUTION,
}
# Kinds with deps that are written from imports.
IMPORTING = frozenset({Kind.LIBRARY, Kind.FUNCTION, Kind.BINARY, Kind.TEST})
