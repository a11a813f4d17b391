"""Manifest: what a zip holds, as JSON for people and programs. Its schema is docs/manifest.schema.json."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any, Optional

from tools.archive.encoder import PACKAGE, VERSION
from tools.archive.written import Written
from tools.lambda_zip.cap import Cap
from tools.lambda_zip.check.handler import ENTRY_HANDLER, Handler
from tools.lambda_zip.check.proof import Proof
from tools.lambda_zip.check.runtime import RuntimeChoice
from tools.lambda_zip.options import Options
from tools.lambda_zip.place.selection import Selection
from tools.lambda_zip.read.layer_zip import LAYER_KIND, LayerZip
from tools.lambda_zip.report.contents import FIRST_PARTY, WITHOUT_METADATA, Contents, Share
from tools.lambda_zip.report.savings import for_manifest

SCHEMA_VERSION = 1


def manifest_of(
    handler: Handler,
    chosen: RuntimeChoice,
    written: Written,
    contents: Contents,
    options: Options,
    warnings: Sequence[str],
    selection: Selection,
    proof: Optional[Proof] = None,
) -> bytes:
    """Return the manifest of a function: sorted, with no times and no paths of the machine.

    Args:
        handler: The handler.
        chosen: Runtime and architecture.
        written: The zip.
        contents: What takes the room.
        options: What was asked for: the caps, which the zip is within, the event at the edge, and whether imports are
            checked.
        warnings: What the user is told.
        selection: What was left out of the zip, what was stripped, and the function's layers.
        proof: What imports and requirements showed; None where they were not checked.
    """
    beside = sum(layer.unzipped_bytes for layer in selection.layers)
    manifest: dict[str, Any] = {
        **_of_zip(written, contents, options, warnings),
        "target": options.target or None,
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
        "first_party": _share(contents, FIRST_PARTY),
        "distributions": _distributions(contents, proof),
        "layers": [_layer(layer, proof) for layer in selection.layers],
        # A traceback and coverage have names in the zip; people look for the repository's.
        "relocated": dict(contents.relocated),
        "left_out": for_manifest(options, selection.left_out, selection.stripped),
        "caps": {
            "zip": _cap(options.caps.zipped, written.size),
            "unzipped": _cap(options.caps.unzipped, written.unzipped + beside),
        },
    }
    return _as_json(manifest)


def layer_manifest_of(
    runtimes: Sequence[str],
    architectures: Sequence[str],
    written: Written,
    contents: Contents,
    options: Options,
    warnings: Sequence[str],
    requires: Mapping[str, Sequence[str]],
) -> bytes:
    """Return the manifest of a layer: sorted, with no times and no paths of the machine.

    Args:
        runtimes: The runtimes that it is for, the one that it was built for first.
        architectures: The architectures, likewise.
        written: The zip.
        contents: What takes the room.
        options: What was asked for.
        warnings: What the user is told.
        requires: Distribution -> the names of what it requires.
    """
    manifest = {
        **_of_zip(written, contents, options, warnings),
        "kind": LAYER_KIND,
        "target": options.target or None,
        "compatible_runtimes": list(runtimes),
        "compatible_architectures": list(architectures),
        "distributions": [
            {**_distribution(share), "requires": sorted(requires.get(share.name, ()))}
            for share in _sorted(contents)
        ],
        "caps": {
            "zip": _cap(options.caps.zipped, written.size),
            "unzipped": _cap(options.caps.unzipped, written.unzipped),
        },
    }
    return _as_json(manifest)


def _of_zip(
    written: Written, contents: Contents, options: Options, warnings: Sequence[str]
) -> dict[str, Any]:
    """Return what the manifests of functions and of layers both say."""
    return {
        "schema_version": SCHEMA_VERSION,
        # From these and the files, the zip's bytes follow.
        "compression": {
            "name": options.compression.name,
            "level": options.compression.level,
            "encoder": PACKAGE,
            "encoder_version": VERSION,
        },
        "sha256": written.sha256.hex(),
        # What AWS calls CodeSha256 (API_FunctionConfiguration) and Terraform source_code_hash.
        "code_sha256": base64.b64encode(written.sha256).decode("ascii"),
        "zip_bytes": written.size,
        "unzipped_bytes": written.unzipped,
        "files": len(written.entries),
        "third_party_without_metadata": _share(contents, WITHOUT_METADATA),
        "warnings": sorted(warnings),
    }


def _as_json(manifest: Mapping[str, Any]) -> bytes:
    import json

    return (json.dumps(manifest, indent=2, sort_keys=True) + "\n").encode("utf-8")


def _sorted(contents: Contents) -> list[Share]:
    return sorted((share for share in contents.shares if share.version is not None), key=lambda s: s.title)


def _distribution(share: Share) -> dict[str, Any]:
    return {
        "name": share.name,
        "version": share.version,
        "zip_bytes": share.zipped,
        "unzipped_bytes": share.unzipped,
        "files": share.files,
    }


def _distributions(contents: Contents, proof: Optional[Proof]) -> list[dict[str, Any]]:
    return [{**_distribution(share), **_proved(share.name, proof)} for share in _sorted(contents)]


def _proved(name: str, proof: Optional[Proof]) -> dict[str, Any]:
    """Return whether imports lead to a distribution, and what it requires; null where nobody looked."""
    if proof is None:
        return {"reached": None, "requires": None}
    return {"reached": name in proof.reached, "requires": sorted(proof.requires.get(name, ()))}


def _layer(layer: LayerZip, proof: Optional[Proof]) -> dict[str, Any]:
    keys = ("target", "sha256", "code_sha256", "zip_bytes", "unzipped_bytes")
    sizes = ("name", "version", "zip_bytes", "unzipped_bytes", "files")
    return {
        **{key: layer.manifest[key] for key in keys},
        "distributions": [
            {
                **{key: item[key] for key in sizes},
                "reached": None if proof is None else item["name"] in proof.reached,
                "requires": item["requires"],
            }
            for item in layer.manifest["distributions"]
        ],
    }


def _share(contents: Contents, name: str) -> dict[str, int]:
    for share in contents.shares:
        if share.version is None and share.name == name:
            return {"zip_bytes": share.zipped, "unzipped_bytes": share.unzipped, "files": share.files}
    return {"zip_bytes": 0, "unzipped_bytes": 0, "files": 0}


def _cap(cap: Optional[Cap], size: int) -> Optional[dict[str, Any]]:
    if cap is None:
        return None
    return {"name": cap.name, "bytes": cap.size, "headroom_bytes": cap.size - size}
