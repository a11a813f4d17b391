"""One project, locked by every tool: the same distributions, versions and edges, and the same BUILD file."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.unit.lambda_lock.locks import FIXTURES, RecordedIndex, Runner

ORDERS = FIXTURES / "orders"

# What each lock file is, and what besides it the command needs.
LOCKS: dict[str, tuple[str, ...]] = {
    "uv/uv.lock": (),
    "poetry/poetry.lock": (),
    "poetry-1.1/poetry.lock": (),
    "pdm/pdm.lock": (),
    "pylock/pylock.toml": (),
    "pipenv/Pipfile.lock": (),
    "uv/requirements.txt": ("--test-lock", str(ORDERS / "uv" / "dev-requirements.txt")),
    "pip-tools/requirements.txt": ("--test-lock", str(ORDERS / "pip-tools" / "dev-requirements.txt")),
}

# uv and PDM leave out wheels for Pythons older than the project's, so these have fewer hashes.
TRIMMED = {"uv/uv.lock", "pdm/pdm.lock", "pylock/pylock.toml", "uv/requirements.txt"}

# Hashes without the names of the files: nothing tells that all wheels are pure Python.
WITHOUT_FILES = {"pipenv/Pipfile.lock", "uv/requirements.txt", "pip-tools/requirements.txt"}

# Everything else in which a BUILD file differs from uv.lock's, and why.
DIFFERENCES: dict[str, dict[str, dict[str, Any]]] = {
    "uv/requirements.txt": {
        # No file names, so nothing tells that there is no wheel. --ask-index does.
        "docopt": {"sdist": None},
        # `uv export` resolves extras away; what they need is there.
        "requests": {"extras": None},
        # `# via` has no markers: tzlocal needs tzdata on Windows only, and pays for it everywhere.
        "tzlocal": {"deps": [":tzdata"]},
    },
    "pip-tools/requirements.txt": {
        "docopt": {"sdist": None},
        "requests": {"extras": None},
        # pip-compile locks for the Python that runs it, here 3.10, and keeps no marker of what only 3.10
        # needs.
        "anyio": {"deps": [":exceptiongroup", ":idna", ":typing_extensions"], "platform_deps": None},
        "exceptiongroup": {"marker": None},
        "pytest": {
            "deps": [":exceptiongroup", ":iniconfig", ":packaging", ":pluggy", ":pygments", ":tomli"],
            "platform_deps": None,
        },
        "tomli": {"marker": None},
    },
}


@pytest.fixture
def expected(run: Runner) -> dict[str, dict[str, Any]]:
    return run(ORDERS / "uv" / "uv.lock").targets


def _without_hashes(targets: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        name: {key: item for key, item in target.items() if key != "hashes"}
        for name, target in targets.items()
    }


@pytest.mark.parametrize("name", LOCKS)
def test_same_targets(run: Runner, expected: dict[str, dict[str, Any]], name: str) -> None:
    found = run(ORDERS / name, *LOCKS[name], index=RecordedIndex.of_orders())
    assert found.status == 0, found.err
    for target, changes in DIFFERENCES.get(name, {}).items():
        expected[target].update(changes)
        expected[target] = {key: item for key, item in expected[target].items() if item is not None}
    if name in WITHOUT_FILES:
        for arguments in expected.values():
            arguments.pop("zip_safe", None)
    assert _without_hashes(found.targets) == _without_hashes(expected)


@pytest.mark.parametrize("name", LOCKS)
def test_same_hashes(run: Runner, expected: dict[str, dict[str, Any]], name: str) -> None:
    found = run(ORDERS / name, *LOCKS[name], index=RecordedIndex.of_orders()).targets
    for target, arguments in found.items():
        if name in TRIMMED:
            assert arguments["hashes"] == expected[target]["hashes"]
        else:
            assert set(arguments["hashes"]) >= set(expected[target]["hashes"])


@pytest.mark.parametrize("name", ["pdm/pdm.lock", "pylock/pylock.toml"])
def test_same_bytes_but_for_the_header(run: Runner, name: str) -> None:
    wanted = run(ORDERS / "uv" / "uv.lock").text
    found = run(ORDERS / name, index=RecordedIndex.of_orders()).text
    header = re.compile(r"Made from \S+;")
    assert header.sub("", found) == header.sub("", wanted)


def test_both_formats_of_poetry_give_the_same_bytes(run: Runner) -> None:
    assert run(ORDERS / "poetry-1.1" / "poetry.lock").text == run(ORDERS / "poetry" / "poetry.lock").text


def test_what_the_project_shows(expected: dict[str, dict[str, Any]]) -> None:
    assert len(expected) == 36
    assert expected["requests"]["extras"] == ["socks"]
    assert ":pysocks" in expected["requests"]["deps"]
    assert expected["docopt"]["sdist"] is True
    assert "zip_safe" not in expected["docopt"]
    assert expected["requests"]["zip_safe"] is True
    assert "zip_safe" not in expected["msgspec"]
    assert expected["anyio"]["platform_deps"] == {"host": [":exceptiongroup"]}
    assert expected["exceptiongroup"]["marker"] == "python_version < '3.11'"
    assert expected["importlib_metadata"]["marker"] == "python_version < '3.12'"
    assert "colorama" not in expected, (
        "needed on Windows only, where neither Lambda nor this project's hosts are"
    )
    assert sorted(name for name, target in expected.items() if target.get("test_only")) == [
        "iniconfig",
        "packaging",
        "pluggy",
        "pytest",
        "pytest_mock",
        "tomli",
    ]
    assert "test_only" not in expected["pygments"], "pytest needs it, and rich does too"


@pytest.mark.parametrize(
    ("name", "asked"), [("pylock/pylock.toml", ["requests"]), ("uv/uv.lock", []), ("poetry/poetry.lock", [])]
)
def test_index_is_asked_only_for_what_a_lock_lacks(run: Runner, name: str, asked: list[str]) -> None:
    index = RecordedIndex.of_orders()
    assert run(ORDERS / name, index=index).status == 0
    assert index.asked == asked


@pytest.mark.parametrize("tool", ["poetry", "pdm"])
def test_cases_of_every_tool_give_the_same(run: Runner, tool: str) -> None:
    cases = FIXTURES / "cases"
    wanted = run(cases / "uv" / "uv.lock", "--map", "shared-lib=//libs/shared").text
    found = run(cases / tool / f"{tool}.lock", "--map", "shared-lib=//libs/shared").text
    assert found == wanted.replace("Made from uv.lock", f"Made from {tool}.lock")
