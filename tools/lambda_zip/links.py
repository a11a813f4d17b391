"""Links: each symbolic link of a PEX becomes the file that it leads to, as a zip for Lambda has none."""

from __future__ import annotations

import posixpath
from typing import Sequence, Union

from tools.errors import PleasingError
from tools.lambda_zip.member import Member
from tools.lambda_zip.pex import Part

# As Linux has it (path_resolution(7)).
_MAX_HOPS = 40


def follow_links(parts: Sequence[Part]) -> list[Part]:
    """Returns the parts with every link replaced by its file's bytes under the link's name.

    Args:
        parts: All files of the PEX.

    Raises:
        PleasingError: A link leads out of the PEX, to a folder, to itself, or to nothing; all such links at once.
    """
    if not any(part.member.link for part in parts):
        return list(parts)
    files = {(part.member.source, part.member.name): part.member for part in parts}
    problems: list[str] = []
    followed = []
    for part in parts:
        if part.member.link:
            target = _follow(part.member, files)
            if isinstance(target, str):
                problems.append(target)
                continue
            part = part._replace(member=target)
        followed.append(part)
    if problems:
        raise PleasingError(problems)
    return followed


def _follow(link: Member, files: dict[tuple[object, str], Member]) -> Union[Member, str]:
    """Returns the file that a link leads to, or the problem with it."""
    current = link
    for _ in range(_MAX_HOPS):
        target = current.read().decode("utf-8", "backslashreplace")
        where = f"{link.describe()} is a link to {target!r}"
        if target.startswith("/"):
            return f"{where}, which is out of the PEX; put the file itself in its place"
        name = posixpath.normpath(posixpath.join(posixpath.dirname(current.name), target))
        if name == ".." or name.startswith("../"):
            return f"{where}, which is out of the PEX; put the file itself in its place"
        found = files.get((current.source, name))
        if found is None:
            if name == "." or any(other.startswith(name + "/") for source, other in files if source is link.source):
                return f"{where}, which is a folder; put the folder's files in its place"
            return f"{where}, but there is no such file in the PEX"
        if not found.link:
            return Member(
                link.name, found.source, found.method, found.crc, found.compressed, found.size,
                found.executable, False, found.offset,
            )  # fmt: skip
        current = found
    return f"{link.describe()} is a link that leads in a circle; put the file itself in its place"
