"""An artefact: one file of a distribution, as a lock file names it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Optional
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from tools.errors import PleasingError

_ARCHIVE = re.compile(r"\.(?:tar(?:\.\w+)?|tgz|tbz|zip)$", re.IGNORECASE)


def hashes(values: Iterable[object]) -> tuple[str, ...]:
    """Return the SHA-256 hashes among what a lock lists, sorted and each once.

    Args:
        values: `sha256:<hex>` each; others (MD5 in very old locks) are left out, as nothing shall trust them.
    """
    return tuple(sorted({str(value).lower() for value in values if str(value).startswith("sha256:")}))


def is_wheel(name: str) -> bool:
    """Whether a file name or URL names a wheel.

    Args:
        name: The name.
    """
    return unquote(_split(name).path).endswith(".whl")


def only_sdist(names: Iterable[str]) -> Optional[bool]:
    """Return whether no file is a wheel, or None where no file has a name.

    Args:
        names: File names or URLs.
    """
    listed = [name for name in names if name]
    return not any(map(is_wheel, listed)) if listed else None


def file_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names of files, sorted and each once.

    Args:
        names: File names or URLs; empty ones are left out.
    """
    return tuple(sorted({unquote(_split(name).path.rpartition("/")[2]) for name in names if name}))


def public(url: str) -> str:
    """Return a URL without credentials.

    Args:
        url: As the lock has it.
    """
    parts = _split(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _split(url: str) -> SplitResult:
    """Return the parts of a URL.

    Raises:
        PleasingError: It is none.
    """
    try:
        return urlsplit(url)
    except ValueError as error:
        raise PleasingError(
            f"{url!r} is not a URL ({error}); mend it where it is asked for, and lock again"
        ) from None


def version_of(url: str) -> Optional[str]:
    """Return the version in an artefact's file name, or None.

    Args:
        url: Its URL or path.
    """
    from packaging.utils import (
        InvalidSdistFilename,
        InvalidWheelFilename,
        parse_sdist_filename,
        parse_wheel_filename,
    )

    name = unquote(_split(url).path.rpartition("/")[2])
    try:
        if name.endswith(".whl"):
            return str(parse_wheel_filename(name)[1])
        return str(parse_sdist_filename(_ARCHIVE.sub(".tar.gz", name))[1])
    except (InvalidSdistFilename, InvalidWheelFilename):
        return None


def hash_in_fragment(url: str) -> list[str]:
    """Return the hash that a URL carries as `#sha256=<hex>`.

    Args:
        url: The URL.
    """
    match = re.search(r"[#&]sha256=([0-9a-fA-F]{64})", url)
    return [f"sha256:{match[1].lower()}"] if match else []


def without_hash(url: str) -> str:
    """Return a URL without credentials and without a hash in its fragment; `subdirectory` stays.

    Args:
        url: The URL.
    """
    parts = _split(public(url))
    kept = [part for part in parts.fragment.split("&") if part and not part.startswith(("sha256=", "egg="))]
    return urlunsplit(parts._replace(fragment="&".join(kept)))


def of_table(table: Mapping[str, object]) -> list[str]:
    """Return the hashes of PEP 751's `hashes = {sha256 = "..."}`.

    Args:
        table: The table.
    """
    return [f"{algorithm}:{digest}" for algorithm, digest in table.items()]
