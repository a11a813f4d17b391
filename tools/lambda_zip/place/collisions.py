"""Collisions: files of a PEX that land on one name of the zip."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterable, Iterator
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


class Settled(NamedTuple):
    """The files after collisions, one a name, sorted; and warnings about the choice."""

    placed: list[Placed]
    warnings: list[BuildWarning]


def settle(placed: Iterable[Placed], allowed: Patterns) -> Settled:
    """Makes sure that each name of the zip has one file.

    Files with the same bytes are one file. Where `allowed` takes the name, first-party code wins, then the
    distribution whose name sorts first.

    Args:
        placed: What is to go into the zip.
        allowed: Names that may collide.

    Raises:
        PleasingError: Two files with different bytes land on one name, a file and a folder have one name, or
            two names are the same once Unicode is normalised; all such cases at once.
    """
    by_name: dict[str, Placed] = {}
    problems: list[str] = []
    warnings: list[BuildWarning] = []
    for item in _by_precedence(placed):
        first = by_name.setdefault(item.name, item)
        if first is item or same_bytes(first.member, item.member):
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
    problems.extend(_name_problems(by_name))
    problems.extend(_folder_problems(by_name))
    _compare_spellings(by_name, problems, warnings)
    if problems:
        raise PleasingError(problems)
    return Settled([by_name[name] for name in sorted(by_name)], warnings)


def same_bytes(one: Member, other: Member) -> bool:
    """Returns whether two members have the same bytes; they are read only where size and CRC-32 agree.

    Args:
        one: A member.
        other: Another, of any source.
    """
    if (one.size, one.crc) != (other.size, other.crc):
        return False
    return one.size == 0 or _digest(one) == _digest(other)


def origin(item: Placed) -> str:
    """Returns where a file came from, for messages.

    Args:
        item: The file.
    """
    if item.area is Area.FIRST_PARTY:
        return f"{item.member.describe()} (first-party)"
    if item.distribution is None:
        return f"{item.member.describe()} (third-party, without metadata)"
    return f"{item.member.describe()} ({item.distribution.name} {item.distribution.version})"


def _by_precedence(placed: Iterable[Placed]) -> Iterator[Placed]:
    """Yield the files by name; those of one name in the order in which they win."""
    # Nearly all names are there once: a sort by the whole precedence would make a tuple for each.
    for _, group in itertools.groupby(sorted(placed, key=_name_of), key=_name_of):
        yield from sorted(group, key=_precedence)


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


def _name_problems(by_name: dict[str, Placed]) -> list[str]:
    # A name that was good may be bad without the folder before it: `third_party/python/C:x`.
    return [
        f"{origin(item)} lands on {name!r} in the zip, a name that cannot be unpacked safely: {problem}; "
        "rename it"
        for name, item in by_name.items()
        if name is not item.member.name and (problem := problem_with(name))
    ]


def _folder_problems(by_name: dict[str, Placed]) -> list[str]:
    problems = []
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


def _compare_spellings(by_name: dict[str, Placed], problems: list[str], warnings: list[BuildWarning]) -> None:
    def clashes(key: Callable[[str], str], names: Iterable[str]) -> Iterable[tuple[str, str]]:
        seen: dict[str, str] = {}
        for name in names:
            first = seen.setdefault(key(name), name)
            if first != name:
                yield first, name

    names = sorted(by_name)
    special = [name for name in names if not name.isascii()]
    for first, name in clashes(lambda name: unicodedata.normalize("NFC", name), special):
        problems.append(
            f"two names are the same once Unicode is normalised, {first!r} and {name!r}:\n"
            f"    {origin(by_name[first])}\n    {origin(by_name[name])}\n  rename one"
        )
    cases = [
        f"{first} and {name} differ only in case; on macOS and Windows the zip unpacks to one file"
        for first, name in clashes(str.casefold, names)
        if unicodedata.normalize("NFC", first) != unicodedata.normalize("NFC", name)
    ]
    if len(cases) > _SHOWN:
        cases[_SHOWN:] = [f"and {len(cases) - _SHOWN} more names differ only in case"]
    warnings.extend(BuildWarning(WarningKind.SPELLING, text) for text in cases)
