"""TOML, read by the standard library or, before Python 3.11, by `tomli`."""

from __future__ import annotations

import sys

from tools.errors import PleasingError

if sys.version_info >= (3, 11):
    from tomllib import TOMLDecodeError, loads
else:
    try:
        from tomli import TOMLDecodeError, loads
    except ImportError:
        raise PleasingError(
            f"lambda_lock needs the package `tomli` to read TOML before Python 3.11, which {sys.executable} does "
            "not have; install it (python3 -m pip install tomli), or use a newer Python"
        ) from None

__all__ = ["TOMLDecodeError", "loads"]
