"""A completion: a lock with what its format does not record, from the index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Callable

from tools.errors import PleasingError
from tools.lambda_lock import dependency_specifier
from tools.lambda_lock.index import Answer, Index
from tools.lambda_lock.lock import Distribution, Lock, Origin
from tools.lambda_lock.marker_environments import MarkerEnvironments
from tools.lambda_lock.refusal import malformed

# The index knows these.
_ASKABLE = (Origin.INDEX, Origin.URL)


def for_functions(
    lock: Lock, environments: MarkerEnvironments, *, everything: bool = False, hashes: bool = False
) -> Lock:
    """Return a lock without the versions that no function uses and that the index would have to be asked about.

    Where a lock has several versions of a distribution, those that only hosts could use cost nothing: no
    metadata, no hashes, and no build of an old sdist with a new Python.

    Args:
        lock: The lock.
        environments: Where its markers are evaluated.
        everything: Whether the index is asked about all distributions.
        hashes: Whether it is asked for hashes that the lock has not.
    """
    used: dict[str, set[bool]] = {}
    for item in lock.distributions:
        used.setdefault(item.name, set()).add(bool(environments.holds(item.marker) & environments.functions))
    kept, left_out = [], []
    for item in lock.distributions:
        asked = everything or item.name in lock.incomplete or (hashes and not item.hashes)
        mask = environments.holds(item.marker)
        if (
            item.origin in _ASKABLE
            and asked
            and used[item.name] == {True, False}
            and (not mask & environments.functions)
        ):
            if mask:
                left_out.append(item.title)
            continue
        kept.append(item)
    notes = lock.notes
    if left_out:
        notes = (
            *notes,
            f"{', '.join(left_out)}: no function uses that version, so the index is not asked about it and "
            "no target is written; name a platform that does with --platform if hosts need it",
        )
    return lock._replace(distributions=tuple(kept), notes=notes)


def needs(
    lock: Lock,
    index: Index,
    environments: MarkerEnvironments,
    progress: Callable[[str], None],
    *,
    everything: bool = False,
) -> Lock:
    """Return a lock with what each distribution needs.

    Args:
        lock: The lock.
        index: What is asked.
        environments: Where its markers are evaluated; what is for none of them is not asked about.
        progress: Called with what is asked and why.
        everything: Ask for distributions that the lock has all of, too: the index tells which are yanked.

    Raises:
        PleasingError: The index has no answer.
    """
    asked = [
        item
        for item in lock.distributions
        if item.origin in _ASKABLE
        and (everything or item.name in lock.incomplete)
        and environments.holds(item.marker)
    ]
    if not asked:
        return lock
    names = ", ".join(item.title for item in asked[:3]) + (
        f" and {len(asked) - 3} more" if len(asked) > 3 else ""
    )
    progress(
        f"asking pip's index for the metadata of {names}"
        + ("" if everything else f": {lock.title} does not record all that they need")
    )
    _check(asked)
    answers = _by_version(asked, index.metadata)
    distributions = []
    problems = list(lock.problems)
    for item in lock.distributions:
        answer = answers.get((item.name, item.version))
        if answer is None:
            distributions.append(item)
            continue
        edges = item.edges
        if item.name in lock.incomplete:
            found, unread = dependency_specifier.edges(answer.requires, answer.extras)
            edges = tuple(found)
            problems += [
                f"{item.title}: its metadata has {line!r}, which is no requirement" for line in unread
            ]
        # pip takes an sdist only where neither the host nor a function's platform has a wheel.
        sdist = answer.sdist if item.sdist is None else item.sdist
        distributions.append(item._replace(edges=edges, sdist=sdist, yanked=answer.yanked))
    return lock._replace(distributions=tuple(distributions), incomplete=frozenset(), problems=tuple(problems))


def hashes(
    lock: Lock, index: Index, environments: MarkerEnvironments, progress: Callable[[str], None]
) -> Lock:
    """Return a lock in which no distribution is without hashes.

    Args:
        lock: The lock.
        index: What is asked.
        environments: Where its markers are evaluated; what is for none of them is not asked about.
        progress: Called with what is asked.

    Raises:
        PleasingError: The index has none.
    """
    asked = [
        item
        for item in lock.distributions
        if item.origin is Origin.INDEX and not item.hashes and environments.holds(item.marker)
    ]
    if not asked:
        return lock
    progress(
        f"asking pip's index for the hashes of {len(asked)} distributions: {lock.title} has none; what the "
        "index says now is trusted"
    )
    _check(asked)
    answers = _by_version(asked, index.hashes)
    distributions = []
    for item in lock.distributions:
        answer = answers.get((item.name, item.version))
        if answer:
            item = item._replace(
                hashes=answer.hashes, sdist=answer.sdist if item.sdist is None else item.sdist
            )
        distributions.append(item)
    return lock._replace(distributions=tuple(distributions))


def _check(asked: Sequence[Distribution]) -> None:
    """Raise where a name, a version or a URL must not reach pip: it would read more into it than is there."""
    problems = [problem for item in asked for problem in malformed(item)]
    if problems:
        raise PleasingError(problems)


def _by_version(
    asked: Sequence[Distribution], ask: Callable[[Sequence[Distribution]], Mapping[str, Answer]]
) -> dict[tuple[str, str], Answer]:
    """Ask for one version of each name at a time: pip takes no two in one command."""
    answers: dict[tuple[str, str], Answer] = {}
    left = list(asked)
    while left:
        batch = list({item.name: item for item in reversed(left)}.values())[::-1]
        found = ask(batch)
        answers.update({(item.name, item.version): found[item.name] for item in batch if item.name in found})
        left = [item for item in left if item not in batch]
    return answers


def require_answers(lock: Lock) -> None:
    """Raise where a lock is read without the index and cannot be.

    Args:
        lock: The lock.

    Raises:
        PleasingError: Some distributions' needs are recorded, and those of others are not.
    """
    missing = sorted(item.name for item in lock.distributions if item.name in lock.incomplete)
    if missing and len(missing) < len(lock.distributions):
        raise PleasingError(
            f"{lock.title} does not record what the extras of {', '.join(missing)} need, and --offline keeps "
            "this tool from asking the index; leave it out, or lock with uv, Poetry or PDM"
        )
