from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Union

import pytest

from tests.builders.member import placed
from tools.errors import PleasingError
from tools.lambda_zip.place.layout import Placed, Reason
from tools.lambda_zip.read.distribution import Distribution
from tools.lambda_zip.slim.distributions import Graph, Target, exclude_distributions, leave_to_runtime

TARGET = Target((3, 13), "x86_64")


def zip_of(requires: Mapping[str, Sequence[str]], code: str = "") -> list[Placed]:
    items = [placed("svc/a.py", code.encode())]
    for name, needs in requires.items():
        owner = Distribution(name, "1.0", "", f"{name}-1.0.dist-info")
        metadata = f"Metadata-Version: 2.1\nName: {name}\nProvides-Extra: x\nProvides-Extra: crt\n" + "".join(
            f"Requires-Dist: {need}\n" for need in needs
        )
        module = name.replace("-", "_")
        items.append(placed(f"{module}/__init__.py", b"", owner))
        items.append(placed(f"{owner.folder}/METADATA", metadata.encode(), owner))
    return items


def excluded(
    requires: Mapping[str, Sequence[str]], names: Sequence[str], code: str = "", **extras: Sequence[str]
) -> dict[str, str]:
    items = zip_of(requires, code)
    graph = Graph(items, {}, extras, TARGET)
    parted = exclude_distributions(items, names, graph)
    assert len(parted.placed) + len(parted.left_out) == len(items)
    assert {item.reason for item in parted.left_out} == {Reason.DISTRIBUTION}
    return {item.distribution.name: item.detail for item in parted.left_out if item.distribution}


def test_what_only_it_needs_goes_with_it() -> None:
    requires = {"a": ["b", "c"], "b": ["d"], "c": [], "d": ["b"], "e": ["c"], "f": []}
    assert excluded(requires, ["A"]) == {"a": "named", "b": "only a needs it", "d": "only a needs it"}


def test_what_the_function_imports_itself_stays() -> None:
    requires = {"a": ["b", "c"], "b": ["d"], "c": [], "d": []}
    assert set(excluded(requires, ["a"], "def f():\n    from b import x\n")) == {"a", "c"}
    assert set(excluded(requires, ["a"], "import bb\n")) == {"a", "b", "c", "d"}


def test_two_take_what_both_need() -> None:
    assert excluded({"a": ["c"], "b": ["c"], "c": []}, ["a", "b"]) == {
        "a": "named",
        "b": "named",
        "c": "only a, b needs it",
    }
    assert set(excluded({"a": ["c"], "b": ["c"], "c": []}, ["a"])) == {"a"}


def test_markers_and_extras() -> None:
    requires = {"a": ["b; python_version < '3'", "c; extra == 'x'"], "b": [], "c": []}
    assert set(excluded(requires, ["a"])) == {"a"}
    assert set(excluded(requires, ["a"], a=["x"])) == {"a", "c"}


def test_a_distribution_that_is_not_there() -> None:
    with pytest.raises(PleasingError) as error:
        excluded({"python-dateutil": [], "six": []}, ["sixx", "python_dateutils", "six"])
    assert list(error.value.problems) == [
        "exclude_distributions: 'sixx' is no distribution of the PEX (did you mean six?); correct the name, or take it "
        "out",
        "exclude_distributions: 'python_dateutils' is no distribution of the PEX (did you mean python-dateutil?); "
        "correct the name, or take it out",
    ]


BOTO3 = {
    "boto3": ["botocore", "jmespath", "s3transfer"],
    "botocore": ["python-dateutil", "urllib3", "awscrt; extra == 'crt'"],
    "s3transfer": ["botocore"],
    "jmespath": [],
    "python-dateutil": ["six"],
    "six": [],
    "urllib3": [],
    "requests": ["urllib3"],
    "awscrt": [],
}


def provided(
    names: Union[str, Sequence[str]], requires: Mapping[str, Sequence[str]] = BOTO3, **extras: Sequence[str]
) -> set[str]:
    items = zip_of(requires)
    parted = leave_to_runtime(items, names, Graph(items, {}, extras, TARGET), TARGET)
    assert {(item.reason, item.detail) for item in parted.left_out} <= {(Reason.PROVIDED, "python3.13")}
    return {item.distribution.name for item in parted.left_out if item.distribution}


def test_the_whole_closure_goes() -> None:
    everything = set(BOTO3) - {"requests", "awscrt"}
    assert provided("runtime") == everything
    assert provided(["boto3"]) == everything
    assert provided(["python_dateutil"]) == {"python-dateutil", "six"}
    assert provided("runtime", {"requests": []}) == set()


def test_or_nothing() -> None:
    with pytest.raises(PleasingError) as error:
        provided(["boto3"], botocore=["crt"])
    assert list(error.value.problems) == [
        "provided: boto3 1.0 needs awscrt, which python3.13 does not bring, and a distribution is left to the runtime "
        "with all that it needs or not at all; name only others in provided, or depend on it without the extra that "
        "asks for this"
    ]


def test_what_the_runtime_does_not_bring() -> None:
    with pytest.raises(PleasingError) as error:
        provided(["requests", "bto3"])
    brought = (
        "awslambdaric, boto3, botocore, jmespath, python-dateutil, s3transfer, simplejson, six, snapshot-restore-py, "
        "urllib3"
    )
    assert list(error.value.problems) == [
        f"provided: python3.13 does not bring 'requests'; it brings {brought}",
        f"provided: python3.13 does not bring 'bto3' (did you mean boto3?); it brings {brought}",
    ]
