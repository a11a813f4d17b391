"""Every: the packagers that run here, and why others do not."""

from __future__ import annotations

from bench import peer
from bench.function import Function
from bench.packagers.framework import Chalice, Serverless, Zappa
from bench.packagers.installer import Pip, Uv, ZipUpdate
from bench.packagers.packager import Packager
from bench.packagers.pants import Pants
from bench.packagers.pex_tool import PexTool
from bench.packagers.please import Pleasing
from bench.packagers.sam import Sam
from bench.place import Place

_DISTRIBUTIONS = ("pip", "uv", "aws-sam-cli", "pex", "pantsbuild.pants", "chalice", "zappa")
_NPM_PACKAGES = ("serverless", "serverless-python-requirements")

NOT_RUN = (
    (
        "Pants is 2.17, the last on the Python index, in a Python 3.9. Newer ones are fetched by a launcher"
        " from elsewhere. It is left out where there is no `python3.9` on PATH."
    ),
    "pip compiles what it installs, as the developer guide's commands have it: its zip is larger for that.",
    (
        "Replacing one file in the old zip by hand is faster than any build, and checks nothing: not that the"
        " rest of the zip is what the requirements say."
    ),
    (
        "Chalice and Zappa take an application of their own kind: here one that calls the same handler. Zappa"
        " packages itself and all that is installed beside it; that is in its zip."
    ),
    (
        "The Serverless Framework is version 3, as later ones ask for an account before they package. It is"
        " left out where there is no `npm` on PATH."
    ),
    (
        "Not run: CDK's PythonFunction, and Terraform's lambda module with `build_in_docker`, which install"
        " in a container: the machine has no Docker daemon. Terraform's module without Docker runs pip and a"
        " zip, as measured."
    ),
)


def versions(place: Place) -> dict[str, str]:
    """Return the version of each peer that is installed.

    Args:
        place: Where.
    """
    found = {name: peer.version(place, name) for name in _DISTRIBUTIONS}
    found.update({name: peer.npm_version(place, name) for name in _NPM_PACKAGES})
    return {name: text for name, text in found.items() if text != "unknown"}


def all_for(place: Place, function: Function) -> list[Packager]:
    """Return every packager that runs here, ready to build a function.

    Args:
        place: Where.
        function: The function.
    """
    packagers: list[Packager] = [Pleasing(place, function), Uv(place, function), Sam(place, function)]
    packagers += [PexTool(place, function), Pip(place, function)]
    packagers += [Chalice(place, function), Zappa(place, function)]
    if peer.has_serverless():
        packagers.append(Serverless(place, function))
    if peer.has_pants():
        packagers.append(Pants(place, function))
    return [*packagers, ZipUpdate(place, function)]
