"""Sizes: what each function takes, now and as it was saved."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple, Optional

from tools.errors import PleasingError
from tools.manifests.function import Function

# So many distributions are named.
_HEAVIEST = 3


class Size(NamedTuple):
    """What one function takes.

    Attributes:
        target: Its label.
        runtime: As AWS spells it.
        architecture: As AWS spells it.
        zip_bytes: Size of its zip.
        unzipped_bytes: Size of all that is unpacked, layers included.
        headroom: The least that is left below its caps, as a share of the cap; None without caps.
        layers: How many layers it has.
        heaviest: The distributions that take most of the zip: name, version and bytes there.
    """

    target: str
    runtime: str
    architecture: str
    zip_bytes: int
    unzipped_bytes: int
    headroom: Optional[float]
    layers: int
    heaviest: tuple[tuple[str, str, int], ...]


def sizes_of(functions: Iterable[Function]) -> list[Size]:
    """Return what functions take.

    Args:
        functions: The functions.
    """
    return [
        Size(
            function.target,
            function.runtime,
            function.architecture,
            function.zip_bytes,
            function.with_layers,
            min((round(cap.headroom / cap.size, 4) for cap in function.caps.values()), default=None),
            len(function.layers),
            tuple(
                (share.name, share.version, share.zip_bytes)
                for share in sorted(function.distributions, key=lambda one: (-one.zip_bytes, one.name))
            )[:_HEAVIEST],
        )
        for function in functions
    ]


def as_json(sizes: Sequence[Size]) -> str:
    """Return sizes as `read_sizes` reads them.

    Args:
        sizes: The sizes.
    """
    return json.dumps({"lambda_sizes": [size._asdict() for size in sizes]}, indent=2)


def read_sizes(path: Path) -> list[Size]:
    """Return sizes that were saved.

    Args:
        path: The file.

    Raises:
        PleasingError: It cannot be read, or is not what `as_json` wrote.
    """
    try:
        saved = json.loads(path.read_bytes())["lambda_sizes"]
        return [
            Size(**{**values, "heaviest": tuple((str(a), str(b), int(c)) for a, b, c in values["heaviest"])})
            for values in saved
        ]
    except OSError as error:
        raise PleasingError(f"--against: {path} cannot be read: {error.strerror}") from error
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise PleasingError(
            f"--against: {path} is not what lambda_sizes --json writes: {type(error).__name__}: {error}"
        ) from error
