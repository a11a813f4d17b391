"""Provided: the distributions that Lambda's Python runtimes bring besides the standard library.

Read on 2026-11-24. The AWS SDK and what it needs: dg/python-package, "Runtime dependencies in Python", and the
requirements of boto3, botocore and s3transfer. The runtime client and what it needs: awslambdaric's requirements
(simplejson, and snapshot_restore_py from python3.12 on, dg/snapstart-runtime-hooks-python). Versions differ by runtime
and Region and change without notice, so none is given here.
"""

from __future__ import annotations

from typing import NamedTuple


class Provided(NamedTuple):
    """A distribution that a runtime brings.

    Attributes:
        name: As PEP 503 normalises it.
        module: What it is imported as.
        first_minor: The first Python 3.x whose runtime has it.
    """

    name: str
    module: str
    first_minor: int = 0


PROVIDED = (
    Provided("awslambdaric", "awslambdaric"),
    Provided("boto3", "boto3"),
    Provided("botocore", "botocore"),
    Provided("jmespath", "jmespath"),
    Provided("python-dateutil", "dateutil"),
    Provided("s3transfer", "s3transfer"),
    Provided("simplejson", "simplejson"),
    Provided("six", "six"),
    Provided("snapshot-restore-py", "snapshot_restore_py", 12),
    Provided("urllib3", "urllib3"),
)


def provided_modules(minor: int) -> frozenset[str]:
    """Return the top-level modules that a runtime brings.

    Args:
        minor: Which Python 3.x it has.
    """
    return frozenset(item.module for item in PROVIDED if minor >= item.first_minor)


def provided_distributions(minor: int) -> frozenset[str]:
    """Return the normalised names of the distributions that a runtime brings.

    Args:
        minor: Which Python 3.x it has.
    """
    return frozenset(item.name for item in PROVIDED if minor >= item.first_minor)
