"""Headers as an edge function returns them, held against CloudFront's rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Optional

from tools.cloudfront.facts import DISALLOWED_HEADERS, DISALLOWED_PREFIXES, EdgeEvent

_RESTRICTIONS = "CloudFront dg, Restrictions on all edge functions"
_STRUCTURE = "CloudFront dg, Lambda@Edge event structure"


def header_problems(returned: Any, before: Mapping[str, Any], event: EdgeEvent) -> Iterator[str]:
    """Yield what CloudFront would refuse of headers.

    Args:
        returned: The headers in the function's result.
        before: The headers in the object that CloudFront gave to the function; empty for a response that the
            function generates.
        event: The event that the function is for.
    """
    if not isinstance(returned, dict):
        yield f"headers is {_kind(returned)}, and must be an object ({_STRUCTURE})"
        return
    for name, values in returned.items():
        yield from _entry_problems(name, values)
        lower = name.lower()
        if lower in DISALLOWED_HEADERS or lower.startswith(DISALLOWED_PREFIXES):
            yield f"header {name!r} is one that no edge function may add ({_RESTRICTIONS}, Disallowed headers)"
    names = {name.lower(): name for name in returned}
    for lower in sorted(event.read_only_headers):
        given, found = before.get(lower), returned.get(names.get(lower, lower))
        change = _change(given, found)
        if change:
            yield (
                f"header {lower!r} was {change}, and is read-only for {event.name} functions "
                f"({_RESTRICTIONS}, Read-only headers)"
            )


def header_bytes(headers: Any) -> int:
    """Return how many bytes headers take, as `name: value` and an end of line each.

    Args:
        headers: As a function returns them.
    """
    if not isinstance(headers, dict):
        return 0
    return sum(
        len(name.encode()) + len(str(entry.get("value", "")).encode()) + 4
        for name, values in headers.items()
        if isinstance(values, list)
        for entry in values
        if isinstance(entry, dict)
    )


def _entry_problems(name: str, values: Any) -> Iterator[str]:
    if name != name.lower():
        yield f"header {name!r} must be in lower case as a name in headers ({_STRUCTURE})"
    if not isinstance(values, list):
        yield f"header {name!r} is {_kind(values)}, and must be a list of objects with 'value' ({_STRUCTURE})"
        return
    for entry in values:
        value = entry.get("value") if isinstance(entry, dict) else None
        if not isinstance(value, str):
            yield f"header {name!r} has an entry without a string 'value' ({_STRUCTURE})"
            continue
        key = entry.get("key", name)
        if not isinstance(key, str) or key.lower() != name.lower():
            yield f"header {name!r} has an entry with the key {key!r}; they must be the same name ({_STRUCTURE})"


def _change(given: Any, found: Any) -> Optional[str]:
    if given is None:
        return None if found is None else "added"
    if found is None:
        return "deleted"
    return None if _values(given) == _values(found) else "changed"


def _values(entries: Any) -> Any:
    if not isinstance(entries, list):
        return entries
    return [entry.get("value") if isinstance(entry, dict) else entry for entry in entries]


def _kind(value: Any) -> str:
    """Return what JSON calls a value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    names = {dict: "an object", list: "a list", str: "a string", int: "a number", float: "a number"}
    return names.get(type(value), type(value).__name__)
