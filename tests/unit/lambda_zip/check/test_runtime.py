from __future__ import annotations

import platform
from typing import Optional

import pytest

from tools.errors import PleasingError
from tools.lambda_zip.check.runtime import choose_runtime
from tools.lambda_zip.warning import BuildWarning, WarningKind

RUNTIMES = "python3.8, python3.9, python3.10, python3.11, python3.12, python3.13, python3.14"


def test_what_is_asked_for_is_chosen() -> None:
    chosen = choose_runtime("python3.12", "arm64", (3, 11), today="2026-11-21")
    assert (chosen.runtime.name, chosen.architecture.name, chosen.warnings) == ("python3.12", "arm64", [])


def test_without_a_runtime_it_is_the_one_that_the_pex_was_built_with() -> None:
    assert choose_runtime(None, "x86_64", (3, 13), today="2026-11-21").runtime.name == "python3.13"


@pytest.mark.parametrize(
    ("machine", "name"), [("x86_64", "x86_64"), ("AMD64", "x86_64"), ("aarch64", "arm64"), ("arm64", "arm64")]
)
def test_without_an_architecture_it_is_the_hosts(
    monkeypatch: pytest.MonkeyPatch, machine: str, name: str
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: machine)
    assert choose_runtime("python3.12", None, None, today="2026-11-21").architecture.name == name


def test_a_deprecated_runtime_is_a_warning_with_its_date() -> None:
    assert choose_runtime("python3.9", "x86_64", None, today="2025-12-15").warnings == [
        BuildWarning(
            WarningKind.DEPRECATED_RUNTIME,
            "python3.9 is deprecated by AWS since 2025-12-15 (functions cannot be created from 2027-02-01, nor "
            "updated from 2027-03-03); move to a newer one, such as python3.14",
        )
    ]
    assert WarningKind.DEPRECATED_RUNTIME.depends_on_date
    assert choose_runtime("python3.9", "x86_64", None, today="2025-12-14").warnings == []


def test_a_preview_is_a_warning() -> None:
    (warning,) = choose_runtime("python3.15", "arm64", None, today="2026-11-21").warnings
    assert warning.kind is WarningKind.RUNTIME
    assert warning.text.startswith("python3.15 is a preview: ")
    assert not warning.kind.depends_on_date


def test_a_runtime_newer_than_the_facts_is_a_warning_where_it_is_accepted() -> None:
    with pytest.raises(PleasingError) as caught:
        choose_runtime("python3.99", "arm64", None, today="2026-11-21")
    assert str(caught.value).startswith("runtime 'python3.99' is not known to this version of awslambda, ")
    chosen = choose_runtime("python3.99", "arm64", None, today="2026-11-21", accept_newer=True)
    assert chosen.runtime.name == "python3.99"
    assert [warning.kind for warning in chosen.warnings] == [WarningKind.RUNTIME]


@pytest.mark.parametrize(
    ("runtime", "architecture", "built_with", "problems"),
    [
        (
            "python3.7",
            "x86_64",
            None,
            [
                f"runtime 'python3.7' is not one that Lambda has; known are {RUNTIMES} (did you mean "
                "python3.9?)"
            ],
        ),
        ("nodejs", "x86_64", None, [f"runtime 'nodejs' is not one that Lambda has; known are {RUNTIMES}"]),
        (
            "python3.12",
            "amd64",
            None,
            ["architecture 'amd64' is not one that Lambda has; known are x86_64, arm64"],
        ),
        (
            None,
            "x86_64",
            None,
            [
                'the PEX does not tell which Python it was built with; set runtime = "python3.14" in its rule, or '
                'Runtime = python3.14 under [Plugin "awslambda"] for all functions, or another of ' + RUNTIMES
            ],
        ),
        (
            None,
            "x86_64",
            (3, 7),
            [
                "the PEX was built with Python 3.7, and Lambda has no such runtime; set runtime = "
                '"python3.14" in its rule, or Runtime = python3.14 under [Plugin "awslambda"] for all functions, '
                f"or another of {RUNTIMES}"
            ],
        ),
        (
            "x",
            "y",
            None,
            [
                f"runtime 'x' is not one that Lambda has; known are {RUNTIMES}",
                "architecture 'y' is not one that Lambda has; known are x86_64, arm64",
            ],
        ),
    ],
)
def test_what_lambda_has_not_is_refused(
    runtime: Optional[str], architecture: str, built_with: Optional[tuple[int, int]], problems: list[str]
) -> None:
    with pytest.raises(PleasingError) as caught:
        choose_runtime(runtime, architecture, built_with, today="2026-11-21")
    assert list(caught.value.problems) == problems


def test_a_host_that_lambda_has_not_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(PleasingError) as caught:
        choose_runtime("python3.12", None, None, today="2026-11-21")
    assert str(caught.value) == (
        "this machine's architecture 'riscv64' is none of Lambda's; pass architecture, one of x86_64, arm64"
    )
