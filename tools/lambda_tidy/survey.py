"""Survey: all that a run knows of a repository before it decides anything."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from tools.imports import condition, module_source, statement
from tools.lambda_tidy import build_call, source, wheel_modules
from tools.lambda_tidy.cache import Cache
from tools.lambda_tidy.distributions import Distributions, read_bundles
from tools.lambda_tidy.reading import Repository, read_repository
from tools.lambda_tidy.settings import Settings
from tools.lambda_tidy.target import Target, read_targets
from tools.lambda_tidy.tree import walk
from tools.lambda_tidy.wheel_modules import read_wheels

_READERS = (build_call, source, wheel_modules, condition, module_source, statement)


class Survey(NamedTuple):
    """What is known of a repository.

    Attributes:
        root: Its root.
        settings: Its settings.
        repository: What its files say.
        targets: Its targets.
        bundles: Libraries without sources -> the labels that they stand for.
        distributions: Its distributions.
    """

    root: Path
    settings: Settings
    repository: Repository
    targets: list[Target]
    bundles: dict[str, frozenset[str]]
    distributions: Distributions


def survey(root: Path, settings: Settings) -> Survey:
    """Return what is known of a repository.

    Args:
        root: Its root.
        settings: Its settings.

    Raises:
        PleasingError: Its BUILD files cannot be read.
    """
    cache = Cache(root, _READERS)
    repository = read_repository(root, walk(root, settings), cache)
    targets = read_targets(repository, settings)
    bundles = read_bundles(targets)
    wheels = read_wheels(root, targets, settings.module_dir, cache)
    cache.save()
    return Survey(root, settings, repository, targets, bundles, Distributions(targets, wheels, bundles))
