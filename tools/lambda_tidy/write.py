"""Write: from what is to become of BUILD files to their texts, to a diff, and to the files."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from tools.errors import PleasingError
from tools.lambda_tidy.layout import new_call, subinclude
from tools.lambda_tidy.plan import FileChange

_SUBINCLUDE = re.compile(r"^subinclude\(", re.MULTILINE)
_PREAMBLE = re.compile(r'(?:"""(?:.|\n)*?"""\n|#[^\n]*\n)*')


def new_texts(root: Path, changes: Iterable[FileChange]) -> dict[str, tuple[str, str]]:
    """Return the BUILD files that change: path -> what it has, and what it is to have.

    Args:
        root: The repository's root.
        changes: What becomes of them.
    """
    found: dict[str, tuple[str, str]] = {}
    for change in changes:
        before = (root / change.path).read_bytes().decode("utf-8") if change.exists else ""
        after = before
        if change.edits:
            from tools.lambda_tidy.edit import change_lists

            after = change_lists(before, change.edits)
        after = _with_subincludes(after, change.subincludes)
        for call in change.calls:
            after = f"{after.rstrip()}\n\n" if after.strip() else ""
            after += new_call(call.rule, call.arguments)
        if after != before:
            found[change.path] = (before, after)
    return found


def _with_subincludes(text: str, labels: Iterable[str]) -> str:
    """Return a BUILD file that brings more rules: behind what it brings already, else below its first comments."""
    lines = "".join(map(subinclude, labels))
    if not lines:
        return text
    if not text.strip():
        return lines
    match = _SUBINCLUDE.search(text)
    if match:
        return f"{text[: match.start()]}{lines}\n{text[match.start() :]}"
    match = _PREAMBLE.match(text)
    end = match.end() if match else 0
    head, rest = text[:end].rstrip("\n"), text[end:].lstrip("\n")
    return f"{head}\n\n{lines}\n{rest}" if head else f"{lines}\n{rest}"


def diff(texts: Mapping[str, tuple[str, str]]) -> str:
    """Return a unified diff of BUILD files.

    Args:
        texts: Path -> what it has, and what it is to have.
    """
    import difflib

    lines: list[str] = []
    for path, (before, after) in texts.items():
        lines += difflib.unified_diff(
            before.splitlines(keepends=True),
            after.splitlines(keepends=True),
            path if before else "/dev/null",
            path,
        )
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def write(root: Path, texts: Mapping[str, tuple[str, str]]) -> None:
    """Write BUILD files: each as a whole, and none where one of them cannot be written.

    Args:
        root: The repository's root.
        texts: Path -> what it has, and what it is to have.

    Raises:
        PleasingError: One cannot be written.
    """
    waiting: list[tuple[str, Path]] = []
    try:
        for name, (_, after) in texts.items():
            path = (root / name).resolve()  # a link stays one
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            waiting.append((temporary, path))
            with open(handle, "w", encoding="utf-8", newline="") as file:
                file.write(after)
            mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
            os.chmod(temporary, mode)
        for temporary, path in waiting:
            os.replace(temporary, path)
    except OSError as error:
        raise PleasingError(
            f"{error.filename or 'a BUILD file'} cannot be written: {error.strerror}"
        ) from None
    finally:
        for temporary, _ in waiting:
            if os.path.exists(temporary):
                os.unlink(temporary)
