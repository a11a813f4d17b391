"""Builders: lock files in a few lines, an index that answers from memory, and the command run on both."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Optional

import pytest

from tools.lambda_lock.cli import main
from tools.lambda_lock.index import Answer
from tools.lambda_lock.lock import Distribution

FIXTURES = Path(__file__).parents[2] / "fixtures" / "locks"
INDEX = "https://index.example.com/simple"


def digest(name: str) -> str:
    """A hash that is the same for the same name."""
    return "sha256:" + name.encode().hex().ljust(64, "0")[:64]


def uv(
    packages: Mapping[str, Sequence[str]],
    *,
    direct: Sequence[str] = (),
    dev: Sequence[str] = (),
    extra: str = "",
    requires_python: str = ">=3.10",
) -> str:
    """A uv.lock: `{"six 1.17.0": ["idna", "tomli ; python_version < '3.11'"]}`."""
    lines = ["version = 1", "revision = 3", f'requires-python = "{requires_python}"', ""]
    lines += [
        "[[package]]",
        'name = "project"',
        'version = "1"',
        'source = { virtual = "." }',
        "dependencies = [",
    ]
    lines += [f"    {_uv_edge(edge)}," for edge in direct] + ["]"]
    if dev:
        lines += ["[package.dev-dependencies]", "dev = [", *(f"    {_uv_edge(edge)}," for edge in dev), "]"]
    for title, edges in packages.items():
        name, version = title.split()
        wheel = f"https://files.example.com/{name}-{version}-py3-none-any.whl"
        lines += ["", "[[package]]", f'name = "{name}"', f'version = "{version}"']
        lines += [f'source = {{ registry = "{INDEX}" }}']
        lines += ["dependencies = [", *(f"    {_uv_edge(edge)}," for edge in edges), "]"]
        lines += [f'wheels = [{{ url = "{wheel}", hash = "{digest(title)}" }}]']
    return "\n".join(lines) + "\n" + extra


def _uv_edge(text: str) -> str:
    name, _, marker = (part.strip() for part in text.partition(";"))
    name, _, version = name.partition("==")
    name, _, extras = name.rstrip("]").partition("[")
    parts = [f'name = "{name}"']
    parts += [f'version = "{version}"'] if version else []
    parts += [f"extra = {json.dumps(extras.split(','))}"] if extras else []
    parts += [f'marker = "{marker}"'] if marker else []
    return f"{{ {', '.join(parts)} }}"


class RecordedIndex:
    """An index that answers what it was given, and remembers what it was asked."""

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def metadata(self, distributions: Sequence[Distribution]) -> Mapping[str, Answer]:
        self.asked += [item.name for item in distributions]
        return {item.name: self.answers[item.name] for item in distributions}

    def hashes(self, distributions: Sequence[Distribution]) -> Mapping[str, Answer]:
        return self.metadata(distributions)

    @classmethod
    def of_orders(cls) -> RecordedIndex:
        """What the index said of the project `orders` when its locks were made."""
        recorded = json.loads((FIXTURES / "orders" / "metadata.json").read_text())
        return cls(
            {
                name: Answer(tuple(item["requires"]), tuple(item["extras"]), item["sdist"], item["yanked"])
                for name, item in recorded.items()
            }
        )


class Result(NamedTuple):
    """A run of the command."""

    status: int
    text: str
    out: str
    err: str

    @property
    def targets(self) -> dict[str, dict[str, Any]]:
        """The targets of the BUILD file: the rule and the arguments of each, by name."""
        return targets(self.text)


def targets(text: str) -> dict[str, dict[str, Any]]:
    """The targets of a BUILD file, as Python's own parser reads it."""
    found: dict[str, dict[str, Any]] = {}
    for statement in ast.parse(text).body:
        assert isinstance(statement, ast.Expr)
        call = statement.value
        assert isinstance(call, ast.Call)
        arguments = {str(keyword.arg): ast.literal_eval(keyword.value) for keyword in call.keywords}
        if "name" in arguments:
            assert isinstance(call.func, ast.Name)
            name = arguments.pop("name")
            found[name] = {"rule": call.func.id, **arguments}
    return found


class Runner:
    """Runs the command in a folder of its own."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.output = folder / "third_party" / "python" / "BUILD"
        self._capture = capture

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def __call__(self, lock: object, *options: str, index: Optional[RecordedIndex] = None) -> Result:
        self._capture.readouterr()
        arguments = ["--lock", str(lock), "--output", str(self.output), *options]
        status = main(arguments, index or RecordedIndex({}))
        said = self._capture.readouterr()
        text = self.output.read_text() if self.output.is_file() else ""
        return Result(status, text, said.out, said.err.replace(f"{self.folder}/", ""))
