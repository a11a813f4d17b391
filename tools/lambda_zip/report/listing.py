"""Listing: what would go into a zip, and what would not, for people and programs. Nothing is written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Optional

from tools.lambda_zip.place.layout import Placed
from tools.lambda_zip.place.selection import Selection
from tools.lambda_zip.read.distribution import Distribution
from tools.lambda_zip.read.pex import Area
from tools.text import human


def as_json(selection: Selection) -> str:
    """Return the listing as JSON, sorted.

    Args:
        selection: What goes into the zip and what does not.
    """
    listing: dict[str, Any] = {
        "pex": {"name": selection.pex.label, "kind": selection.pex.kind.value},
        "files": [
            {
                "name": item.name,
                "member": item.member.name,
                "distribution": _title(item.distribution),
                "area": item.area.value,
                "compressed_bytes": item.member.compressed,
                "bytes": item.member.size,
                "executable": item.member.executable,
            }
            for item in selection.placed
        ],
        "left_out": [
            {"member": member, "reason": reason, "distribution": owner, "bytes": size}
            for member, reason, owner, size in sorted(_left_out(selection))
        ],
        "warnings": sorted(warning.text for warning in selection.warnings),
    }
    return json.dumps(listing, indent=2, sort_keys=True)


def as_text(selection: Selection) -> str:
    """Return the listing as text.

    Args:
        selection: What goes into the zip and what does not.
    """
    files = selection.placed
    lines = [
        f"{selection.pex.label} ({selection.pex.kind.value})",
        "",
        "In the zip, with what each takes there, unpacked, and whose it is:",
    ]
    for item in files:
        moved = f"  <- {item.member.name}" if item.member.name != item.name else ""
        lines.append(
            f"{item.member.compressed:>12,} {item.member.size:>12,}  {_owner(item):<28} {item.name}{moved}"
        )
    unpacked = sum(item.member.size for item in files)
    compressed = sum(item.member.compressed for item in files)
    lines.append(f"{len(files):,} files, {human(compressed)} without headers, {human(unpacked)} unpacked")
    by_reason: dict[str, list[tuple[str, int]]] = {}
    for member, reason, _, size in sorted(_left_out(selection)):
        by_reason.setdefault(reason, []).append((member, size))
    lines += ["", "Left out:"]
    for reason, members in sorted(by_reason.items()):
        lines.append(f"  {reason}: {len(members):,} files, {human(sum(size for _, size in members))}")
        lines.extend(f"{size:>12,}  {member}" for member, size in members)
    lines += [f"warning: {warning}" for warning in selection.warnings]
    return "\n".join(lines)


def _left_out(selection: Selection) -> Iterator[tuple[str, str, str, int]]:
    for item in selection.left_out:
        reason = f"{item.reason.value}: {item.detail}" if item.detail else item.reason.value
        yield item.member.name, reason, _title(item.distribution) or "", item.member.size


def _title(distribution: Optional[Distribution]) -> Optional[str]:
    return f"{distribution.name} {distribution.version}" if distribution else None


def _owner(item: Placed) -> str:
    return _title(item.distribution) or (
        "first-party" if item.area is Area.FIRST_PARTY else "without metadata"
    )
