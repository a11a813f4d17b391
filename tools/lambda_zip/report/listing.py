"""Listing: what would go into a zip, and what would not, for people and programs. Nothing is written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Optional

from tools.lambda_zip.pack import Selected
from tools.lambda_zip.place.layout import Placed
from tools.lambda_zip.place.selection import EXCLUDED
from tools.lambda_zip.read.distribution import Distribution
from tools.lambda_zip.read.pex import Area
from tools.text import human


def as_json(selected: Selected) -> str:
    """Returns the listing as JSON, sorted.

    Args:
        selected: What goes into the zip and what does not.
    """
    listing: dict[str, Any] = {
        "pex": {"name": selected.pex.label, "kind": selected.pex.kind.value},
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
            for item in selected.placed
        ],
        "left_out": [
            {"member": member, "reason": reason, "distribution": owner, "bytes": size}
            for member, reason, owner, size in sorted(_left_out(selected))
        ],
        "warnings": sorted(selected.warnings),
    }
    return json.dumps(listing, indent=2, sort_keys=True)


def as_text(selected: Selected) -> str:
    """Returns the listing as text.

    Args:
        selected: What goes into the zip and what does not.
    """
    files = selected.placed
    lines = [
        f"{selected.pex.label} ({selected.pex.kind.value})",
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
    for member, reason, _, size in sorted(_left_out(selected)):
        by_reason.setdefault(reason, []).append((member, size))
    lines += ["", "Left out:"]
    for reason, members in sorted(by_reason.items()):
        lines.append(f"  {reason}: {len(members):,} files, {human(sum(size for _, size in members))}")
        lines.extend(f"{size:>12,}  {member}" for member, size in members)
    lines += [f"warning: {warning}" for warning in selected.warnings]
    return "\n".join(lines)


def _left_out(selected: Selected) -> Iterator[tuple[str, str, str, int]]:
    for gone in selected.left_out:
        yield gone.member.name, gone.reason, _title(gone.distribution) or "", gone.member.size
    for item in selected.excluded:
        yield item.member.name, EXCLUDED, _title(item.distribution) or "", item.member.size


def _title(distribution: Optional[Distribution]) -> Optional[str]:
    return f"{distribution.name} {distribution.version}" if distribution else None


def _owner(item: Placed) -> str:
    return _title(item.distribution) or (
        "first-party" if item.area is Area.FIRST_PARTY else "without metadata"
    )
