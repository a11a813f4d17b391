"""Encoder: the one deflater of finished zips, libdeflate, so that all machines give the same bytes.

zlib's bytes are those of whichever zlib a Python was built with: zlib itself, zlib-ng, a vendor's. So what goes into
a function's zip is deflated by one version of the package `deflate`, which has libdeflate in it.
"""

from __future__ import annotations

import functools
import os
from pathlib import Path
from types import ModuleType
from typing import NamedTuple, Optional

from tools.archive.compressed import Deflate
from tools.errors import PleasingError

PACKAGE = "deflate"
# third_party/tools/BUILD has the wheels' hashes. Whoever changes it changes the bytes of zips.
VERSION = "0.8.1"
NAME = f"{PACKAGE} {VERSION}"

_MODULE = "_deflate"
_ADVICE = (
    f"deflate {VERSION} has wheels for CPython 3.9 and newer on Linux and macOS, on x86_64 and arm64. For another "
    f"machine, build it (pip wheel --no-binary deflate deflate=={VERSION}), and name the native module of that wheel "
    'in .plzconfig: [Plugin "awslambda"] Encoder = /path/to/_deflate.so'
)


class Compression(NamedTuple):
    """A way to compress the files of a function.

    Attributes:
        name: As rules and command lines have it.
        level: libdeflate's, of what is deflated.
        copies: Whether the wheels' own compressed bytes are taken where there are any.
    """

    name: str
    level: int
    copies: bool = False


# Of 35 wheels, all but one are smaller by level 7 than by zlib's 6, which other packagers use; by level 6 four are not.
# 12 is the highest. docs/small_zips.md has what was measured.
COMPRESSIONS = {
    compression.name: compression
    for compression in (Compression("good", 7), Compression("best", 12), Compression("copy", 7, copies=True))
}


def load_encoder(module: Optional[Path], level: int) -> Deflate:
    """Return what deflates at a level.

    Args:
        module: The native module of the package `deflate`; None for the one that can be imported.
        level: libdeflate's, 1 to 12.

    Raises:
        PleasingError: This interpreter cannot load it, or it is of another version.
    """
    loaded = _load(module)
    found = getattr(loaded, "__version__", None)
    if found != VERSION:
        where = module or f"the package {PACKAGE}"
        raise PleasingError(
            f"{where} is version {found} of the encoder, expected {VERSION}: another version may give other bytes. "
            f"{_ADVICE}"
        )
    return functools.partial(_deflate, loaded, level)


def _deflate(module: ModuleType, level: int, data: bytes) -> bytes:
    return bytes(module.deflate_compress(data, level))


def _load(module: Optional[Path]) -> ModuleType:
    import importlib.machinery
    import importlib.util

    if module is None:
        try:
            return importlib.import_module(f"{PACKAGE}.{_MODULE}")
        except ImportError as error:
            raise PleasingError(
                f"this Python has no {PACKAGE}, which compresses the zip: install {PACKAGE}=={VERSION}, or name its "
                f"native module with --encoder ({error})"
            ) from error
    # The name that its first function has; a path without a folder would be looked for in the system's.
    place = os.path.abspath(module)
    loader = importlib.machinery.ExtensionFileLoader(_MODULE, place)
    spec = importlib.util.spec_from_file_location(_MODULE, place, loader=loader)
    assert spec is not None
    try:
        loaded = importlib.util.module_from_spec(spec)
        loader.exec_module(loaded)
    except (ImportError, OSError) as error:
        import platform

        python = f"{platform.python_implementation()} {platform.python_version()}"
        here = f"{python} on {platform.machine()} {platform.system()}"
        raise PleasingError(
            f"the encoder {module} does not load in {here}: {error}. It was fetched for the Python and the "
            f"machine that the build was first run with; where a cache is shared, they must be alike. {_ADVICE}"
        ) from error
    return loaded
