"""The files that a repository has for its hosts, editors and contributors are what their readers expect."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.__main__ import _STATIC
from tests.builders.checkout import listed_files

ROOT = Path(__file__).resolve().parent.parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FORMS = [ROOT / ".github" / "ISSUE_TEMPLATE" / name for name in ("bug.yml", "feature.yml")]
COMMANDS = ["./pleasew build //examples/echo:lambda //examples/plot:lambda", "python3 -m tests"]


def yaml(path: Path) -> Any:
    return YAML(typ="safe").load(path.read_text())


def check_jsonschema(schema: str, path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(path)],
        capture_output=True,
        text=True,
        check=False,
    )


def listed(*patterns: str) -> list[str]:
    """The files of the repository, or those that some of Git's patterns match."""
    try:
        return listed_files(*patterns)
    except subprocess.CalledProcessError:
        pytest.skip("this is no checkout of git")


@pytest.mark.parametrize(
    ("schema", "path"),
    [("vendor.github-workflows", path) for path in WORKFLOWS]
    + [("custom.github-workflows-require-timeout", path) for path in WORKFLOWS]
    + [("vendor.github-issue-forms", path) for path in FORMS]
    + [("vendor.github-issue-config", ROOT / ".github" / "ISSUE_TEMPLATE" / "config.yml")],
    ids=lambda value: value.name if isinstance(value, Path) else value,
)
def test_a_file_of_github_fits_its_schema(schema: str, path: Path) -> None:
    done = check_jsonschema(schema, path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_workflow_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "checks.yml"
    path.write_text(WORKFLOWS[0].read_text().replace("runs-on:", "run-on:"))
    done = check_jsonschema("vendor.github-workflows", path)
    assert done.returncode == 1
    assert "run-on" in done.stdout


def test_the_matrix_has_each_python_and_both_engines() -> None:
    jobs = yaml(ROOT / ".github" / "workflows" / "checks.yml")["jobs"]
    matrix = jobs["tests"]["strategy"]["matrix"]
    assert matrix["python"] == [f"3.{minor}" for minor in range(9, 15)]
    assert matrix["engine"] == ["please", "embedded"]
    assert {system.partition("-")[0] for system in matrix["os"]} == {"ubuntu", "macos"}


def test_the_workflow_runs_what_the_readme_says() -> None:
    readme = (ROOT / "README.md").read_text()
    text = (ROOT / ".github" / "workflows" / "checks.yml").read_text()
    for command in COMMANDS:
        assert f"{command}\n" in readme
        assert command in text
    assert " && ".join(COMMANDS) in text


def test_each_static_check_is_a_hook_and_each_hook_a_check() -> None:
    hooks = yaml(ROOT / ".pre-commit-config.yaml")["repos"][0]["hooks"]
    assert [hook["id"] for hook in hooks] == list(_STATIC)
    for hook in hooks:
        assert hook["entry"] == f"python3 -m tests --static {hook['id']}"
        assert hook["language"] == "system"
        assert hook["pass_filenames"] is False


def test_every_text_file_is_as_editorconfig_says() -> None:
    rules = (ROOT / ".editorconfig").read_text()
    for rule in ("end_of_line = lf", "insert_final_newline = true", "trim_trailing_whitespace = true"):
        assert f"\n{rule}\n" in rules.partition("[*]")[2].partition("\n[")[0] + "\n"
    wrong = []
    for name in listed():
        path = ROOT / name
        if "tests/fixtures/" in name or path.suffix in {".lock", ".png", ".svg"}:
            continue
        text = path.read_bytes().decode()
        if text and (not text.endswith("\n") or "\r" in text or re.search(r"[ \t]$", text, re.MULTILINE)):
            wrong.append(name)
    assert wrong == []


@pytest.mark.parametrize(
    ("patterns", "most"),
    [
        (["tools/embedded_please"], 1500),
        (["tests/unit/embedded_please", "tests/rules/test_engine_*"], 700),
    ],
    ids=["engine", "tests of the engine"],
)
def test_the_embedded_engine_stays_small(patterns: list[str], most: int) -> None:
    # It is no second Please: what it lacks is had from Please.
    lines = {name: (ROOT / name).read_bytes().count(b"\n") for name in listed(*patterns)}
    assert len(lines) > 5
    assert sum(lines.values()) <= most, lines


def test_the_licence_is_named_alike_everywhere() -> None:
    name = "Apache-2.0"
    assert (ROOT / "LICENSE").read_text().startswith(f"SPDX-License-Identifier: {name}\n")
    assert f'license = "{name}"' in (ROOT / "pyproject.toml").read_text()
    assert f"SPDX-License-Identifier: {name}" in (ROOT / "README.md").read_text()


def test_the_changelog_is_of_this_version() -> None:
    version = (ROOT / "VERSION").read_text().strip()
    assert re.findall(r"^Version (\S+)$", (ROOT / "ChangeLog").read_text(), re.MULTILINE)[0] == version
