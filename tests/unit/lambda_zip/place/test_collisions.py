from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Optional

import pytest

from tests.builders.member import MemorySource, member, placed
from tools.archive.member import Member
from tools.errors import PleasingError
from tools.lambda_zip.place.collisions import Settled, land, origin, same_bytes
from tools.lambda_zip.place.collisions import settle as settle_landed
from tools.lambda_zip.place.layout import Placed
from tools.lambda_zip.place.pattern import Patterns
from tools.lambda_zip.read.distribution import Distribution
from tools.lambda_zip.read.pex import Area

A = Distribution("a", "1.0", "", "a-1.0.dist-info")
B = Distribution("b", "2.0", "", "b-2.0.dist-info")
NONE = Patterns([], "collisions_ok")


def settle(files: Iterable[Placed], allowed: Patterns) -> Settled:
    return settle_landed(land(files), allowed)


def read_of(member: Member) -> list[str]:
    assert isinstance(member.source, MemorySource)
    return member.source.read


def problems(*files: Placed, allowed: Optional[Patterns] = None) -> tuple[str, ...]:
    with pytest.raises(PleasingError) as caught:
        settle(files, allowed or NONE)
    return caught.value.problems


def test_files_are_sorted() -> None:
    files = [placed("b"), placed("a/c")]
    assert [item.name for item in settle(files, NONE).placed] == ["a/c", "b"]


def test_the_same_bytes_are_one_file() -> None:
    settled = settle([placed("x.py", b"same", B), placed("x.py", b"same", A), placed("x.py", b"same")], NONE)
    assert [item.area for item in settled.placed] == [Area.FIRST_PARTY]
    assert [warning.text for warning in settled.warnings] == []


def test_different_bytes_are_an_error_that_names_both() -> None:
    assert problems(placed("x.py", b"one", A), placed("x.py", b"two", B)) == (
        "two files with different bytes land on x.py in the zip:\n"
        "    third_party/python/x.py in app.pex (a 1.0)\n"
        "    third_party/python/x.py in app.pex (b 2.0)\n"
        "  take one out of deps, name it in exclude, or allow it: collisions_ok = ['x.py']",
    )


def test_an_allowed_collision_is_won_by_first_party_code_then_by_name() -> None:
    allowed = Patterns(["x.py", "y.py"], "collisions_ok")
    files = [
        placed("x.py", b"b", B),
        placed("x.py", b"a", A),
        placed("y.py", b"a", A),
        placed("y.py", b"own"),
    ]
    settled = settle(files, allowed)
    assert [item.member.read() for item in settled.placed] == [b"a", b"own"]
    assert [warning.text for warning in settled.warnings] == [
        "x.py: taken from third_party/python/x.py in app.pex (a 1.0), not from third_party/python/x.py in app.pex (b 2.0)",
        "y.py: taken from y.py in app.pex (first-party), not from third_party/python/y.py in app.pex (a 1.0)",
    ]
    assert allowed.unmatched == []


def test_who_wins_is_known_before_anything_is_read() -> None:
    files = [placed("x.py", b"b", B), placed("x.py", b"own"), placed("a"), placed("x.py", b"a", A)]
    landed = land(files)
    assert landed.placed == [files[2], files[1]]
    assert landed.contested == [(files[1], files[3]), (files[1], files[0])]
    assert [name for item in files for name in read_of(item.member)] == []


def test_the_same_crc_is_not_the_same_bytes() -> None:
    one, other = member("a", b"one"), member("a", b"two")
    other.source.table.crcs[other.row] = one.crc
    assert not same_bytes(one, other)
    assert same_bytes(one, member("b", b"one"))
    assert same_bytes(member("a"), member("b"))


def test_a_file_and_a_folder_of_one_name() -> None:
    assert problems(placed("a/b/c.py", b"x", A), placed("a", b"y")) == (
        "a is both a file and a folder of the zip:\n    a in app.pex (first-party)\n"
        "    third_party/python/a/b/c.py in app.pex (a 1.0)\n  rename one, or name one in exclude",
    )


def test_names_that_are_one_when_unicode_is_normalised() -> None:
    composed, decomposed = "é.txt", unicodedata.normalize("NFD", "é.txt")
    assert problems(placed(composed, b"x"), placed(decomposed, b"x")) == (
        f"two names are the same once Unicode is normalised, {decomposed!r} and {composed!r}:\n"
        f"    {decomposed} in app.pex (first-party)\n    {composed} in app.pex (first-party)\n  rename one",
    )


def test_names_that_differ_only_in_case_are_a_warning() -> None:
    settled = settle([placed("A.py"), placed("a.py"), placed("b.py")], NONE)
    assert [str(warning) for warning in settled.warnings] == [
        "A.py and a.py differ only in case; on macOS and Windows the zip unpacks to one file"
    ]


def test_a_name_in_two_cases_neither_of_which_is_the_folded_one() -> None:
    warnings = settle([placed("Ab"), placed("aB"), placed("ac"), placed("AC"), placed("B")], NONE).warnings
    assert [warning.text for warning in warnings] == [
        "Ab and aB differ only in case; on macOS and Windows the zip unpacks to one file",
        "AC and ac differ only in case; on macOS and Windows the zip unpacks to one file",
    ]


def test_not_too_many_names_that_differ_only_in_case_are_told() -> None:
    files = [placed(name) for number in range(30) for name in (f"a{number}", f"A{number}")]
    warnings = [warning.text for warning in settle(files, NONE).warnings]
    assert len(warnings) == 21
    assert warnings[-1] == "and 10 more names differ only in case"


def test_a_name_that_is_bad_only_at_the_root() -> None:
    item = placed("C:x.py", b"", None, Area.THIRD_PARTY)
    assert problems(item) == (
        "third_party/python/C:x.py in app.pex (third-party, without metadata) lands on 'C:x.py' in the zip, a name that "
        "cannot be unpacked safely: it begins with a drive letter; rename it",
    )


def test_where_a_file_came_from() -> None:
    assert origin(placed("a")) == "a in app.pex (first-party)"
    assert origin(placed("a", b"", A)) == "third_party/python/a in app.pex (a 1.0)"
    assert (
        origin(placed("a", b"", None, Area.THIRD_PARTY))
        == "third_party/python/a in app.pex (third-party, without metadata)"
    )
