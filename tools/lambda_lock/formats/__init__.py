"""A lock file's format, told by its content."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Optional

from tools.errors import PleasingError
from tools.lambda_lock.lock import Lock, unite

# Without these a text is no TOML and worth no error about TOML.
_LOOKS_LIKE_TOML = re.compile(r"^\s*(?:\[|(?:lock-)?version\s*=)", re.MULTILINE)

_KNOWN = (
    "Pipfile.lock, poetry.lock, uv.lock, pdm.lock, pylock.toml, or a requirements.txt with versions and "
    "hashes"
)


def read(path: Path, project: Optional[Path]) -> Lock:
    """Return what a lock file says.

    Args:
        path: The lock file. Its name means nothing.
        project: The file with the project's direct dependencies (pyproject.toml or Pipfile); None looks for
            one beside the lock file.

    Raises:
        PleasingError: It is of no known format, or not readable.
    """
    lock = _read(path, project)
    notes = lock.notes
    if not lock.distributions and not lock.problems:
        notes = (*notes, f"{path} locks no distribution, so no target is written")
    return lock._replace(distributions=unite(lock.distributions), notes=notes)


def _read(path: Path, project: Optional[Path]) -> Lock:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise PleasingError(
            f"{path} is not there (looked in {Path.cwd()}; under `plz run` paths are relative to the root of "
            "the repository)"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise PleasingError(f"{path} cannot be read ({error}); expected {_KNOWN}") from None
    if text.lstrip().startswith("{"):
        return _read_json(path, text, project)
    document = _toml(path, text)
    if document is None:
        from tools.lambda_lock.formats import requirements

        return requirements.read(path, text)
    metadata = document.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    try:
        if "lock-version" in document:
            from tools.lambda_lock.formats import pylock

            return pylock.read(path, document, project)
        if "lock-version" in metadata:
            from tools.lambda_lock.formats import poetry

            return poetry.read(path, document, project)
        if "lock_version" in metadata:
            from tools.lambda_lock.formats import pdm

            return pdm.read(path, document, project)
        if isinstance(document.get("version"), int):
            from tools.lambda_lock.formats import uv

            return uv.read(path, document)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise _damaged(path, error) from error
    raise PleasingError(f"{path} is TOML, but no lock file that is known; expected {_KNOWN}")


def _read_json(path: Path, text: str, project: Optional[Path]) -> Lock:
    try:
        document = json.loads(text)
    except RecursionError:
        raise _too_deep(path) from None
    except ValueError as error:
        raise PleasingError(f"{path} begins as JSON but is not ({error}); make the lock file anew") from None
    if "_meta" not in document:
        raise PleasingError(f"{path} is JSON without Pipfile.lock's `_meta`; expected {_KNOWN}")
    from tools.lambda_lock.formats import pipfile

    try:
        return pipfile.read(path, document, project)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise _damaged(path, error) from error


def _toml(path: Path, text: str) -> Optional[dict[str, Any]]:
    """Return the document, or None where the text does not look like TOML at all."""
    from tools.lambda_lock import toml

    if not _LOOKS_LIKE_TOML.search(text):
        return None
    try:
        return toml.loads(text)
    except RecursionError:
        raise _too_deep(path) from None
    except toml.TOMLDecodeError as error:
        raise PleasingError(f"{path} is not TOML ({error}); make the lock file anew") from None


def _too_deep(path: Path) -> PleasingError:
    return PleasingError(f"{path} is nested too deeply to be a lock file; make the lock file anew")


def _damaged(path: Path, error: Exception) -> PleasingError:
    return PleasingError(
        f"{path} does not have the form of its format ({type(error).__name__}: {error}); make the lock file "
        "anew, and if its tool is newer than this one, tell its maintainers"
    )
