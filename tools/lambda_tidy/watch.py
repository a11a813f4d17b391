"""Watch: waits until a repository's BUILD files or Python sources change."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Callable

from tools.lambda_tidy.settings import Settings
from tools.lambda_tidy.tree import walk

# Seconds between looks; a look at 5,000 files takes a twentieth of a second.
_INTERVAL = 0.5


def state(root: Path, settings: Settings) -> Any:
    """Return what differs once a file that counts has changed.

    Args:
        root: The repository's root.
        settings: Its settings.
    """
    return [
        (folder.path, folder.build_file, folder.build_stat, folder.sources) for folder in walk(root, settings)
    ]


def wait(root: Path, settings: Settings, before: Any, sleep: Callable[[float], None] = time.sleep) -> Any:
    """Return the new state once it is another.

    Args:
        root: The repository's root.
        settings: Its settings.
        before: The state that is known.
        sleep: Waits for some seconds.
    """
    while True:
        sleep(_INTERVAL)
        now = state(root, settings)
        if now != before:
            return now
