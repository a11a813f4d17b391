from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from tools.wheel_notes.requires import Required, fits, from_json, platform_key, read_requires, to_json

METADATA = b"""Metadata-Version: 2.1
Name: requests
Provides-Extra: socks
Provides-Extra: use_chardet
Requires-Dist: urllib3 (<3,>=1.21.1)
Requires-Dist: Zope.Interface[Test_It]>=1; python_version < "3.11"
Requires-Dist: PySocks!=1.5.7,>=1.5.6; extra == "socks"
Requires-Dist: chardet; extra == 'use-chardet'
Requires-Dist: pywin32; sys_platform == "win32"
Requires-Dist: broken !!
Requires-Dist: folded
  >=1

Requires-Dist: not-a-field
"""

X86 = "x86_64"


def read(python: tuple[int, int]) -> dict[str, Required]:
    return {required.name: required for required in read_requires(METADATA, [python])}


def test_markers_are_evaluated_for_lambda() -> None:
    found = read((3, 12))
    assert sorted(found) == ["chardet", "folded", "pysocks", "urllib3"]
    assert found["urllib3"] == Required("urllib3", (), "<3,>=1.21.1", {"": None})
    old = read((3, 10))["zope-interface"]
    assert (old.extras, old.specifier) == (("test-it",), ">=1")


def test_a_note_says_it_for_every_platform() -> None:
    found = {required.name: required for required in read_requires(METADATA)}
    zope = found["zope-interface"]
    assert zope.applies((), platform_key((3, 10), X86))
    assert not zope.applies((), platform_key((3, 11), X86))
    assert found["pysocks"].applies(["socks"], platform_key((3, 13), "arm64"))
    assert not found["pysocks"].applies([], platform_key((3, 13), "arm64"))
    assert found["chardet"].applies(["use-chardet"], platform_key((3, 13), "arm64"))
    for required in found.values():
        assert from_json(json.loads(json.dumps(to_json(required)))) == required


def test_nothing_required() -> None:
    assert list(read_requires(b"Name: six\n\nRequires-Dist: text\n")) == []


@pytest.mark.parametrize(
    ("version", "specifier", "expected"),
    [
        ("2.2.0", "<3,>=1.21.1", True),
        ("3.0", "<3", False),
        ("1.0", "==1.0.0", True),
        ("1.0.1", "==1.0.*", True),
        ("1.1", "~=1.0", True),
        ("2.0", "~=1.0", False),
        ("2.9.0.post0", ">=2.8.2", True),
        ("2.9.0.post0", "<=2.9.0", False),
        ("2.9.0.post0", ">2.9.0", False),
        ("1.0rc1", ">=0.9", True),
        ("odd version", ">=1", True),
        ("1.0", "", True),
        ("1.0", "oddly", True),
    ],
)
def test_fits(version: str, specifier: str, expected: bool) -> None:
    assert fits(version, specifier) is expected


_RELEASES = st.lists(st.integers(0, 3), min_size=1, max_size=3).map(lambda parts: ".".join(map(str, parts)))
_VERSIONS = st.builds("{}{}".format, _RELEASES, st.sampled_from(["", "", ".post1", "rc1", ".dev0", "+local"]))
_CLAUSES = st.builds("{}{}".format, st.sampled_from([">=", "<=", "<", ">", "!=", "=="]), _RELEASES)


@given(_VERSIONS, st.lists(_CLAUSES, min_size=1, max_size=2).map(",".join))
def test_fits_says_what_packaging_says(version: str, specifier: str) -> None:
    assert fits(version, specifier) is SpecifierSet(specifier).contains(version, prereleases=True)
