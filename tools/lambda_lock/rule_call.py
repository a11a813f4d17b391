"""A rule's call in a BUILD file, which declares one target."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple, Union

from packaging.utils import canonicalize_name

Value = Union[str, bool, tuple[str, ...], Mapping[str, tuple[str, ...]]]

REQUIREMENT = "python_requirement"
LIBRARY = "python_library"

# Names that Please reads as more than one target.
_PSEUDO = frozenset({"all", "..."})
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9]+")


class RuleCall(NamedTuple):
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
    """Return the name of a distribution's target: PEP 503's with underscores, so that it is an identifier.

    Args:
        distribution: The distribution's name in any spelling, such as `ruamel.yaml`.
        version: Its version, where there is a target for each of several.
    """
    name = canonicalize_name(distribution).replace("-", "_")
    if version:
        return f"{name}_{_NOT_IN_NAMES.sub('_', version)}"
    return f"{name}_" if name in _PSEUDO else name
