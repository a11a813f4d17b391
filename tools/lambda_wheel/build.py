"""The ways in which a wheel is built from an sdist, and what they have in common."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import NamedTuple

from tools.aws.platform import Platform
from tools.pip.runner import Run

# 1980-01-01, the first date that a zip can have: many build backends take it for the date of what they write.
_EPOCH = "315532800"

# A program that is not there, for every way in which builds find a compiler.
_OUT_OF_REACH = "/no/such/compiler"
_COMPILERS = (
    "CC",
    "CXX",
    "CPP",
    "LDSHARED",
    "LDCXXSHARED",
    "FC",
    "F77",
    "F90",
    "RUSTC",
    "CARGO",
    "NVCC",
    "SWIG",
)

# pip's words, the same from 23.0 to 25.3, where it had the sdist: the rest is a failure to get it.
_BUILD_FAILED = re.compile(
    r"(?i)subprocess-exited-with-error|failed to build|failed building|metadata-generation"
    r"|has inconsistent (?:name|version)|produced metadata for project name|invalid metadata"
    r"|does not appear to be a python project"
)


class Way(NamedTuple):
    """A way to build.

    Attributes:
        what: How reports call it.
        variables: Environment variables of the build.
    """

    what: str
    variables: Mapping[str, str]


def ways(platform: Platform) -> list[Way]:
    """Return the ways to build for a platform, in the order in which they are tried.

    Args:
        platform: What the wheel is for.
    """
    plain = _reproducible()
    without = Way(
        "to build it without a compiler, as its extension may be optional",
        {**plain, **dict.fromkeys(_COMPILERS, _OUT_OF_REACH)},
    )
    # What a compiler makes here may not load there, and what does without one is made either way.
    return [without] if platform.compile_obstacle else [Way("to build it", plain), without]


def build_failed(run: Run) -> bool:
    """Return whether pip had the sdist and its build failed; if not, it never came so far.

    Args:
        run: A run of pip that failed.
    """
    return _BUILD_FAILED.search(run.output) is not None


def _reproducible() -> dict[str, str]:
    """Return the variables that make two builds of one sdist the same, as far as variables can."""
    # Debug information has the path of the folder that pip builds in, which has another name each time.
    flags = " ".join(filter(None, [os.environ.get("CFLAGS"), "-g0"]))
    return {
        "SOURCE_DATE_EPOCH": _EPOCH,
        "PYTHONHASHSEED": "0",
        "CFLAGS": flags,
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }
