"""This repository as Git lists it: what is committed, and what could be."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def listed_files(*patterns: str) -> list[str]:
    """Return the files of the repository that are there, by their paths in it.

    Args:
        patterns: Git's, of which a file has to match one; none for all files.

    Raises:
        subprocess.CalledProcessError: This is no checkout of Git.
    """
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *patterns],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def copy_checkout(folder: Path) -> Path:
    """Copy the files of the repository into a folder, and return it.

    Args:
        folder: The folder; it is made.
    """
    for name in listed_files():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)
    return folder
