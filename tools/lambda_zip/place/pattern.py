"""Pattern: the globs of `exclude` and `collisions_ok`, over names in the zip.

`*` and `?` stay within one part of a path, `**` spans parts, `[...]` is a set. A pattern that names a folder
takes all that is below it, and one without a `/` matches at any depth, as in .gitignore.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tools.errors import PleasingError


class Patterns:
    """Several globs, each remembering whether it ever matched.

    Args:
        globs: The patterns.
        option: The option that they were given to, for messages.

    Raises:
        PleasingError: A pattern is malformed.
    """

    def __init__(self, globs: Sequence[str], option: str) -> None:
        self._unmatched = {glob: re.compile(_regex(glob, option)) for glob in globs}
        self._compiled = dict(self._unmatched)

    def match(self, name: str) -> bool:
        """Return whether any of the patterns takes the name.

        Args:
            name: A path in the zip.
        """
        matched = False
        for glob, regex in self._compiled.items():
            if regex.match(name):
                matched = True
                self._unmatched.pop(glob, None)
        return matched

    @property
    def unmatched(self) -> list[str]:
        """The patterns that no name matched so far, as they were given."""
        return list(self._unmatched)


def _regex(glob: str, option: str) -> str:
    if not glob or glob.startswith("/") or "//" in glob:
        raise PleasingError(
            f"{option}: {glob!r} is not a pattern; write a path in the zip, such as 'pkg/tests' or '**/*.pyi'"
        )
    anywhere = "/" not in glob.rstrip("/")
    glob = glob.rstrip("/")
    parts, index = ["(?s:", "(?:.*/)?" if anywhere else ""], 0
    while index < len(glob):
        char = glob[index]
        if glob.startswith("**/", index) and (index == 0 or glob[index - 1] == "/"):
            # Once is enough: several in a row would take the same, and long to find that nothing fits.
            if parts[-1] != "(?:.*/)?":
                parts.append("(?:.*/)?")
            index += 3
        elif glob.startswith("**", index):
            parts.append(".*")
            index += len(glob[index:]) - len(glob[index:].lstrip("*"))
        elif char == "*":
            parts.append("[^/]*")
            index += 1
        elif char == "?":
            parts.append("[^/]")
            index += 1
        elif char == "[":
            end = glob.find("]", index + (3 if glob[index + 1 : index + 2] in ("!", "^") else 2))
            if end < 0:
                raise PleasingError(f"{option}: {glob!r} has a '[' that no ']' closes")
            parts.append(_set(glob, glob[index + 1 : end], option))
            index = end + 1
        else:
            parts.append(re.escape(char))
            index += 1
    parts.append(r"(?:/.*)?)\Z")
    return "".join(parts)


def _set(glob: str, body: str, option: str) -> str:
    """Return the regular expression of what stands between `[` and `]`: characters and ranges."""
    negated = body[0] in "!^"
    body = body[1:] if negated else body
    items, index = [], 0
    while index < len(body):
        first = last = body[index]
        is_range = body[index + 1 : index + 2] == "-" and index + 2 < len(body)
        if is_range:
            last = body[index + 2]
            if last < first:
                raise PleasingError(f"{option}: {glob!r} has a range that runs backwards: {first}-{last}")
        items.append(f"{re.escape(first)}-{re.escape(last)}" if is_range else re.escape(first))
        index += 3 if is_range else 1
    return f"(?!/)[{'^' if negated else ''}{''.join(items)}]"
