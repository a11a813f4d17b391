"""Manifest: what a zip holds, as JSON for people and programs. Its schema is docs/manifest.schema.json."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any, Optional

from tools.archive.written import Written
from tools.lambda_zip.cap import Cap
from tools.lambda_zip.check.handler import ENTRY_HANDLER, Handler
from tools.lambda_zip.check.runtime import RuntimeChoice
from tools.lambda_zip.options import Options
from tools.lambda_zip.place.layout import LeftOut
from tools.lambda_zip.report.contents import FIRST_PARTY, WITHOUT_METADATA, Contents
from tools.lambda_zip.report.savings import for_manifest

SCHEMA_VERSION = 1


def manifest_of(
    handler: Handler,
    chosen: RuntimeChoice,
    written: Written,
    contents: Contents,
    options: Options,
    warnings: Sequence[str],
    left_out: Sequence[LeftOut] = (),
    stripped: tuple[int, int] = (0, 0),
) -> bytes:
    """Return the manifest: sorted, with no times and no paths of the machine.

    Args:
        handler: The handler.
        chosen: Runtime and architecture.
        written: The zip.
        contents: What takes the room.
        options: What was asked for: the caps, which the zip is within, the event at the edge, and whether imports are
            checked.
        warnings: What the user is told.
        left_out: What stays out of the zip.
        stripped: How many native files were stripped, and the bytes that this took off them.
    """
    manifest: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "handler": {
            "entry": ENTRY_HANDLER,
            "direct": handler.name,
            "file": handler.module_file,
            "certainty": handler.certainty,
            "decorators": list(handler.decorators),
        },
        "imports": {"checked": options.check_imports, "ok": sorted(options.imports_ok)},
        "runtime": chosen.runtime.name,
        "runtime_deprecated_from": chosen.runtime.deprecated,
        "architecture": chosen.architecture.name,
        "edge": options.edge,
        "sha256": written.sha256.hex(),
        # What AWS calls CodeSha256 (API_FunctionConfiguration) and Terraform source_code_hash.
        "code_sha256": base64.b64encode(written.sha256).decode("ascii"),
        "zip_bytes": written.size,
        "unzipped_bytes": written.unzipped,
        "files": len(written.entries),
        "first_party": _share(contents, FIRST_PARTY),
        "third_party_without_metadata": _share(contents, WITHOUT_METADATA),
        "distributions": [
            {
                "name": share.name,
                "version": share.version,
                "zip_bytes": share.zipped,
                "unzipped_bytes": share.unzipped,
                "files": share.files,
            }
            for share in sorted(contents.shares, key=lambda share: share.title)
            if share.version is not None
        ],
        # A traceback and coverage have names in the zip; people look for the repository's.
        "relocated": dict(contents.relocated),
        "left_out": for_manifest(options, left_out, stripped),
        "caps": {
            "zip": _cap(options.caps.zipped, written.size),
            "unzipped": _cap(options.caps.unzipped, written.unzipped),
        },
        "warnings": sorted(warnings),
    }
    import json

    return (json.dumps(manifest, indent=2, sort_keys=True) + "\n").encode("utf-8")


def _share(contents: Contents, name: str) -> dict[str, int]:
    for share in contents.shares:
        if share.version is None and share.name == name:
            return {"zip_bytes": share.zipped, "unzipped_bytes": share.unzipped, "files": share.files}
    return {"zip_bytes": 0, "unzipped_bytes": 0, "files": 0}


def _cap(cap: Optional[Cap], size: int) -> Optional[dict[str, Any]]:
    if cap is None:
        return None
    return {"name": cap.name, "bytes": cap.size, "headroom_bytes": cap.size - size}
