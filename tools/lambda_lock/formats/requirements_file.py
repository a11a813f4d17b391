"""A requirements file as pip has it: logical lines, the files that it takes in, and options.

Which distribution needs which is only in the comments: `# via requests`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Optional

from tools.lambda_lock.formats import artefact

_COMMENT = re.compile(r"(?:^|\s)#(.*)$")
_VIA = re.compile(r"^\s*via\b\s*(.*)$")
_OPTION = re.compile(r"^(--?[A-Za-z][\w-]*)(?:[= ]\s*|(?<=^-[a-z]))?(.*)$")
_INDEXES = frozenset({"-i", "--index-url", "--extra-index-url", "-f", "--find-links"})
_FILES = {"-r": False, "--requirement": False, "-c": True, "--constraint": True}
_EDITABLE = frozenset({"-e", "--editable"})
# What has no meaning for files that a lock names with their hashes.
_WITHOUT_EFFECT = frozenset({"--require-hashes", "--pre", "--prefer-binary", "--trusted-host", "--no-index"})


class Entry(NamedTuple):
    """A line that asks for a distribution, or constrains one.

    Attributes:
        where: File and line, for messages.
        text: The logical line, without comments.
        via: What its `# via` comment names; None where it has none.
        constraint: Whether it stands in a file of constraints: it asks for nothing then.
    """

    where: str
    text: str
    via: Optional[list[str]]
    constraint: bool


class RequirementsFile:
    """What a requirements file says, together with the files that it takes in.

    Args:
        path: The file.
        text: Its content.

    Attributes:
        entries: Its lines that name distributions.
        indexes: URLs of indexes, without credentials.
        from_source: What `--no-binary` names; `:all:` is all.
        notes: Warnings: options that are not honoured.
        problems: What cannot be read.
    """

    def __init__(self, path: Path, text: str) -> None:
        self.entries: list[Entry] = []
        self.indexes: set[str] = set()
        self.from_source: set[str] = set()
        self.notes: list[str] = []
        self.problems: list[str] = []
        self._taken: set[Path] = set()
        self._take(path, text, path.name, constraint=False)

    def _take(self, path: Path, text: str, shown: str, *, constraint: bool) -> None:
        self._taken.add(path.resolve())
        for number, line, via in _logical_lines(text):
            where = f"{shown}:{number}"
            option = _OPTION.match(line)
            if option is None or option[1] in _EDITABLE:
                self.entries.append(Entry(where, line, via, constraint))
            elif option[1] in _FILES:
                self._include(path, option[2].strip(), where, constraint=constraint or _FILES[option[1]])
            else:
                self._obey(option[1], option[2].strip(), where)

    def _obey(self, option: str, value: str, where: str) -> None:
        if option in _INDEXES:
            self.indexes.add(artefact.public(value))
        elif option == "--no-binary":
            names = [name.strip() for name in value.split(",") if name.strip()]
            if ":none:" in names:
                self.from_source.clear()
            self.from_source.update(name for name in names if name != ":none:")
        elif option == "--only-binary":
            self.notes.append(
                f"{where}: --only-binary is not honoured: python_requirement builds an sdist where no wheel fits"
            )
        elif option not in _WITHOUT_EFFECT:
            self.notes.append(f"{where}: {option} is not honoured: no rule has options of pip")

    def _include(self, path: Path, name: str, where: str, *, constraint: bool) -> None:
        if re.match(r"^[a-z]+://", name):
            self.problems.append(
                f"{where}: {name!r} is taken in from the network; download it into the repository"
            )
            return
        included = path.parent / name
        if included.resolve() in self._taken:
            return
        try:
            text = included.read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            self.problems.append(f"{where}: {name!r} is taken in, and cannot be read ({reason})")
            return
        self._take(included, text, name, constraint=constraint)


def option_of_line(text: str) -> Iterator[tuple[str, str]]:
    """Yield the options that stand behind a requirement, each with its value.

    Args:
        text: The logical line.
    """
    for match in re.finditer(r"""\s(--[a-z][\w-]*)(?:[= ]("[^"]*"|'[^']*'|[^\s"']+(?:"[^"]*")?))?""", text):
        yield match[1], match[2] or ""


def without_options(text: str) -> str:
    """Return a requirement without the options behind it.

    Args:
        text: The logical line.
    """
    return re.split(r"\s--[a-z]", text, maxsplit=1)[0].strip()


def _logical_lines(text: str) -> Iterator[tuple[int, str, Optional[list[str]]]]:
    """Yield number, text and `# via` comment of each line: the comment stands at its end or below it."""
    lines = text.splitlines()
    pending: Optional[tuple[int, str, Optional[list[str]]]] = None
    position = 0
    while position < len(lines):
        start = position
        logical = ""
        comments = []
        while True:
            line = lines[position]
            comment = _COMMENT.search(line)
            if comment:
                comments.append(comment[1])
                line = line[: comment.start()]
            position += 1
            logical += " " + line.rstrip().rstrip("\\")
            if not line.rstrip().endswith("\\") or position == len(lines):
                break
        logical = logical.strip()
        if logical:
            if pending:
                yield pending
            pending = (start + 1, logical, None)
        if pending:
            for comment_text in comments:
                pending = (*pending[:2], _with_comment(pending[2], comment_text))
    if pending:
        yield pending


def _with_comment(via: Optional[list[str]], comment: str) -> Optional[list[str]]:
    """Return what the comments so far and one more name."""
    match = _VIA.match(comment)
    if match:
        return [name.strip() for name in match[1].split(",") if name.strip()]
    if via is not None and comment.strip():
        return [*via, comment.strip()]
    return via
