"""Left out: what is not in the zip, by the manifest, and what that saved."""

from __future__ import annotations

from typing import Any, NamedTuple, Optional

from tools.manifests.function import Function


class LeftOut(NamedTuple):
    """Something that is not in the zip.

    Attributes:
        what: What it is, for people.
        files: How many files; None where nobody counted.
        zip_bytes: About what it would take in the zip; None where only the unpacked size is known.
        unzipped_bytes: What it would take when unpacked.
    """

    what: str
    files: Optional[int]
    zip_bytes: Optional[int]
    unzipped_bytes: int


def left_out_of(function: Function) -> list[LeftOut]:
    """Return what was left out of a function's zip, the largest first.

    Args:
        function: The function.
    """
    found = [
        LeftOut(
            f"{share.title}, in the layer {layer.target}", share.files, share.zip_bytes, share.unzipped_bytes
        )
        for layer in function.layers
        for share in layer.distributions
    ]
    noted = function.left_out
    for item in noted.get("rules", ()):
        found.append(_row(str(item["rule"]), item))
    for item in noted.get("distributions", ()):
        why = "" if item.get("because") == "named" else f", which only {item.get('because')} needs"
        found.append(_row(f"{item['name']} {item['version']}{why}", item))
    for item in noted.get("provided", ()):
        found.append(_row(f"{item['name']} {item['version']}, left to the runtime", item))
    stripped = noted.get("stripped") or {}
    if stripped.get("files"):
        what = f"symbols of {stripped['files']} native files"
        found.append(LeftOut(what, None, None, int(stripped["bytes"])))
    return sorted(found, key=lambda one: (-(one.zip_bytes or 0), -one.unzipped_bytes, one.what))


def _row(what: str, item: dict[str, Any]) -> LeftOut:
    return LeftOut(what, int(item["files"]), int(item["compressed_bytes"]), int(item["unzipped_bytes"]))
