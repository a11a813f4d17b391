"""A marker made from where it shall hold."""

from __future__ import annotations

import pytest

from tools.aws.environment import HOST_MACHINES, HOST_PYTHONS
from tools.lambda_lock.marker import marker
from tools.lambda_lock.marker_environments import MarkerEnvironments, Point

UNIVERSE = frozenset(Point(python, *machine) for python in HOST_PYTHONS for machine in HOST_MACHINES)


@pytest.mark.parametrize(
    "text",
    [
        "python_version < '3.11'",
        "python_version >= '3.12'",
        "python_version >= '3.10' and python_version < '3.12'",
        "sys_platform == 'darwin'",
        "platform_machine == 'x86_64'",
        "sys_platform == 'linux' and platform_machine == 'aarch64'",
        "python_version < '3.11' and sys_platform == 'linux'",
        "python_version < '3.10' or python_version >= '3.13'",
        "python_version < '3.11' and sys_platform == 'darwin' or python_version >= '3.13' and sys_platform "
        "== 'linux'",
        "python_version == '3.12' and platform_machine != 'x86_64'",
        "sys_platform == 'darwin' or platform_machine == 'aarch64'",
    ],
)
def test_made_marker_holds_where_the_given_one_does(text: str) -> None:
    environments = MarkerEnvironments(())
    points = environments.points(environments.holds(text))
    made = marker(points, UNIVERSE)
    assert made is not None
    assert environments.points(environments.holds(made)) == points


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("python_full_version < '3.11'", "python_version < '3.11'"),
        ("python_version == '3.12'", "python_version >= '3.12' and python_version < '3.13'"),
        ("python_version >= '3.9'", None),
        ("platform_system == 'Darwin'", "sys_platform == 'darwin'"),
        ("platform_machine == 'arm64'", "sys_platform == 'darwin' and platform_machine == 'arm64'"),
        (
            "python_version < '3.10' and platform_system == 'Linux' or python_version > '3.13'",
            "(python_version < '3.10' and sys_platform == 'linux') or python_version >= '3.14'",
        ),
    ],
)
def test_marker_is_short(text: str, expected: str) -> None:
    environments = MarkerEnvironments(())
    made = marker(environments.points(environments.holds(text)), UNIVERSE)
    assert made == expected or made == (expected or "").replace("(", "").replace(")", "")
