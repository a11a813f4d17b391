"""Reach: which distributions the handler can come to by imports, those that run later included."""

from __future__ import annotations

from collections.abc import Iterable

from tools.imports.statement import When
from tools.lambda_zip.check.modules import Modules


def reached_distributions(modules: Modules, reached: Iterable[str]) -> frozenset[str]:
    """Return the names of the distributions that imports lead to.

    Followed is what runs when the handler is imported, and what first-party functions import when they are called,
    caught or not. What third-party code imports later, or by names made as it runs, is not known.

    Args:
        modules: The modules that the function can import.
        reached: The files that run when the handler is imported.
    """
    found = dict.fromkeys(reached)
    first_party = frozenset(modules.first_party)
    # The others' own edges have been followed already.
    waiting = [name for name in found if name in first_party]
    while waiting:
        name = waiting.pop()
        if name in first_party:
            following = [
                file
                for item in modules.imports(name, exact=False)
                if item.module and (item.when is not When.IMPORTED or modules.runs(item))
                for file in modules.files_of(item.module, item.name)
            ]
        else:
            following = list(modules.third_party_edges(name, []))
        for file in following:
            if file not in found:
                found[file] = None
                waiting.append(file)
    owners = (modules.items[name].distribution for name in found if name in modules.items)
    return frozenset(owner.name for owner in owners if owner is not None)
