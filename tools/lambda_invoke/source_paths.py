"""Source paths: where in the repository a file of the function comes from."""

from __future__ import annotations

import functools
import re
import zipfile
from collections.abc import Sequence

from tools.lambda_invoke.function import Function

_ENTRY = "lambda_function.py"
_TASK = "/var/task"
_IMPORTING = re.compile(r'  File "(?:<frozen importlib|[^"]*/importlib/__init__\.py")')


class SourcePaths:
    """The paths of a function's files, in the function and in the repository.

    Args:
        function: The function.
    """

    def __init__(self, function: Function) -> None:
        self._function = function
        self._task = _TASK
        self._runtime = "/var/runtime"

    def place(self, task: str, runtime: str) -> None:
        """Say where the function's files are this time.

        Args:
            task: Folder of the zip's contents.
            runtime: Folder of the runtime interface client.
        """
        self._task, self._runtime = task, runtime

    @functools.cached_property
    def first_party(self) -> dict[str, str]:
        """Names in the zip of the repository's own Python files -> their paths in the repository."""
        with zipfile.ZipFile(self._function.zip) as archive:
            names = archive.namelist()
            installed: set[str] = set()
            for name in names:
                if name.endswith(".dist-info/RECORD"):
                    lines = archive.read(name).decode("utf-8", "replace").splitlines()
                    # A name with a comma is quoted; no module has one.
                    installed.update(line.split(",")[0] for line in lines)
        return {
            name: self._function.relocated.get(name, name)
            for name in names
            if name.endswith(".py") and name not in installed and name != _ENTRY
        }

    def in_repository(self, text: str) -> str:
        """Return a text with the paths of the repository where it had the function's.

        Args:
            text: Such as a traceback.
        """
        if self._task != _TASK:
            text = text.replace(self._runtime, "/var/runtime").replace(self._task, _TASK)
        return re.sub(r"/var/task/([^\s\"':,()]+\.py)", self._shown, text) if _TASK in text else text

    def _shown(self, match: re.Match[str]) -> str:
        return self.first_party.get(match[1], match[0])

    def traceback(self, stack: Sequence[str]) -> str:
        """Return a traceback for people, from the function's code on.

        Args:
            stack: Its frames as awslambdaric gives them.
        """
        frames = [frame if frame.endswith("\n") else frame + "\n" for frame in stack]
        # How the entry point was imported is the same for every function.
        first = next((index for index, frame in enumerate(frames) if self._is_own(frame)), 0)
        return self.in_repository("".join(frame for frame in frames[first:] if not _IMPORTING.match(frame)))

    def _is_own(self, frame: str) -> bool:
        return f'"{self._task}/' in frame and f'"{self._task}/{_ENTRY}"' not in frame
