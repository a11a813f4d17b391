"""Rule: a reason for which slimming leaves files out, and the levels at which it does."""

from __future__ import annotations

import enum


class Rule(enum.Enum):
    """A reason for which slimming leaves files out. The values are what the manifest and listings show."""

    TESTS = "tests"
    STUBS = "type stubs"
    SOURCES = "sources and headers of native code"
    LIBRARIES = "static libraries"
    BUILD = "build files"
    DOCUMENTS = "documentation"
    LOCKS = "lock files"
    LICENCES = "licences"
    EXAMPLES = "examples and benchmarks"
    BILLS = "bills of materials"
    MAPS = "source maps"


class Level(enum.Enum):
    """How much slimming leaves out, as `slim` spells it."""

    NONE = "none"
    SAFE = "safe"
    MORE = "more"


SAFE = frozenset(
    {Rule.TESTS, Rule.STUBS, Rule.SOURCES, Rule.LIBRARIES, Rule.BUILD, Rule.DOCUMENTS, Rule.LOCKS}
)
MORE = SAFE | {Rule.EXAMPLES, Rule.BILLS, Rule.MAPS}


def rules_of(level: Level, licences: bool) -> frozenset[Rule]:
    """Return the rules that hold at a level.

    Args:
        level: The level.
        licences: Whether licences are left out too, at any level but `none`.
    """
    if level is Level.NONE:
        return frozenset()
    rules = SAFE if level is Level.SAFE else MORE
    return rules | {Rule.LICENCES} if licences else rules
