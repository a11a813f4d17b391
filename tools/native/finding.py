"""Findings of the platform gate, and the messages that they become."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Optional

from tools.native.native_file import NativeFile
from tools.text import build_list

# Of more files than this, no line to paste names each.
_MOST_EXCLUDED = 8


class Finding(NamedTuple):
    """One thing wrong with one file. Files of one distribution with the same thing wrong share a message.

    Attributes:
        problem: Whether it could never work; otherwise it may not.
        file: The file.
        what: What is wrong, as the rest of a sentence that begins with the file.
        remedy: What to do about it.
        excludable: Whether leaving the file out is another remedy.
        library: The library that is missed, which may come from elsewhere than the zip.
    """

    problem: bool
    file: NativeFile
    what: str
    remedy: str
    excludable: bool = False
    library: Optional[str] = None


class Findings(NamedTuple):
    """What the gate found. Each entry is a complete message.

    Attributes:
        problems: What could never work.
        warnings: What may not work.
    """

    problems: tuple[str, ...]
    warnings: tuple[str, ...]


def findings_of(found: Sequence[Finding]) -> Findings:
    """Return the messages of findings.

    Args:
        found: The findings, in the order in which they are told.
    """
    return Findings(
        tuple(_messages(finding for finding in found if finding.problem)),
        tuple(_messages(finding for finding in found if not finding.problem)),
    )


def _messages(found: Iterable[Finding]) -> Iterator[str]:
    """Write one message for each thing wrong with a distribution: the first file is named, the rest are counted."""
    groups: dict[tuple[Optional[str], str, str], list[Finding]] = {}
    for finding in found:
        groups.setdefault((finding.file.distribution, finding.what, finding.remedy), []).append(finding)
    for (distribution, what, remedy), same in groups.items():
        more = f", like {len(same) - 1} more of its files," if len(same) > 1 else ""
        yield (
            f"{same[0].file.path} (of {distribution or 'first-party code'}){more} {what}; "
            f"{remedy}{_alternatives(same)}"
        )


def _alternatives(same: Sequence[Finding]) -> str:
    """Return the lines to paste into the rule, as the end of a message."""
    text = ""
    if same[0].excludable and len(same) <= _MOST_EXCLUDED:
        files = "the file" if len(same) == 1 else "the files"
        text += f", or leave {files} out: exclude = {build_list([finding.file.path for finding in same])}"
    elif same[0].excludable:
        text += ", or leave the files out with exclude"
    if same[0].library:
        text += f", or name it if a layer has it: provided_libraries = {build_list([same[0].library])}"
    return text
