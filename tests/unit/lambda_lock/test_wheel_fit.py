"""Whether wheels that a lock lists fit."""

from __future__ import annotations

import pytest

from tests.unit.lambda_lock.locks import Runner, uv
from tools.aws.platform import parse_name
from tools.lambda_lock.lock import Distribution
from tools.lambda_lock.wheel_fit import glibc_problem, is_pure

PURE = "a-1-py3-none-any.whl"
NEW = "numpy-2.3.5-cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl"
MESSAGE = (
    f"numpy 2.3.5 has no wheel that python3.11 on x86_64 could load: {NEW} needs glibc 2.27, and the runtime has "
    "2.26; lock an older version, or use a newer runtime"
)


@pytest.mark.parametrize(
    ("files", "sdist", "pure"),
    [
        ((PURE,), False, True),
        ((PURE, "a-1.tar.gz"), False, True),
        ((PURE, "a-1-cp312-cp312-win32.whl"), False, False),
        ((PURE,), True, False),
        (("a-1.tar.gz",), True, False),
        ((), None, False),
    ],
)
def test_pure(files: tuple[str, ...], sdist: bool, pure: bool) -> None:
    assert is_pure(Distribution("a", "1", files=files, sdist=sdist)) is pure


@pytest.mark.parametrize(
    ("files", "platform", "message"),
    [
        ((NEW,), "python3.11-x86_64", MESSAGE),
        ((NEW, "numpy-2.3.5-cp311-cp311-macosx_14_0_arm64.whl", "x.whl"), "python3.11-x86_64", MESSAGE),
        ((NEW,), "python3.11-arm64", None),
        ((NEW,), "python3.12-x86_64", None),
        ((NEW, "numpy-2.3.5-cp311-cp311-manylinux2014_x86_64.whl"), "python3.11-x86_64", None),
        ((NEW, "numpy-2.3.5-py3-none-any.whl"), "python3.11-x86_64", None),
        ((), "python3.11-x86_64", None),
    ],
)
def test_glibc(files: tuple[str, ...], platform: str, message: object) -> None:
    assert glibc_problem(Distribution("numpy", "2.3.5", files=files), parse_name(platform)) == message


def test_lock_warns_and_writes(run: Runner) -> None:
    lock = uv({"numpy 2.3.5": ["a"], "a 1": []}, direct=["numpy"]).replace(
        "numpy-2.3.5-py3-none-any.whl", NEW
    )
    path = run.write("uv.lock", lock)
    result = run(path, "--platform", "python3.11-x86_64", "--platform", "python3.12-x86_64")
    assert result.status == 0
    assert [line for line in result.err.splitlines() if "glibc" in line] == [f"lambda_lock: note: {MESSAGE}"]
    assert result.targets["a"]["zip_safe"] is True
    assert "zip_safe" not in result.targets["numpy"]


def test_url_with_a_query_is_refused(run: Runner) -> None:
    text = (
        "a @ https://user:hunter22@files.example.com/a-1-py3-none-any.whl?sig=s3cr3t --hash=sha256:"
        + "ab" * 32
    )
    result = run(run.write("requirements.txt", text), "--offline")
    assert result.err.splitlines()[-1] == (
        "requirements.txt: error: a 1 has a URL with a query, which may be a signature or a token "
        "(https://files.example.com/a-1-py3-none-any.whl?sig=****), and a BUILD file holds no secrets; lock a URL "
        "without one, or write a target by hand and say so with --map a=//path/to:target"
    )
    assert not run.output.exists()
