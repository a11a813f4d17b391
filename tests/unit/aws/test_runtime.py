from __future__ import annotations

import pytest

from tools.aws.facts import PREVIEW_RUNTIMES, RUNTIMES
from tools.aws.runtime import caveat, deprecation, find_runtime
from tools.errors import PleasingError


def test_a_runtime_is_found_by_its_name() -> None:
    assert find_runtime("python3.13") == RUNTIMES["python3.13"]
    assert caveat(RUNTIMES["python3.13"]) is None


def test_a_preview_is_known_and_warned_of() -> None:
    preview = find_runtime("python3.15")
    assert preview is not None
    assert preview == PREVIEW_RUNTIMES["python3.15"]
    assert caveat(preview) == (
        "python3.15 is a preview: its system was not documented on 2026-11-21, and Amazon Linux 2023 with glibc 2.34 "
        "is assumed; try the function before you rely on it"
    )


def test_one_that_is_newer_than_the_facts_needs_a_setting() -> None:
    with pytest.raises(PleasingError) as caught:
        find_runtime("python3.16")
    assert str(caught.value) == (
        "runtime 'python3.16' is not known to this version of awslambda, whose facts are of 2026-11-21; take a newer "
        'version, or set AcceptNewerRuntimes = true under [Plugin "awslambda"] to build for it as if it had the system '
        "of python3.15 (Amazon Linux 2023, glibc 2.34)"
    )
    accepted = find_runtime("python3.16", accept_newer=True)
    assert accepted is not None
    assert (accepted.name, accepted.python, accepted.glibc) == ("python3.16", (3, 16), (2, 34))
    assert caveat(accepted) == (
        "python3.16 is not known to this version of awslambda: its system was not documented on 2026-11-21, and Amazon "
        "Linux 2023 with glibc 2.34 is assumed; try the function before you rely on it"
    )


@pytest.mark.parametrize("accept", [False, True])
@pytest.mark.parametrize(
    "name",
    ["python3.7", "Python3.13", "nodejs", "python3.015", "python3.9999", "python3.16\n", "python4.1", ""],
)
def test_what_lambda_has_not_is_none(name: str, accept: bool) -> None:
    assert find_runtime(name, accept) is None


def test_a_deprecated_runtime_is_told_with_its_dates() -> None:
    assert deprecation(RUNTIMES["python3.9"], "2025-12-14") is None
    assert deprecation(RUNTIMES["python3.9"], "2025-12-15") == (
        "python3.9 is deprecated by AWS since 2025-12-15 (functions cannot be created from 2027-02-01, nor updated "
        "from 2027-03-03); move to a newer one, such as python3.14"
    )
    assert deprecation(RUNTIMES["python3.11"], "2027-06-30") == (
        "python3.11 is deprecated by AWS since 2027-06-30; move to a newer one, such as python3.14"
    )
    assert deprecation(PREVIEW_RUNTIMES["python3.15"], "2099-01-01") is None


def test_runtimes_that_are_blocked_are_deprecated_first() -> None:
    for runtime in RUNTIMES.values():
        if runtime.create_blocked and runtime.update_blocked:
            assert runtime.deprecated is not None
            assert runtime.deprecated < runtime.create_blocked < runtime.update_blocked
