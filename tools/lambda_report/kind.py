"""Kind: what a file of a zip is, by its name."""

from __future__ import annotations

import re

PYTHON = "Python sources"
BYTECODE = "bytecode"
NATIVE = "native code"
STUBS = "type stubs"
SOURCES = "C and Cython sources"
METADATA = "metadata"
TESTS = "tests"
DATA = "data"

# In the order in which they are shown.
KINDS = (PYTHON, BYTECODE, NATIVE, DATA, METADATA, TESTS, STUBS, SOURCES)

# The first that fits.
_RULES = (
    (METADATA, re.compile(r"(?:^|/)[^/]+\.(?:dist|egg)-info/")),
    (TESTS, re.compile(r"(?:^|/)tests?/")),
    (NATIVE, re.compile(r"\.so(?:\.[0-9]+)*$|\.node$")),
    (BYTECODE, re.compile(r"\.pyc$")),
    (STUBS, re.compile(r"\.pyi$|(?:^|/)py\.typed$")),
    (PYTHON, re.compile(r"\.py$")),
    (SOURCES, re.compile(r"\.(?:c|cc|cpp|h|hpp|pyx|pxd|pxi|f|f90|a|lib)$")),
)


def kind_of(name: str) -> str:
    """Return the kind of a file.

    Args:
        name: Its name in the zip.
    """
    return next((kind for kind, regex in _RULES if regex.search(name)), DATA)
