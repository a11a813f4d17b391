"""Unzip: the files of a zip that was just written, in a folder, for tools that want one (SAM, the CDK)."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import zipfile
from pathlib import Path

from tools.errors import PleasingError

# The first time that a zip has. Tools that make a zip of the folder give the same one each time.
_TIME = 315532800


def unzip(archive: Path, folder: Path) -> None:
    """Write the files of a zip into a folder, which appears once it is whole.

    Args:
        archive: A zip that this tool wrote: its names are checked.
        folder: The folder, which must not be there or be empty.

    Raises:
        PleasingError: The folder cannot be written. Nothing is left of it.
    """
    made = None
    try:
        made = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        with zipfile.ZipFile(archive) as opened:
            for info in opened.infolist():
                _write(opened, info, made / info.filename)
        for parent, _, _ in os.walk(made, topdown=False):
            Path(parent).chmod(0o755)
            os.utime(parent, (_TIME, _TIME))
        os.replace(made, folder)
    except OSError as error:
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)
        raise PleasingError(f"cannot write the folder {folder}: {error.strerror}") from error
    except BaseException:
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)
        raise


def _write(opened: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with opened.open(info) as content, path.open("xb") as file:
        shutil.copyfileobj(content, file)
    path.chmod(stat.S_IMODE(info.external_attr >> 16))
    os.utime(path, (_TIME, _TIME))
