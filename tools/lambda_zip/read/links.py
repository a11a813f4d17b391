"""Links: each symbolic link of a PEX becomes the file that it leads to, as a zip for Lambda has none."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from typing import Union

from tools.archive.member import Member
from tools.errors import PleasingError
from tools.lambda_zip.read.pex import Part

# As Linux has them (path_resolution(7), PATH_MAX).
_MAX_HOPS = 40
_MAX_TARGET = 4095


def follow_links(parts: Sequence[Part]) -> list[Part]:
    """Return the parts with every link replaced by its file's bytes under the link's name.

    Args:
        parts: All files of the PEX.

    Raises:
        PleasingError: A link leads out of the PEX, to a folder, to itself, or to nothing; all such links at
            once.
    """
    if not any(part.member.link for part in parts):
        return list(parts)
    files: dict[tuple[object, str], Member] = {
        (part.member.source, part.member.name): part.member for part in parts
    }
    folders = _folders(files)
    problems: list[str] = []
    followed = []
    for part in parts:
        if part.member.link:
            target = _follow(part.member, files, folders)
            if isinstance(target, str):
                problems.append(target)
                continue
            part = part._replace(member=target)
        followed.append(part)
    if problems:
        raise PleasingError(problems)
    return followed


def _folders(files: Mapping[tuple[object, str], Member]) -> set[tuple[object, str]]:
    folders: set[tuple[object, str]] = set()
    for source, name in files:
        folder = posixpath.dirname(name)
        while folder and (source, folder) not in folders:
            folders.add((source, folder))
            folder = posixpath.dirname(folder)
    return folders


def _follow(
    link: Member, files: Mapping[tuple[object, str], Member], folders: set[tuple[object, str]]
) -> Union[Member, str]:
    """Return the file that a link leads to, or the problem with it."""
    current = link
    for _ in range(_MAX_HOPS):
        if current.size > _MAX_TARGET:
            return (
                f"{current.describe()} is a link, but its target has {current.size:,} bytes; "
                "put the file itself in its place"
            )
        target = current.read().decode("utf-8", "backslashreplace")
        where = f"{link.describe()} is a link to {target!r}"
        if not target:
            return f"{where}, which is nothing; put the file itself in its place"
        if target.startswith("/"):
            return f"{where}, which is out of the PEX; put the file itself in its place"
        name = posixpath.normpath(posixpath.join(posixpath.dirname(current.name), target))
        if name == ".." or name.startswith("../"):
            return f"{where}, which is out of the PEX; put the file itself in its place"
        found = files.get((current.source, name))
        if found is None:
            if name == "." or (current.source, name) in folders:
                return f"{where}, which is a folder; put the folder's files in its place"
            return f"{where}, but there is no such file in the PEX"
        if not found.link:
            return Member(link.name, found.source, found.row)
        current = found
    return f"{link.describe()} is a link that leads in a circle; put the file itself in its place"
