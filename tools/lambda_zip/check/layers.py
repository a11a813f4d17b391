"""Layers: whether a function can have the layers that it names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Optional

from tools.aws.facts import MAX_LAYERS
from tools.errors import PleasingError
from tools.lambda_zip.check.runtime import RuntimeChoice
from tools.lambda_zip.place.layout import Placed
from tools.lambda_zip.read.layer_zip import LayerZip

# How a package says that other folders have parts of it: pkgutil's way, and that of pkg_resources.
_OPEN = (b"extend_path", b"declare_namespace")


def check_layers(
    layers: Sequence[LayerZip],
    own: Sequence[Placed],
    in_layers: Sequence[Placed],
    chosen: RuntimeChoice,
    edge: Optional[str],
) -> None:
    """Check that a function can have its layers.

    Args:
        layers: The layers.
        own: What goes into the function's zip.
        in_layers: The layers' files.
        chosen: The function's runtime and architecture.
        edge: The event of CloudFront that it is for; None for Lambda.

    Raises:
        PleasingError: It cannot; all reasons at once.
    """
    if not layers:
        return
    problems = []
    if edge is not None:
        problems.append(
            f"edge = {edge!r}: Lambda@Edge has no layers (CloudFront dg, Restrictions on Lambda@Edge); "
            "take layers out of the rule"
        )
    if len(layers) > MAX_LAYERS:
        problems.append(
            f"there are {len(layers)} layers, and Lambda takes {MAX_LAYERS} (dg/gettingstarted-limits); "
            "put what several hold into one"
        )
    runtime, architecture = chosen.runtime.name, chosen.architecture.name
    for layer in layers:
        if runtime not in layer.runtimes:
            problems.append(
                f"the layer {layer.label} is for {', '.join(layer.runtimes)}, and the function runs on {runtime}; "
                "build the layer for it: runtime, or compatible_runtimes"
            )
        if architecture not in layer.architectures:
            problems.append(
                f"the layer {layer.label} is for {', '.join(layer.architectures)}, and the function runs on "
                f"{architecture}; build the layer for it: architecture, or compatible_architectures"
            )
    problems += _divided(own, in_layers)
    if problems:
        raise PleasingError(problems)


def _divided(own: Sequence[Placed], in_layers: Sequence[Placed]) -> list[str]:
    """Return the packages that are partly in the function and partly in layers, a problem each.

    Python looks for a package in /var/task and then in /opt/python, and takes all of it from the first place that has
    its `__init__.py`.
    """
    both = sorted(_folders(own) & _folders(in_layers))
    inits = {
        item.name.rpartition("/")[0]: item
        for item in (*in_layers, *own)
        if item.name.endswith("/__init__.py") or item.name.endswith("/__init__.pyc")
    }
    problems = []
    told: list[str] = []
    for folder in both:
        init = inits.get(folder)
        if init is None or any(folder.startswith(f"{other}/") for other in told):
            continue
        if any(word in init.member.read() for word in _OPEN):
            continue
        told.append(folder)
        package = folder.replace("/", ".")
        problems.append(
            f"the package {package} is partly in the function ({_first(own, folder)}) and partly in a layer "
            f"({_first(in_layers, folder)}), and Python would find only one part. Put the distributions that share "
            "it into one place"
        )
    return problems


def _folders(placed: Iterable[Placed]) -> set[str]:
    folders: set[str] = set()
    for item in placed:
        if item.name.endswith((".py", ".pyc", ".so")):
            folder = item.name.rpartition("/")[0]
            while folder and folder not in folders:
                folders.add(folder)
                folder = folder.rpartition("/")[0]
    return folders


def _first(placed: Iterable[Placed], folder: str) -> str:
    """Return the first file below a folder, with whose it is."""
    item = min((item for item in placed if item.name.startswith(f"{folder}/")), key=lambda item: item.name)
    owner = f", of {item.distribution.name}" if item.distribution else ""
    return item.name + owner
