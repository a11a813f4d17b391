"""The platforms of a repository's functions, read from its BUILD files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.lambda_lock.locks import Runner, uv
from tools.aws.platform import maintained_platforms
from tools.lambda_lock import function_platforms
from tools.plzconfig import repository_of


def _write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def _titles(root: Path) -> list[str]:
    return [platform.name for platform in function_platforms.platforms(root).platforms]


def test_rules_packages_and_settings(tmp_path: Path) -> None:
    root = _write(
        tmp_path,
        {
            ".plzconfig": '[Plugin "awslambda"]\nTarget = //plugins:awslambda\nRuntime = python3.12\n'
            "; Architecture = x86_64\narchitecture = arm64\n",
            "a/BUILD": 'python_lambda(name = "a", handler = "a.py:h")\n',
            "b/BUILD": 'package(awslambda = {"runtime": "python3.11"})\n\n'
            'python_lambda(name = "b", handler = "b.py:h", architecture = "x86_64")\n',
            "c/BUILD.plz": 'x = python_lambda(name = "c", handler = "c.py:h", runtime = "python3.13")\n',
            "plz-out/gen/BUILD": 'python_lambda(name = "no", runtime = "python3.14")\n',
            ".hidden/BUILD": 'python_lambda(name = "no", runtime = "python3.14")\n',
            "nested/.plzconfig": "",
            "nested/BUILD": 'python_lambda(name = "no", runtime = "python3.14")\n',
            "broken/BUILD": "python_lambda(\n",
            "other/BUILD": 'filegroup(name = "python_lambda")\n',
        },
    )
    assert _titles(root) == ["python3.11-x86_64", "python3.12-arm64", "python3.13-arm64"]
    found = function_platforms.platforms(root)
    assert (found.functions, found.whole) == (3, True)


@pytest.mark.parametrize("runtime", ["", ", runtime = RUNTIME", ', runtime = "python2.7"'])
def test_what_is_not_literal_may_be_any(tmp_path: Path, runtime: str) -> None:
    root = _write(
        tmp_path,
        {".plzconfig": "", "a/BUILD": f'python_lambda(name = "a", architecture = "arm64"{runtime})\n'},
    )
    found = function_platforms.platforms(root)
    assert not found.whole
    assert found.platforms == tuple(p for p in maintained_platforms() if p.name.endswith("-arm64"))


def test_build_files_of_another_name(tmp_path: Path) -> None:
    rule = 'python_lambda(name = "a", architecture = "arm64", runtime = "python3.12")\n'
    root = _write(
        tmp_path, {".plzconfig": "[parse]\nBuildFileName = TARGETS\n", "TARGETS": rule, "a/BUILD": rule * 2}
    )
    assert function_platforms.platforms(root).functions == 1


def test_root_is_above(tmp_path: Path) -> None:
    _write(tmp_path, {".plzconfig": ""})
    assert repository_of(tmp_path / "third_party" / "python" / "BUILD") == tmp_path


def test_command_says_which_platforms(run: Runner) -> None:
    run.write(".plzconfig", "")
    run.write("svc/BUILD", 'python_lambda(name = "a", architecture = "arm64", runtime = "python3.12")\n')
    lock = uv({"a 1": ["b ; python_version < '3.13'"], "b 1": []}, direct=["a"])
    result = run(run.write("uv.lock", lock))
    assert result.targets["a"]["deps"] == [":b"]
    assert "platforms of 1 python_lambda rules below " in result.err
    assert ": python3.12-arm64, and the host\n" in result.err
