"""Function: what a manifest says of a function's zip and of its layers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Optional

from tools.errors import PleasingError


class Share(NamedTuple):
    """What one distribution takes.

    Attributes:
        name: Normalised as PEP 503 has it.
        version: Its version.
        zip_bytes: Bytes in the zip, headers included.
        unzipped_bytes: Bytes when unpacked.
        files: How many files.
        reached: Whether imports lead to it from the handler; None where nobody looked.
        requires: The names of what it requires.
    """

    name: str
    version: str
    zip_bytes: int
    unzipped_bytes: int
    files: int
    reached: Optional[bool] = None
    requires: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The name and version, for people."""
        return f"{self.name} {self.version}"


class Cap(NamedTuple):
    """A cap: as the rule wrote it, in bytes, and what is left below it."""

    name: str
    size: int
    headroom: int


class Layer(NamedTuple):
    """A layer of a function.

    Attributes:
        target: Its label.
        zip_bytes: Size of its zip.
        unzipped_bytes: Size of its files when unpacked.
        distributions: What each of its distributions takes.
    """

    target: str
    zip_bytes: int
    unzipped_bytes: int
    distributions: tuple[Share, ...]


class Function(NamedTuple):
    """A function's zip, as its manifest has it.

    Attributes:
        target: Its label.
        runtime: As AWS spells it.
        architecture: As AWS spells it.
        edge: The event of CloudFront that it is for; None for Lambda.
        zip_bytes: Size of the zip.
        unzipped_bytes: Size of its files when unpacked, layers not counted.
        sha256: SHA-256 of the zip, in hex.
        first_party: What the repository's own code takes: bytes in the zip, unpacked, and files.
        unowned: What third-party code without metadata takes, likewise.
        distributions: What each distribution takes.
        layers: Its layers.
        caps: `zip` and `unzipped` -> the cap, where there is one.
        left_out: What the manifest says of what was left out, as docs/manifest.schema.json has it.
        warnings: What the build warned of.
    """

    target: str
    runtime: str
    architecture: str
    edge: Optional[str]
    zip_bytes: int
    unzipped_bytes: int
    sha256: str
    first_party: tuple[int, int, int]
    unowned: tuple[int, int, int]
    distributions: tuple[Share, ...]
    layers: tuple[Layer, ...] = ()
    caps: Mapping[str, Cap] = {}
    left_out: Mapping[str, Any] = {}
    warnings: tuple[str, ...] = ()

    @property
    def platform(self) -> str:
        """The runtime and architecture, for people."""
        return f"{self.runtime} {self.architecture}"

    @property
    def with_layers(self) -> int:
        """Bytes of all that is unpacked, layers included."""
        return self.unzipped_bytes + sum(layer.unzipped_bytes for layer in self.layers)


def read_function(path: Path) -> Function:
    """Read the manifest of a function.

    Args:
        path: The manifest.

    Raises:
        PleasingError: It cannot be read, or is no manifest of a function.
    """
    try:
        return function_of(json.loads(path.read_bytes()), path.name)
    except OSError as error:
        raise PleasingError(
            f"the manifest cannot be read: {path}: {error.strerror}; build the function first"
        ) from error
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise PleasingError(
            f"{path} is no manifest of python_lambda: {type(error).__name__}: {error}. Build the function again"
        ) from error


def function_of(values: Mapping[str, Any], name: str) -> Function:
    """Return the function that a manifest describes.

    Args:
        values: The manifest, as JSON has it.
        name: What the function is called where the manifest has no label.

    Raises:
        KeyError: It lacks something; TypeError and ValueError likewise where something has another form.
    """
    values["handler"]["entry"]  # layers have none
    return Function(
        target=str(values.get("target") or name),
        runtime=str(values["runtime"]),
        architecture=str(values["architecture"]),
        edge=values.get("edge"),
        zip_bytes=int(values["zip_bytes"]),
        unzipped_bytes=int(values["unzipped_bytes"]),
        sha256=str(values["sha256"]),
        first_party=_sizes(values["first_party"]),
        unowned=_sizes(values["third_party_without_metadata"]),
        distributions=_shares(values["distributions"]),
        layers=tuple(_layer(layer) for layer in values.get("layers", ())),
        caps={
            which: Cap(str(cap["name"]), int(cap["bytes"]), int(cap["headroom_bytes"]))
            for which, cap in values["caps"].items()
            if cap
        },
        left_out=dict(values.get("left_out") or {}),
        warnings=tuple(values.get("warnings", ())),
    )


def _sizes(values: Mapping[str, Any]) -> tuple[int, int, int]:
    return int(values["zip_bytes"]), int(values["unzipped_bytes"]), int(values["files"])


def _layer(values: Mapping[str, Any]) -> Layer:
    return Layer(
        str(values["target"] or "a layer"),
        int(values["zip_bytes"]),
        int(values["unzipped_bytes"]),
        _shares(values["distributions"]),
    )


def _shares(values: Sequence[Mapping[str, Any]]) -> tuple[Share, ...]:
    return tuple(
        Share(
            str(item["name"]),
            str(item["version"]),
            *_sizes(item),
            item.get("reached"),
            tuple(item.get("requires") or ()),
        )
        for item in values
    )
