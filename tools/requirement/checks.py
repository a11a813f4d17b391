"""What is wrong with the parts of a requirement, told before any of them reaches pip's command line or a BUILD file.

Each function returns a message, or None where the part is well formed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Optional

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_HASH = re.compile(r"sha256:[0-9a-f]{64}")
_URL = re.compile(r"(?:https?|file|(?:git|hg|svn|bzr)\+[a-z]+)://[^/?#]*/?[^?#]*", re.IGNORECASE)


def name_problem(name: str) -> Optional[str]:
    """Return what is wrong with a distribution's name.

    Args:
        name: Such as `zope.interface`.
    """
    if _NAME.fullmatch(name):
        return None
    return f"{name!r} is not a distribution's name, such as zope.interface"


def extra_problem(extra: str) -> Optional[str]:
    """Return what is wrong with an extra's name.

    Args:
        extra: Such as `socks`.
    """
    return None if _NAME.fullmatch(extra) else f"{extra!r} is not an extra's name"


def version_problem(version: str, name: str) -> Optional[str]:
    """Return what is wrong with an exact version.

    Args:
        version: Such as `1.2.3`.
        name: The distribution's name, for the message.
    """
    from packaging.version import InvalidVersion, Version

    try:
        Version(version)
    except InvalidVersion:
        pass
    else:
        # packaging takes white space around a version, and a requirements file a new line for its end.
        if version == version.strip():
            return None
    return f"{version!r} is not one version, such as 1.2.3, of {name}"


def hash_problem(text: str) -> Optional[str]:
    """Return what is wrong with a file's hash.

    Args:
        text: Such as `sha256:` and 64 digits.
    """
    if _HASH.fullmatch(text):
        return None
    return f"{text!r} is not a hash; expected sha256: and 64 digits of hex, in lower case"


def url_problem(url: str) -> Optional[str]:
    """Return what is wrong with the URL of a file or a repository.

    Args:
        url: Such as `https://example.com/foo-1.0.tar.gz` or `git+https://example.com/foo@0123`.
    """
    if "${" in url:
        return (
            f"{url!r} has ${{: pip replaces it with an environment variable, and sends that to the URL's host; "
            "write the URL out, and leave credentials to pip's configuration or .netrc"
        )
    if re.search(r"\s", url):
        return f"{url!r} is not a URL: it has white space"
    if not url.isprintable():
        return f"{url!r} has characters that do not show, which may make it look like another URL"
    if "\\" in url or not _URL.match(url):
        return f"{url!r} is not a URL that pip takes, such as https://example.com/foo-1.0.tar.gz"
    return None


def marker_problem(marker: str, title: str) -> Optional[str]:
    """Return what is wrong with an environment marker.

    Args:
        marker: As PEP 508 has them.
        title: The requirement, for the message.
    """
    from packaging.markers import InvalidMarker, Marker

    if not marker.isprintable():
        return f"the marker {marker!r} of {title} has characters that do not show"
    try:
        Marker(marker)
    except InvalidMarker as error:
        return f"the marker {marker!r} of {title} cannot be read: {str(error).splitlines()[0]}"
    except RecursionError:
        return f"the marker of {title} is nested too deeply to be read"
    return None


def problems(
    name: str,
    version: str,
    *,
    hashes: Iterable[str] = (),
    url: Optional[str] = None,
    extras: Iterable[str] = (),
    marker: Optional[str] = None,
) -> list[str]:
    """Return all that is wrong with a requirement.

    Args:
        name: The distribution's name.
        version: Its version; may be empty where there is a URL.
        hashes: Hashes of the files that may be taken.
        url: Where it is, if not on an index.
        extras: Its extras that are asked for.
        marker: PEP 508 marker of the platforms that it is for.
    """
    found = [name_problem(name), *map(extra_problem, extras)]
    if version or not url:
        found.append(version_problem(version, name))
    found += map(hash_problem, hashes)
    if url:
        found.append(url_problem(url))
    if marker is not None:
        found.append(marker_problem(marker, f"{name} {version}".rstrip()))
    return [problem for problem in found if problem is not None]
