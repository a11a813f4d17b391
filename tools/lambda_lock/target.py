"""A target: one rule's call in a BUILD file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple, Union

from tools.lambda_lock.model import normalise

Value = Union[str, bool, tuple[str, ...], Mapping[str, tuple[str, ...]]]

REQUIREMENT = "python_requirement"
LIBRARY = "python_library"

# Names that Please reads as more than one target.
_PSEUDO = frozenset({"all", "..."})
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9]+")


class Target(NamedTuple):
    """One rule's call.

    Attributes:
        rule: The rule, such as `python_requirement`.
        name: Its name.
        arguments: The others; false and empty ones are left out when it is written.
    """

    rule: str
    name: str
    arguments: Mapping[str, Value]


def target_name(distribution: str, version: str = "") -> str:
    """Returns the name of a distribution's target: PEP 503's with underscores, so that it is an identifier.

    Args:
        distribution: The distribution's name in any spelling, such as `ruamel.yaml`.
        version: Its version, where there is a target for each of several.
    """
    name = normalise(distribution).replace("-", "_")
    if version:
        return f"{name}_{_NOT_IN_NAMES.sub('_', version)}"
    return f"{name}_" if name in _PSEUDO else name
