"""Member name: which names of archive members are safe to unpack, and which are not, and why."""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from typing import Optional

# What Linux unpacks below /var/task: NAME_MAX for a part, and PATH_MAX less room for that folder.
MAX_PART_BYTES = 255
MAX_NAME_BYTES = 4000

# Unicode's control characters, C0 and C1, and those that end a line or turn its direction, so that a name
# looks like another one.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
# One pass tells whether a name needs a closer look; nearly none does.
_SUSPECT = re.compile(_CONTROL.pattern + r"|\\|^[A-Za-z]:|(?:^|/)\.{0,2}(?:/|$)")


def problem_with(name: str) -> Optional[str]:
    """Return why a name cannot be taken, or None for a good one.

    Args:
        name: The member's name, without the `/` that ends a folder's.
    """
    if _SUSPECT.search(name) is None:
        # Four bytes is the longest that UTF-8 makes of a character.
        if len(name) * 4 <= MAX_PART_BYTES:
            return None
        return _too_long(name)
    if "\x00" in name:
        return "it holds a NUL character"
    if _CONTROL.search(name):
        return "it holds a control character"
    if "\\" in name:
        return "it holds a backslash, which some systems read as a separator"
    if name.startswith("/"):
        return "it is absolute"
    if re.match(r"[A-Za-z]:", name):
        return "it begins with a drive letter"
    parts = name.split("/")
    if ".." in parts:
        return "it leaves the folder that it is unpacked in (..)"
    if "." in parts:
        return "it has a part that is '.'"
    return "it has an empty part"


def any_below(folder: str, names: Sequence[str]) -> bool:
    """Return whether any of the names is below a folder.

    Args:
        folder: Without a `/` at its end.
        names: Sorted.
    """
    prefix = folder + "/"
    at = bisect.bisect_left(names, prefix)
    return at < len(names) and names[at].startswith(prefix)


def _too_long(name: str) -> Optional[str]:
    encoded = name.encode("utf-8")
    if len(encoded) > MAX_NAME_BYTES:
        return f"it is {len(encoded)} bytes long; Lambda's file system takes at most {MAX_NAME_BYTES}"
    longest = max(len(part) for part in encoded.split(b"/"))
    if longest > MAX_PART_BYTES:
        return (
            f"one of its parts is {longest} bytes long; Lambda's file system takes at most {MAX_PART_BYTES}"
        )
    return None
