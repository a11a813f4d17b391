"""Every fenced example of the documents can be read by what reads such a file, and says only what there is."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest
from ruamel.yaml import YAML

from docs import reference
from tools.plzconfig import PlzConfig

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Example(NamedTuple):
    page: Path
    line: int
    language: str
    text: str


def _examples() -> list[Example]:
    found = []
    for page in PAGES:
        text = page.read_text()
        for match in _FENCE.finditer(text):
            line = text[: match.start()].count("\n") + 1
            found.append(Example(page, line, match[1], match[2]))
    return found


def of(*languages: str) -> pytest.MarkDecorator:
    chosen = [example for example in _examples() if example.language in languages]
    assert chosen
    return pytest.mark.parametrize("example", chosen, ids=lambda item: f"{item.page.name}:{item.line}")


def test_every_example_has_a_language_that_is_checked() -> None:
    # What is in `text` is output: test_readme.py and test_when_it_fails.py compare it with what a build says.
    checked = {"python", "ini", "sh", "yaml", "json", "hcl", "go", "text"}
    unchecked = [f"{item.page.name}:{item.line}" for item in _examples() if item.language not in checked]
    assert unchecked == []
    assert {item.page.name for item in _examples() if item.language == "text"} <= {
        "README.md",
        "when_it_fails.md",
    }


@of("python")
def test_python_and_build_files_parse_and_call_rules_as_they_are(example: Example) -> None:
    known = {rule.name: {argument.name for argument in rule.arguments} for rule in reference.rules()}
    required = {
        rule.name: {argument.name for argument in rule.arguments if argument.default is None}
        for rule in reference.rules()
    }
    for node in ast.walk(ast.parse(example.text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in known:
            given = {keyword.arg for keyword in node.keywords}
            assert given <= known[node.func.id]
            assert required[node.func.id] <= given


@of("ini")
def test_settings_are_ones_that_there_are(example: Example) -> None:
    config = PlzConfig()
    config.add(example.text, f"{example.page.name}:{example.line}")
    known = {setting.config_key.lower() for setting in reference.settings()} | {"target"}
    assert set(config.section("Plugin", "awslambda")) <= known


@of("sh")
def test_commands_parse_and_name_tools_that_there_are(example: Example) -> None:
    done = subprocess.run(["sh", "-n"], input=example.text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for tool in re.findall(r"//tools/(\w+)", example.text):
        assert (ROOT / "tools" / tool / "BUILD").is_file(), tool
    for module in re.findall(r"python3 -m ([\w.]+)", example.text):
        folder = ROOT.joinpath(*module.split("."))
        assert (folder / "__main__.py").is_file() or folder.with_suffix(".py").is_file(), module


@of("yaml")
def test_yaml_parses(example: Example) -> None:
    assert isinstance(YAML(typ="safe").load(example.text), dict)


@of("json")
def test_json_parses(example: Example) -> None:
    assert isinstance(json.loads(example.text), dict)


@of("hcl", "go")
def test_brackets_match(example: Example) -> None:
    for opening, closing in ("{}", "()", "[]"):
        assert example.text.count(opening) == example.text.count(closing)
    assert example.text.count('"') % 2 == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?://)([^)]+)\)", _FENCE.sub("", page.read_text())):
        name, _, anchor = target.partition("#")
        linked = (page.parent / name).resolve() if name else page
        assert linked.exists(), target
        if anchor:
            titles = re.findall(r"^#+ (.*)$", _FENCE.sub("", linked.read_text()), re.MULTILINE)
            anchors = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
            assert anchor in anchors, target


def test_every_page_can_be_found_from_the_readme() -> None:
    linked = {"README.md"}
    todo = [ROOT / "README.md"]
    while todo:
        page = todo.pop()
        for target in re.findall(r"\]\((?!https?://)([^)#]+\.md)", page.read_text()):
            path = (page.parent / target).resolve()
            if path.name not in linked:
                linked.add(path.name)
                todo.append(path)
    assert {page.name for page in PAGES} <= linked
