"""libcst's wheel: made importable. Its parser is native code, which no Python imports from within a zip."""

from __future__ import annotations

import importlib.util
import io
import os
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Optional

from tools.errors import PleasingError

FOLDER = "plz-out/lambda_tidy"
# As python_tool puts the wheel into the tool's own file.
_DATA = "data/libcst_for_tool.whl"


def bring_libcst(root: Path) -> None:
    """Have libcst importable: what the wheel in the tool's own file unpacks to, else the installed one.

    Args:
        root: The repository's root, below whose plz-out the wheel is unpacked once.

    Raises:
        PleasingError: There is no wheel, and libcst is not installed; or the wheel cannot be unpacked.
    """
    wheel = _own_wheel()
    if wheel is None:
        if importlib.util.find_spec("libcst") is None:
            raise PleasingError(
                "lambda_tidy edits BUILD files with the package libcst, which this Python does not have; install it "
                "(python3 -m pip install libcst), or run what Please builds (plz run ///awslambda//tools/lambda_tidy)"
            )
        return
    # Its CRC-32 tells one wheel from another: another Python has another.
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        tag = archive.infolist()[-1].CRC  # RECORD, with the hashes of all others
        folder = root / FOLDER / f"libcst-{len(wheel)}-{tag:08x}"
        if not folder.is_dir():
            try:
                _unpack(archive, folder)
            except OSError as error:
                raise PleasingError(
                    f"libcst cannot be unpacked below {root / FOLDER}: {error.strerror}"
                ) from None
    sys.path.insert(0, str(folder))


def _own_wheel() -> Optional[bytes]:
    """Return the wheel in the zip that this module is in, or None where it is in a folder."""
    loader = globals().get("__loader__")
    archive = getattr(loader, "archive", None)
    get_data = getattr(loader, "get_data", None)
    if archive is None or get_data is None:
        return None
    try:
        found = get_data(os.path.join(archive, _DATA))
    except OSError:
        return None
    return bytes(found)


def _unpack(archive: zipfile.ZipFile, folder: Path) -> None:
    """Unpack a wheel, so that the folder is there as a whole or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = tempfile.mkdtemp(prefix=".libcst-", dir=folder.parent)
    try:
        archive.extractall(temporary)
        os.rename(temporary, folder)
    except OSError:
        if not folder.is_dir():  # another run may have been faster
            raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
