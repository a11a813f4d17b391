"""Layer zip: a layer that python_lambda_layer built, and what its manifest says of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tools.archive.reader import ArchiveReader
from tools.errors import PleasingError
from tools.lambda_zip.read.pex import Area, Part

# Where a layer's packages are in its zip; Lambda unpacks it to /opt (dg/python-layers).
LAYER_FOLDER = "python/"

# What its manifest has under `kind`.
LAYER_KIND = "layer"


class LayerZip(NamedTuple):
    """A layer that has been opened.

    Attributes:
        label: How messages name it: its target.
        manifest: What its manifest says, as docs/layer.schema.json has it.
        parts: Its files, by their paths below `python/`.
        source: What they are read from.
    """

    label: str
    manifest: dict[str, Any]
    parts: list[Part]
    source: ArchiveReader

    @property
    def runtimes(self) -> list[str]:
        """The runtimes that it is for, as AWS spells them."""
        return [str(name) for name in self.manifest["compatible_runtimes"]]

    @property
    def architectures(self) -> list[str]:
        """The architectures that it is for, as AWS spells them."""
        return [str(name) for name in self.manifest["compatible_architectures"]]

    @property
    def unzipped_bytes(self) -> int:
        """What it takes when unpacked."""
        return int(self.manifest["unzipped_bytes"])

    @property
    def versions(self) -> dict[str, str]:
        """The names of its distributions -> their versions."""
        return {item["name"]: item["version"] for item in self.manifest["distributions"]}

    def close(self) -> None:
        """Close its zip; its files cannot be read any more."""
        self.source.close()


def open_layers(zips: Sequence[Path], manifests: Sequence[Path]) -> list[LayerZip]:
    """Open the layers of a function.

    Args:
        zips: Their zips.
        manifests: Their manifests, in the same order.

    Raises:
        PleasingError: One of them cannot be read or is no layer, or they do not belong together; all at once.
    """
    if len(zips) != len(manifests):
        raise PleasingError(
            f"there are {len(zips)} zips of layers and {len(manifests)} manifests; give --layers and "
            "--layer-manifests the same layers in the same order"
        )
    layers: list[LayerZip] = []
    problems: list[str] = []
    for path, manifest in zip(zips, manifests):
        try:
            layers.append(_open(path, manifest))
        except PleasingError as error:
            problems.extend(error.problems)
    if problems:
        for layer in layers:
            layer.close()
        raise PleasingError(problems)
    return layers


def _open(path: Path, place: Path) -> LayerZip:
    manifest = _read(place)
    label = str(manifest["target"] or path.name)
    size = path.stat().st_size if path.is_file() else 0
    if manifest["zip_bytes"] != size:
        raise PleasingError(
            f"{label}: its zip has {size:,} bytes, and its manifest tells of one with "
            f"{manifest['zip_bytes']:,}. They are of two builds: build both again"
        )
    archive = ArchiveReader(path, label, "zip of a layer")
    try:
        parts = [
            Part(member, Area.THIRD_PARTY, member.below(LAYER_FOLDER), "")
            for member in archive.members
            if member.name.startswith(LAYER_FOLDER)
        ]
    except BaseException:
        archive.close()
        raise
    return LayerZip(label, manifest, parts, archive)


def _read(place: Path) -> dict[str, Any]:
    keys = ("target", "zip_bytes", "unzipped_bytes", "compatible_runtimes", "compatible_architectures")
    try:
        manifest: dict[str, Any] = json.loads(place.read_bytes())
        if manifest.get("kind") == LAYER_KIND and all(key in manifest for key in (*keys, "distributions")):
            return manifest
    except OSError as error:
        raise PleasingError(f"the manifest of a layer cannot be read: {place}: {error.strerror}") from error
    except (AttributeError, ValueError, RecursionError):
        pass
    raise PleasingError(f"{place.name} is no manifest of a layer; layers are labels of python_lambda_layer")
