from __future__ import annotations

import pytest

from tests.builders.member import placed
from tools.errors import PleasingError
from tools.lambda_zip.check.provenance import check_provenance, parse_declared
from tools.lambda_zip.read.distribution import Distribution

NONE = Distribution("none", "0.1", "", "none-0.1.dist-info")


def test_labels_are_read() -> None:
    assert parse_declared(
        [
            "msgspec==0.19.0",
            "Zope.Interface == 7.2",
            "a[x,y]==1",
            "a==2 ; python_version<'3'",
            "b==1!2.0+local",
        ]
    ) == {
        "msgspec": ["0.19.0"],
        "zope-interface": ["7.2"],
        "a": ["1", "2"],
        "b": ["1!2.0+local"],
    }


@pytest.mark.parametrize("text", ["msgspec", "msgspec>=1", "==1", "a==", "a b==1", "-a==1"])
def test_other_labels_are_refused(text: str) -> None:
    with pytest.raises(PleasingError) as caught:
        parse_declared([text, "also bad"])
    assert caught.value.problems == tuple(
        f"--declared: {each!r} is not NAME==VERSION, as the labels pip: and whl: have it"
        for each in (text, "also bad")
    )


def test_a_distribution_that_no_rule_declared_is_refused() -> None:
    files = [placed(f"none/{number}.py", b"", NONE) for number in range(7)]
    with pytest.raises(PleasingError) as caught:
        check_provenance(files, {"msgspec": ["1"]})
    assert str(caught.value) == (
        "none 0.1 is in the PEX, but no rule in the dependencies declares it: none/0.py, none/1.py, none/2.py, none/3.py, "
        "none/4.py and 2 more. Find out how it came in; then declare it as a rule and depend on it, or exclude its files"
    )


def test_another_version_is_refused() -> None:
    with pytest.raises(PleasingError) as caught:
        check_provenance([placed("none.py", b"", NONE)], {"none": ["0.2", "not a version"]})
    assert str(caught.value) == (
        "none is in the PEX as 0.1, but the rules declare 0.2, not a version: none.py. Make the rule's version the one that "
        "is installed"
    )


@pytest.mark.parametrize("declared", ["0.1", "0.1.0", "0.1.0.0"])
def test_versions_are_compared_as_versions(declared: str) -> None:
    check_provenance([placed("none.py", b"", NONE), placed("svc.py")], {"none": [declared]})


def test_a_distribution_that_only_its_label_names_has_its_versions() -> None:
    known = Distribution("none", "1/2", "", "")
    check_provenance([placed("none.py", b"", known)], {"none": ["1", "2"]})
