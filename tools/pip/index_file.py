"""A file of a distribution that an index has, as pip's log tells of it.

No command of pip lists an index's files, and no other way to read an index honours all of pip's configuration
(credentials, keyrings, mirrors, certificates, proxies). Its log has a line for each file that it looked at,
with the file's URL in it. Only that is relied upon: lines that name a link. What cannot be read is as if it
were not there, so that a change of pip's wording costs a message's detail and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple, Optional
from urllib.parse import unquote

from packaging.tags import Tag
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

_LINK = re.compile(
    r"\blink\b.*?(?P<name>[^/\s?#]+\.(?:whl|zip|tgz|tbz|txz|tar\.(?:gz|bz2|xz)))"
    r"(?:#(?:\S*&)?sha256=(?P<sha256>[0-9a-f]{64}))?(?=[\s?#&),]|$)",
    re.IGNORECASE,
)
# packaging knows sdists by the names that PEP 625 has. Older ones are archives of other kinds, which pip builds too.
_OTHER_SDIST = re.compile(r"\.(?:tgz|tbz|txz|tar\.bz2|tar\.xz)$", re.IGNORECASE)
_REQUIRES_PYTHON = re.compile(r"\(requires-python:([^)]*)\)")


class IndexFile(NamedTuple):
    """A wheel or an sdist.

    Attributes:
        filename: Its name.
        version: The distribution's version.
        tags: A wheel's tags; None for an sdist.
        sha256: Its hash in hex, where the index says so.
        requires_python: PEP 440 specifier of the Pythons that it is for; empty for all.
    """

    filename: str
    version: Version
    tags: Optional[frozenset[Tag]]
    sha256: Optional[str]
    requires_python: str


def read_log(lines: Iterable[str], name: str) -> list[IndexFile]:
    """Return the files of a distribution that pip looked at, in its order, each once.

    Args:
        lines: pip's log, as `--log` writes it.
        name: The distribution's name.
    """
    found: dict[str, IndexFile] = {}
    wanted = canonicalize_name(name)
    for line in lines:
        match = _LINK.search(line)
        if match is None:
            continue
        filename = unquote(match["name"])
        tags: Optional[frozenset[Tag]] = None
        try:
            if filename.endswith(".whl"):
                distribution, version, _, tags = parse_wheel_filename(filename)
            else:
                distribution, version = parse_sdist_filename(_OTHER_SDIST.sub(".tar.gz", filename))
        except (InvalidWheelFilename, InvalidSdistFilename, InvalidVersion):
            continue
        if distribution == wanted:
            requires = _REQUIRES_PYTHON.search(line)
            found.setdefault(
                filename,
                IndexFile(filename, version, tags, match["sha256"], requires[1].strip() if requires else ""),
            )
    return list(found.values())
