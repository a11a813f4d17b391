"""Resolve: from an import to the label of what has the module."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import NamedTuple

from tools.aws.provided import PROVIDED
from tools.imports.standard_library import is_top_level, system_of
from tools.lambda_tidy.distributions import Distributions
from tools.lambda_tidy.first_party import FirstParty
from tools.lambda_tidy.settings import Settings

_PROVIDED = frozenset(item.module for item in PROVIDED)


class Found(NamedTuple):
    """What has a module.

    Attributes:
        labels: The labels; several where it is not clear which. None where nothing needs to be depended on.
        module: The module that was found.
        missing: Whether nothing is known to have it.
        owners: All labels that have it, those of lower rank included: they need nobody else.
    """

    labels: Sequence[str]
    module: str
    missing: bool = False
    owners: frozenset[str] = frozenset()


class Resolver:
    """Finds what has a module.

    Args:
        first_party: The repository's own modules.
        distributions: Its distributions.
        settings: Its settings.
    """

    def __init__(self, first_party: FirstParty, distributions: Distributions, settings: Settings) -> None:
        self._first_party = first_party
        self._distributions = distributions
        self._settings = settings
        self._find = functools.lru_cache(maxsize=None)(self._look_up)

    def find(self, module: str, name: str) -> Found:
        """Return what has the module of an import.

        Args:
            module: Its dotted name.
            name: What is imported from it; empty for the module alone, `*` for all.
        """
        return self._find(module, name)

    def _look_up(self, module: str, name: str) -> Found:
        for candidate in [f"{module}.{name}", module] if name and name != "*" else [module]:
            providers = self._first_party.providers(candidate)
            if providers:
                labels = sorted(provider.label for provider in providers)
                return Found(labels, candidate, False, self._first_party.owners(candidate))
        if not module or self._settings.ignores(module):
            return Found((), module)
        top = module.partition(".")[0]
        if self._first_party.is_package(module):
            # A folder without an __init__.py, of which nothing is imported that a target has.
            return Found(
                (),
                module,
                bool(name) and name != "*" and not self._first_party.is_package(f"{module}.{name}"),
            )
        if is_top_level(top) or system_of(top):
            return Found((), module)
        found = self._distributions.find(module, name)
        if found:
            return Found(found, module)
        return Found((), module, top not in _PROVIDED and top != "pytest")
