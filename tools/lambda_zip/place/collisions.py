"""Collisions: files of a PEX that land on one name of the zip."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Callable, NamedTuple

from tools.archive.member import Member
from tools.archive.member_name import problem_with
from tools.errors import PleasingError
from tools.lambda_zip.place.layout import Placed
from tools.lambda_zip.place.pattern import Patterns
from tools.lambda_zip.read.pex import Area
from tools.lambda_zip.warning import BuildWarning, WarningKind

# Names that differ only in case: so many are told one by one.
_SHOWN = 20


class Landed(NamedTuple):
    """The files by their names in the zip, before those of one name are compared.

    Attributes:
        placed: One file a name, sorted: the one that would win.
        contested: The others, each with the one that would win.
    """

    placed: list[Placed]
    contested: list[tuple[Placed, Placed]]


class Settled(NamedTuple):
    """The files after collisions, one a name, sorted; and warnings about the choice."""

    placed: list[Placed]
    warnings: list[BuildWarning]


def land(placed: Iterable[Placed]) -> Landed:
    """Return which file each name of the zip would have. None is read.

    First-party code comes first, then the distribution whose name sorts first.

    Args:
        placed: What is to go into the zip.
    """
    found = Landed([], [])
    add = found.placed.append
    name, first = None, None
    for item in sorted(placed, key=_name_of):
        if item.name != name:
            name, first = item.name, item
            add(item)
            continue
        # Nearly all names are there once: only the others are worth their precedence.
        assert first is not None
        if _precedence(item) < _precedence(first):
            item, first = first, item
            found.placed[-1] = first
        found.contested.append((first, item))
    return found if not found.contested else _with_winners(found)


def settle(landed: Landed, allowed: Patterns) -> Settled:
    """Make sure that each name of the zip has one file.

    Files with the same bytes are one file. Where `allowed` takes the name, the one that would win is taken.

    Args:
        landed: What is to go into the zip, and what would land there too.
        allowed: Names that may collide.

    Raises:
        PleasingError: Two files with different bytes land on one name, a file and a folder have one name, or
            two names are the same once Unicode is normalised; all such cases at once.
    """
    placed = landed.placed
    problems: list[str] = []
    warnings: list[BuildWarning] = []
    for first, item in landed.contested:
        if same_bytes(first.member, item.member):
            continue
        if allowed.match(item.name):
            text = f"{item.name}: taken from {origin(first)}, not from {origin(item)}"
            warnings.append(BuildWarning(WarningKind.COLLISION, text))
        else:
            problems.append(
                f"two files with different bytes land on {item.name} in the zip:\n"
                f"    {origin(first)}\n    {origin(item)}\n"
                f"  take one out of deps, name it in exclude, or allow it: collisions_ok = [{item.name!r}]"
            )
    problems.extend(_name_problems(placed))
    problems.extend(_folder_problems(placed))
    _compare_spellings(placed, problems, warnings)
    if problems:
        raise PleasingError(problems)
    return Settled(placed, warnings)


def same_bytes(one: Member, other: Member) -> bool:
    """Return whether two members have the same bytes; they are read only where size and CRC-32 agree.

    Args:
        one: A member.
        other: Another, of any source.
    """
    if (one.size, one.crc) != (other.size, other.crc):
        return False
    return one.size == 0 or _digest(one) == _digest(other)


def origin(item: Placed) -> str:
    """Return where a file came from, for messages.

    Args:
        item: The file.
    """
    if item.area is Area.FIRST_PARTY:
        return f"{item.member.describe()} (first-party)"
    if item.distribution is None:
        return f"{item.member.describe()} (third-party, without metadata)"
    return f"{item.member.describe()} ({item.distribution.name} {item.distribution.version})"


def _with_winners(found: Landed) -> Landed:
    """Return the same, the contested files in the order of their precedence, each with the final winner."""
    winners = {first.name: first for first, _ in found.contested}
    for item in found.placed:
        if item.name in winners:
            winners[item.name] = item
    others = sorted((item for _, item in found.contested), key=_precedence)
    return Landed(found.placed, [(winners[item.name], item) for item in others])


def _name_of(item: Placed) -> str:
    return item.name


def _precedence(item: Placed) -> tuple[str, bool, str, str]:
    owner = item.distribution.name if item.distribution else ""
    return item.name, item.area is not Area.FIRST_PARTY, owner, item.member.name


def _digest(member: Member) -> bytes:
    import hashlib

    digest = hashlib.sha256()
    for piece in member.source.chunks(member):
        digest.update(piece)
    return digest.digest()


def _name_problems(placed: Sequence[Placed]) -> list[str]:
    # A name that was good may be bad without the folder before it: `third_party/python/C:x`.
    return [
        f"{origin(item)} lands on {item.name!r} in the zip, a name that cannot be unpacked safely: {problem}; "
        "rename it"
        for item in placed
        if item.name is not item.member.name and (problem := problem_with(item.name))
    ]


def _folder_problems(placed: Sequence[Placed]) -> list[str]:
    folders: set[str] = set()
    last = ""
    for item in placed:
        folder = item.name.rpartition("/")[0]
        if folder == last:
            continue
        last = folder
        while folder and folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    if not any(item.name in folders for item in placed):
        return []
    problems = []
    by_name = {item.name: item for item in placed}
    # With the least of characters for a slash, what is below a name comes right behind it.
    keys = sorted(name.replace("/", "\0") for name in by_name)
    for key, following in zip(keys, keys[1:]):
        if following.startswith(key + "\0"):
            name, below = key.replace("\0", "/"), following.replace("\0", "/")
            problems.append(
                f"{name} is both a file and a folder of the zip:\n    {origin(by_name[name])}\n"
                f"    {origin(by_name[below])}\n  rename one, or name one in exclude"
            )
    return problems


def _compare_spellings(placed: Sequence[Placed], problems: list[str], warnings: list[BuildWarning]) -> None:
    special = [item for item in placed if not item.name.isascii()]
    for first, item in _clashes(special, lambda name: unicodedata.normalize("NFC", name)):
        problems.append(
            f"two names are the same once Unicode is normalised, {first.name!r} and {item.name!r}:\n"
            f"    {origin(first)}\n    {origin(item)}\n  rename one"
        )
    # Of two names that differ in case, one at least is not what casefold makes of it; nearly all names are.
    folded = {key for item in placed if (key := item.name.casefold()) != item.name}
    suspects = [item for item in placed if item.name.casefold() in folded] if folded else []
    cases = [
        f"{first.name} and {item.name} differ only in case; on macOS and Windows the zip unpacks to one file"
        for first, item in _clashes(suspects, str.casefold)
        if unicodedata.normalize("NFC", first.name) != unicodedata.normalize("NFC", item.name)
    ]
    if len(cases) > _SHOWN:
        cases[_SHOWN:] = [f"and {len(cases) - _SHOWN} more names differ only in case"]
    warnings.extend(BuildWarning(WarningKind.SPELLING, text) for text in cases)


def _clashes(placed: Iterable[Placed], key: Callable[[str], str]) -> Iterator[tuple[Placed, Placed]]:
    """Yield the files whose names have a key that another one's has, each with the first that has it."""
    seen: dict[str, Placed] = {}
    for item in placed:
        first = seen.setdefault(key(item.name), item)
        if first is not item:
            yield first, item
