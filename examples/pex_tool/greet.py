"""A function in a PEX that Please did not build."""

from __future__ import annotations

from typing import Any


def handler(event: dict[str, Any], context: object) -> dict[str, str]:
    return {"greeting": f"hello {event.get('name', 'you')}"}
