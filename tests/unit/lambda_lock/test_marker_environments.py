"""MarkerEnvironments: platforms, hosts and what holds in them."""

from __future__ import annotations

import pytest

from tools.aws.platform import Platform, maintained_platforms, parse_name
from tools.errors import PleasingError
from tools.lambda_lock.marker_environments import MarkerEnvironments

ARM = parse_name("python3.13-arm64")


def test_platform_as_please_has_it() -> None:
    assert ARM.arch == "lambda313arm64"
    assert parse_name("python3.11-x86_64").arch == "lambda311x8664"
    assert ARM.name == "python3.13-arm64"


@pytest.mark.parametrize("text", ["python3.13", "python3.7-arm64", "python3.13-amd64", "3.13-arm64", ""])
def test_platform_that_lambda_has_not(text: str) -> None:
    with pytest.raises(PleasingError) as error:
        parse_name(text)
    assert error.value.problems == (
        f"platform {text!r} is unknown; expected RUNTIME-ARCHITECTURE with a runtime of python3.8, "
        f"python3.9, "
        "python3.10, python3.11, python3.12, python3.13, python3.14 and an architecture of x86_64, arm64",
    )


def test_defaults_are_what_lambda_maintains() -> None:
    assert {platform.python for platform in maintained_platforms()} == {(3, 11), (3, 12), (3, 13), (3, 14)}
    assert {platform.architecture.name for platform in maintained_platforms() if platform.architecture} == {
        "x86_64",
        "arm64",
    }


@pytest.mark.parametrize(
    ("marker", "keys"),
    [
        (None, ("host", "lambda313arm64")),
        ("sys_platform == 'win32'", ()),
        ("sys_platform == 'darwin'", ("host",)),
        ("python_version < '3.11'", ("host",)),
        ("platform_machine == 'aarch64'", ("host", "lambda313arm64")),
        ("python_full_version >= '3.13.4'", ("host", "lambda313arm64")),
        ("python_full_version < '3.13.4'", ("host",)),
        ("implementation_name == 'pypy'", ()),
        ("platform_python_implementation == 'CPython' and os_name == 'posix'", ("host", "lambda313arm64")),
    ],
)
def test_where_a_marker_holds(marker: str, keys: tuple[str, ...]) -> None:
    environments = MarkerEnvironments([ARM])
    assert environments.keys(environments.holds(marker)) == keys


def test_extra_and_group_are_part_of_a_marker() -> None:
    environments = MarkerEnvironments([ARM])
    assert environments.holds("extra == 'socks'") == 0
    assert environments.holds("extra == 'socks'", "socks") == environments.everywhere
    both = "'dev' in dependency_groups or 'main' in dependency_groups"
    assert environments.holds(both, group="dev") == environments.everywhere
    assert environments.holds(both, group="docs") == 0
    assert environments.holds(both) == environments.everywhere


def test_not_a_marker() -> None:
    with pytest.raises(PleasingError) as error:
        MarkerEnvironments([ARM]).holds("python_version <> 3")
    assert error.value.problems[0].startswith("'python_version <> 3' is not a marker as PEP 508 has them (")


@pytest.mark.parametrize(
    ("requires", "refused"),
    [
        ("", ()),
        (">=3.10", ()),
        (">=3.14", (ARM,)),
        ("<3.13.5", ()),
        (">=3.10,<3.12 || >=3.13", ()),
        ("^3.9", ()),
    ],
)
def test_lock_for_some_pythons(requires: str, refused: tuple[Platform, ...]) -> None:
    assert MarkerEnvironments([ARM], requires).refused == refused
