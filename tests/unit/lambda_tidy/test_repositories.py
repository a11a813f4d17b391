"""The examples and the repositories of the end-to-end tests, with their deps taken out, come back as they were."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path

import pytest

from tests.unit.lambda_tidy.conftest import Repository

ROOT = Path(__file__).resolve().parent.parent.parent.parent
CASES = sorted(path.name for path in (ROOT / "tests" / "e2e").glob("*_repo"))
EXAMPLES = ("echo", "edge_redirect", "image", "pex_tool", "plot")
# Its BUILD file has only what each test adds.
NEW = {"rules_repo": {"svc/BUILD": 'python_library(\n    name = "svc",\n'}}


def without_deps(text: str) -> str:
    return re.sub(r"^ *deps = \[[^]]*\],\n", "", text, flags=re.MULTILINE)


def copy(source: Path, repository: Repository) -> None:
    shutil.copytree(source, repository.root, dirs_exist_ok=True)
    for path in list(repository.root.rglob("BUILD_FILE")):
        path.rename(path.with_name("BUILD"))


@pytest.mark.parametrize("case", [case for case in CASES if case != "monorepo_repo"])
def test_the_repositories_come_back(repository: Repository, case: str) -> None:
    copy(ROOT / "tests" / "e2e" / case, repository)
    before = repository.build_files()
    assert repository.run("--diff").stdout.count("+++") == len(NEW.get(case, {})), "it is as it should be"
    for path, text in before.items():
        # Edges between distributions are lambda_lock's.
        if not path.startswith("third_party/"):
            repository.write(path, without_deps(text))
    run = repository.tidy()
    after = repository.build_files()
    kept = re.findall(r"TidyKeep = (\S+)", repository.read(".plzconfig"))
    for path, text in before.items():
        if path in NEW.get(case, {}):
            assert after[path].startswith(text + "\n" + NEW[case][path])
        else:
            assert deps(after[path]) == deps(text, *kept)
            assert kept or after[path] == text
    assert run.errors == []


def deps(text: str, *less: str) -> list[list[str]]:
    """The deps of each call, in order, less some that nothing imports."""
    return [
        [label for label in ast.literal_eval(keyword.value) if label not in less]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "deps"
    ]


def test_the_examples_come_back(repository: Repository) -> None:
    shutil.copy(ROOT / ".plzconfig", repository.root)
    shutil.copytree(ROOT / "third_party" / "python", repository.root / "third_party" / "python")
    for name in EXAMPLES:
        shutil.copytree(ROOT / "examples" / name, repository.root / "examples" / name)
    before = repository.build_files()
    assert repository.run("--check", "examples").stdout == ""
    taken = 0
    for path, text in before.items():
        if path.startswith("examples/"):
            repository.write(path, without_deps(text))
            taken += without_deps(text) != text
    assert taken == 2
    repository.tidy("examples")
    assert repository.build_files() == before


def test_the_monorepo_gets_exact_deps(repository: Repository) -> None:
    copy(ROOT / "tests" / "e2e" / "monorepo_repo", repository)
    repository.write(
        "third_party/python/BUILD",
        'python_requirement(name = "msgspec", version = "0.20.0", visibility = ["PUBLIC"])\n',
    )
    assert repository.tidy().notes == []
    page = (ROOT / "docs" / "tidy.md").read_text()
    shown = re.findall(r"^```python\n# (\S+/BUILD)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    path = "src/python/acme/functions/notify/BUILD"
    assert shown == [(path, repository.read(path))]
    settings = re.findall(r"^```ini\n; .plzconfig\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert [line in repository.read(".plzconfig") for line in settings[0].splitlines()] == [True] * 3
    start = "//src/python/acme/"
    assert repository.deps("src/python/acme/core/codec", "codec") == ["//third_party/python:msgspec"]
    assert repository.deps("src/python/acme/functions/notify", "lambda") == [
        f"{start}customers/consent",
        f"{start}messages/digest",
        f"{start}messages/queue",
    ]
    assert repository.deps("src/python/acme/core/retry", "test") == [":retry", "//:roots"]
    assert repository.deps("src/python/acme/billing/ledger", "ledger") == [f"{start}billing/statement"]
    assert repository.deps("src/python/acme/catalogue/index", "index") == []
