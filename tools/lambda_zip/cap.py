"""Caps: limits on sizes as people write them, and the presets that AWS's limits are called by."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple, Optional

from tools.aws.facts import SizeLimit
from tools.errors import PleasingError

_UNITS = {
    "": 1,
    "b": 1,
    "kb": 1000,
    "mb": 1000**2,
    "gb": 1000**3,
    "kib": 1024,
    "mib": 1024**2,
    "gib": 1024**3,
}


class Cap(NamedTuple):
    """A limit on a size.

    Attributes:
        size: Bytes.
        name: As the user wrote it: a preset, a size with its unit, or a number of bytes.
        source: Where AWS says so, for a preset; empty otherwise.
    """

    size: int
    name: str
    source: str


class Caps(NamedTuple):
    """What the zip, and the files that it unpacks to, may take; None for no cap."""

    zipped: Optional[Cap]
    unzipped: Optional[Cap]


def smallest(*caps: Optional[Cap]) -> Optional[Cap]:
    """Return the smallest of several caps, or None where there is none.

    Args:
        caps: Caps on one size. Of equal ones, the first is taken.
    """
    known = [cap for cap in caps if cap is not None]
    return min(known, key=lambda cap: cap.size) if known else None


def preset_cap(limit: SizeLimit) -> Cap:
    """Return the cap that one of AWS's limits is.

    Args:
        limit: The limit.
    """
    return Cap(limit.size, limit.name, limit.source)


def parse_cap(text: str, option: str, presets: Mapping[str, SizeLimit]) -> Cap:
    """Read a cap: bytes (`900000`), a size with a unit (`900KiB`, `1MB`) or a preset (`edge-viewer`).

    Args:
        text: What the user wrote.
        option: Which option it is for, for messages.
        presets: The presets that the option takes.

    Raises:
        PleasingError: It is none of these, or not more than zero.
    """
    text = text.strip()
    preset = presets.get(text)
    if preset is not None:
        return preset_cap(preset)
    match = re.fullmatch(r"([0-9][0-9_]{0,17}(?:\.[0-9]{1,6})?)\s*([A-Za-z]*)", text)
    unit = _UNITS.get(match[2].lower()) if match else None
    if match is None or unit is None:
        raise PleasingError(
            f"{option}: {text!r} is not a size; write bytes (900000), a size with a unit "
            f"(900KiB, 1MB) or a preset ({', '.join(sorted(presets))})"
        )
    size = (
        int(float(match[1].replace("_", "")) * unit)
        if "." in match[1]
        else int(match[1].replace("_", "")) * unit
    )
    if size <= 0:
        raise PleasingError(f"{option}: {text!r} leaves no room for anything; write a size above zero")
    return Cap(size, text, "")
