from __future__ import annotations

import pytest

from tools.aws.platform import parse_platform
from tools.errors import PleasingError
from tools.lambda_wheel.requirement import Requirement, check_requirement

SHA256 = "sha256:" + "0" * 64


def test_it_is_a_line_that_pip_reads() -> None:
    assert Requirement("zope.interface", "5.0").line() == "zope.interface==5.0"
    assert Requirement("foo", "1", (SHA256,)).line() == f"foo==1 --hash={SHA256}"
    url = "https://example.com/foo-1.0.tar.gz"
    assert Requirement("foo", "1.0", (SHA256,), url=url).line() == f"foo @ {url} --hash={SHA256}"


@pytest.mark.parametrize(
    ("requirement", "from_source"),
    [
        (Requirement("foo", "1"), False),
        (Requirement("foo", "1", sdist=True), True),
        (Requirement("foo", "1", url="https://example.com/foo-1-py3-none-any.whl#egg=foo"), False),
        (Requirement("foo", "1", url="https://example.com/foo-1.tar.gz?x=1"), True),
        (Requirement("foo", "", url="git+https://example.com/foo@0123"), True),
    ],
)
def test_what_is_no_wheel_is_built(requirement: Requirement, from_source: bool) -> None:
    assert requirement.from_source is from_source


@pytest.mark.parametrize(
    ("arch", "marker", "extras", "holds"),
    [
        ("lambda313arm64", None, (), True),
        ("lambda313arm64", "python_version >= '3.12'", (), True),
        ("lambda311x8664", "python_version >= '3.12'", (), False),
        ("lambda313arm64", "platform_machine == 'aarch64' and sys_platform == 'linux'", (), True),
        ("lambda313arm64", "extra == 'fast'", (), False),
        ("lambda313arm64", "extra == 'fast'", ("slow", "fast"), True),
    ],
)
def test_its_marker_is_evaluated_for_the_platform(
    arch: str, marker: str, extras: tuple[str, ...], holds: bool
) -> None:
    requirement = Requirement("foo", "1", marker=marker, extras=extras)
    assert requirement.holds(parse_platform(arch).marker_variables()) is holds


def test_a_marker_that_cannot_be_read_is_named() -> None:
    with pytest.raises(PleasingError) as caught:
        Requirement("foo", "1", marker="python >= 3").holds(parse_platform("host").marker_variables())
    assert str(caught.value).startswith("the marker 'python >= 3' of foo 1 cannot be read: ")


def test_all_that_is_malformed_is_told_at_once() -> None:
    with pytest.raises(PleasingError) as caught:
        check_requirement(Requirement("--index-url", "1.*", ("md5:1",), "https://x y", ("a b",)))
    assert caught.value.problems == (
        "'--index-url' is not a distribution's name, such as zope.interface",
        "'a b' is not an extra's name",
        "'1.*' is not one version, such as 1.2.3, of --index-url",
        "'md5:1' is not a hash; expected sha256: and 64 digits of hex, in lower case",
        "'https://x y' is not a URL: it has white space",
    )


def test_a_version_may_be_left_out_where_a_url_tells() -> None:
    check_requirement(Requirement("foo", "", url="https://example.com/foo-1-py3-none-any.whl"))
    with pytest.raises(PleasingError):
        check_requirement(Requirement("foo", ""))
