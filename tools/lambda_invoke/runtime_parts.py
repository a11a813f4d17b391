"""Runtime parts: AWS's runtime interface client, and what goes with it into the function's runtime folder."""

from __future__ import annotations

import pkgutil
import zipfile
from collections.abc import Sequence
from pathlib import Path

from tools.errors import PleasingError

# Folder that python_requirement puts packages in, where the repository has not set another.
MODULE_DIR = "third_party/python"
PACKAGE = "awslambdaric"

BOOT = "bootstrap.py"
STAND_IN = "stand_in/runtime_client.py"

_HOW = (
    "Name the zips or wheels of awslambdaric, simplejson and snapshot-restore-py with --client, or run the function by "
    "its rule, which fetches them: plz run //svc:lambda_invoke. To get them: "
    "python3 -m pip download --dest client --only-binary :all: awslambdaric"
)


def client_parts(paths: Sequence[Path]) -> list[Path]:
    """Return the client's archives; of a folder, those in it.

    Args:
        paths: Archives and folders of them.

    Raises:
        PleasingError: The client is not among them.
    """
    parts: list[Path] = []
    for path in paths:
        parts += sorted((*path.glob("*.whl"), *path.glob("*.pex.zip"))) if path.is_dir() else [path]
    if not any(map(_has_client, parts)):
        raise PleasingError(f"AWS's runtime interface client, {PACKAGE}, is not here. {_HOW}")
    return parts


def texts() -> dict[str, str]:
    """Return the modules that go beside it: names below the runtime's folder -> contents."""
    return {BOOT: _source("boot.py"), STAND_IN: _source("runtime_client.py")}


def _has_client(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, zipfile.BadZipFile) as error:
        raise PleasingError(f"{path} of --client is no archive that can be read: {error}") from error
    return any(name.endswith(f"{PACKAGE}/bootstrap.py") for name in names)


def _source(name: str) -> str:
    data = pkgutil.get_data("tools.lambda_invoke.inside", name)
    assert data is not None, "the tool was built without its sources"
    return data.decode("utf-8")
