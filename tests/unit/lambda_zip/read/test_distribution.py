from __future__ import annotations

from typing import Optional

import pytest
from packaging.utils import canonicalize_name

from tests.builders.distribution import Distribution as Installed
from tests.builders.member import first_party, member, third_party
from tools.errors import PleasingError
from tools.lambda_zip.read.distribution import Distribution, Owners, RecordLine, record_of
from tools.lambda_zip.read.pex import Part
from tools.text import normalise


def parts_of(*installed: Installed, tree: str = "") -> list[Part]:
    return [third_party(path, data, tree) for each in installed for path, data in each.installed().items()]


def owner(owners: Owners, path: str, tree: str = "") -> Optional[str]:
    found = owners.of(tree, path)
    return f"{found.name} {found.version}" if found else None


@pytest.mark.parametrize(
    ("folder", "found"),
    [
        ("msgspec-0.19.0.dist-info", [("msgspec", "0.19.0")]),
        ("Zope.Interface-7.2.dist-info", [("zope-interface", "7.2")]),
        ("google_cloud_storage-2.0.dist-info", [("google-cloud-storage", "2.0")]),
        ("a-b-1.0.dist-info", [("a-b", "1.0")]),
        ("old-1.0-py3.11.egg-info", [("old", "1.0")]),
        ("old-1.0.egg-info", [("old", "1.0")]),
        ("noversion.egg-info", []),
        ("-.dist-info", []),
        ("a-info", []),
    ],
)
def test_distributions_are_known_by_their_folders(folder: str, found: list[tuple[str, str]]) -> None:
    owners = Owners([third_party(f"{folder}/METADATA", b"")], {})
    assert [(each.name, each.version) for each in owners.distributions] == found


def test_files_are_owned_by_record() -> None:
    installed = Installed(
        "PyYAML",
        "6.0",
        {"yaml/__init__.py": b"", "_yaml/__init__.py": b"", 'a,"b".txt': b""},
        scattered={"bin/yaml": b""},
    )
    owners = Owners([*parts_of(installed), first_party("svc/echo.py")], {})
    assert owner(owners, "_yaml/__init__.py") == "pyyaml 6.0"
    assert owner(owners, 'a,"b".txt') == "pyyaml 6.0"
    assert owner(owners, "PyYAML-6.0.dist-info/anything") == "pyyaml 6.0"
    assert owner(owners, "yaml/__init__.pyc") == "pyyaml 6.0"
    assert owner(owners, "yaml/more.py") is None
    assert owners.claims("", "_yaml/__init__.py")
    assert not owners.claims("", "bin/yaml")
    (distribution,) = owners.distributions
    assert distribution.scattered == {"bin/yaml"}
    assert repr(distribution) == "Distribution('pyyaml', '6.0')"


def test_a_wheels_own_tree_is_all_its_own() -> None:
    owners = Owners(parts_of(Installed("a", "1", {"a.py": b""}, record=False), tree="a-1.whl"), {})
    assert owner(owners, "x/y", "a-1.whl") == "a 1"
    assert owner(owners, "a.py", "b-1.whl") is None


def test_a_distribution_without_metadata_is_known_by_its_label() -> None:
    owners = Owners([third_party("my_lib/a.py")], {"my-lib": ["1.0", "2.0"], "other": ["3"]})
    assert owner(owners, "my_lib/a.py") == "my-lib 1.0/2.0"
    assert owner(owners, "my_lib.py") == "my-lib 1.0/2.0"
    assert owner(owners, "third/a.py") is None
    assert owners.distributions == []


def test_folders_that_a_record_knows() -> None:
    owners = Owners(
        parts_of(Installed("a", "1", {"n/a/b.py": b""}), Installed("b", "1", {"c/d.py": b""}, record=False)),
        {},
    )
    assert [
        folder
        for folder in ("", "n", "n/a", "a-1.dist-info", "b-1.dist-info", "c", "d")
        if owners.knows(folder)
    ] == [
        "",
        "n",
        "n/a",
        "a-1.dist-info",
        "b-1.dist-info",
    ]


def test_lines_of_a_record_end_where_lines_end() -> None:
    record = "a\u2028b.py,sha256=x,1\r\nc\x1cd.py,sha256=y,2\nshort\n"
    owners = Owners([third_party("a-1.dist-info/RECORD", record.encode())], {})
    assert owners.distributions[0].record() == {
        "a\u2028b.py": RecordLine("sha256=x", "1"),
        "c\x1cd.py": RecordLine("sha256=y", "2"),
    }


def test_a_record_that_is_no_utf_8_is_kept() -> None:
    owners = Owners([third_party("a-1.dist-info/RECORD", b"caf\xe9.txt,,\n")], {})
    assert list(owners.distributions[0].record()) == ["caf\udce9.txt"]
    assert record_of(owners.distributions[0], ["caf\udce9.txt"]) == b"caf\xe9.txt,,\n"


def test_a_record_that_csv_cannot_read_is_refused() -> None:
    with pytest.raises(PleasingError) as caught:
        Owners([third_party("a-1.dist-info/RECORD", b'"' + b"x" * 200_000)], {})
    assert str(caught.value) == (
        "third_party/python/a-1.dist-info/RECORD in app.pex cannot be read: field larger than field limit (131072); "
        "install a again"
    )


def test_records_that_are_larger_than_the_pex_has_files_for_are_refused() -> None:
    half = b"x" * 2_399_997 + b",,\n"
    parts = [third_party("a-1.dist-info/RECORD", half), third_party("b-1.dist-info/RECORD", half)]
    with pytest.raises(PleasingError) as caught:
        Owners(parts, {})
    assert str(caught.value) == (
        "third_party/python/b-1.dist-info/RECORD in app.pex has 2,400,000 bytes, more than the PEX has files for; it is not "
        "what its name says, or made to exhaust memory. Install b again"
    )
    assert len(Owners([*parts, *[third_party(str(number)) for number in range(700)]], {}).distributions) == 2


def test_a_record_is_written_anew() -> None:
    distribution = Distribution("a", "1", "", "a-1.dist-info")
    distribution.record_file = member(
        "a-1.dist-info/RECORD", b'a.py,sha256=x,3\ngone.py,sha256=y,4\n"q""uo,te",,\n'
    )
    assert distribution.record() == {
        "a.py": RecordLine("sha256=x", "3"),
        "gone.py": RecordLine("sha256=y", "4"),
        'q"uo,te': RecordLine("", ""),
    }
    assert record_of(distribution, ["a-1.dist-info/RECORD", "a.py", "new.py", 'q"uo,te']) == (
        b'a-1.dist-info/RECORD,,\na.py,sha256=x,3\nnew.py,,\n"q""uo,te",,\n'
    )


@pytest.mark.parametrize("name", ["zope.interface", "Zope_Interface", "ZOPE--interface", "zope-interface"])
def test_names_are_normalised(name: str) -> None:
    assert normalise(name) == canonicalize_name(name) == "zope-interface"
