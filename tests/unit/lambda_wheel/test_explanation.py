from __future__ import annotations

import pytest
from packaging.tags import parse_tag
from packaging.version import Version

from tests.unit.lambda_wheel.wheel_builder import wheel_name
from tools.aws.platform import parse_platform
from tools.lambda_wheel.explanation import describe
from tools.lambda_wheel.requirement import Requirement
from tools.pip.index_file import IndexFile
from tools.wheel_notes.unavailable import parse_unavailable

FOO = Requirement("foo", "1.0")


def wheel(tag: str, version: str = "1.0", requires_python: str = "") -> IndexFile:
    return IndexFile(
        wheel_name(tag, version=version), Version(version), parse_tag(tag), None, requires_python
    )


def sdist(version: str = "1.0") -> IndexFile:
    return IndexFile(f"foo-{version}.tar.gz", Version(version), None, None, "")


def text(*files: IndexFile, arch: str = "lambda311x8664", attempts: tuple[str, ...] = ()) -> list[str]:
    return describe(FOO, parse_platform(arch), files, attempts).text.splitlines()


def test_each_wheel_is_told_why_it_does_not_fit_the_nearest_first() -> None:
    assert text(
        wheel("cp311-cp311-win_amd64"),
        wheel("cp311-cp311-manylinux_2_17_aarch64"),
        wheel("cp311-cp311-musllinux_1_1_x86_64"),
        wheel("cp313-cp313-manylinux_2_17_x86_64"),
        wheel("cp312-cp312-manylinux_2_17_x86_64"),
        wheel("cp311-cp311-manylinux_2_28_x86_64"),
        sdist(),
    )[:8] == [
        "foo 1.0 has nothing that python3.11 on x86_64 could load",
        "found: 6 wheels, foo-1.0.tar.gz",
        "  foo-1.0-cp311-cp311-manylinux_2_28_x86_64.whl: it needs glibc 2.28, and python3.11 has 2.26",
        "  foo-1.0-cp312-cp312-manylinux_2_17_x86_64.whl: it is for cp312",
        "  foo-1.0-cp313-cp313-manylinux_2_17_x86_64.whl: it is for cp313",
        "  foo-1.0-cp311-cp311-musllinux_1_1_x86_64.whl: it is for musl (Alpine Linux), not for glibc",
        "  foo-1.0-cp311-cp311-manylinux_2_17_aarch64.whl: it is for manylinux_2_17_aarch64, not for x86_64",
        "  foo-1.0-cp311-cp311-win_amd64.whl: it is for Windows",
    ]


def test_platforms_and_versions_that_have_one_would_help() -> None:
    lines = text(
        wheel("cp312-cp312-manylinux_2_17_x86_64"),
        wheel("cp313-cp313-manylinux_2_28_aarch64"),
        wheel("cp311-cp311-manylinux_2_17_x86_64", "0.8"),
        wheel("cp311-cp311-manylinux_2_17_x86_64", "0.9"),
        wheel("py3-none-any", "1.2"),
        wheel("py3-none-any", "1.3"),
        wheel("py3-none-any", "1.1rc1"),
        wheel("py3-none-any", "1.1", requires_python=">=3.12"),
    )
    assert lines[-4:] == [
        "would help: python3.12 on x86_64",
        "would help: python3.13 on arm64",
        "would help: version 1.2, which has foo-1.2-py3-none-any.whl",
        "would help: version 0.9, which has foo-0.9-cp311-cp311-manylinux_2_17_x86_64.whl",
    ]


def test_what_was_tried_is_told() -> None:
    lines = text(sdist(), attempts=("to build it:\nfatal: no\nerror: 1",))
    assert lines[1:] == [
        "found: no wheels, foo-1.0.tar.gz",
        "tried: to build it:",
        "  fatal: no",
        "  error: 1",
        "would help: a wheel built elsewhere, on a system as old as the runtime's (manylinux), and "
        "served by an index or a folder that pip is configured with (PIP_FIND_LINKS)",
    ]


def test_a_distribution_for_other_systems_only_is_called_that() -> None:
    assert text(wheel("cp311-cp311-win_amd64"))[1:] == [
        "found: 1 wheel, no sdist",
        "  foo-1.0-cp311-cp311-win_amd64.whl: it is for Windows",
        "would help: another version or distribution: no wheel of this one would work anywhere on Lambda",
    ]


def test_many_wheels_are_counted() -> None:
    files = [wheel(f"cp3{minor}-cp3{minor}-macosx_11_0_arm64") for minor in range(6, 16)]
    assert "  and 4 more for other platforms" in text(*files)


def test_a_wheel_for_pythons_that_do_not_include_this_one_says_so() -> None:
    assert text(wheel("py3-none-any", requires_python=">=3.12"))[2] == (
        "  foo-1.0-py3-none-any.whl: pip did not take it (it requires Python >=3.12)"
    )


@pytest.mark.parametrize("arch", ["host", "lambda311x8664"])
def test_free_threaded_pythons_are_others(arch: str) -> None:
    assert "cp399" in text(wheel("cp399-cp399t-manylinux_2_17_x86_64"), arch=arch)[2]


def test_it_can_be_handed_on() -> None:
    unavailable = describe(FOO, parse_platform("lambda313arm64"), [sdist()], [])
    assert parse_unavailable(unavailable.to_json(), "foo.whl") == unavailable
    assert (unavailable.name, unavailable.version, unavailable.arch) == ("foo", "1.0", "lambda313arm64")
