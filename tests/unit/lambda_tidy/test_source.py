"""What is read of a source is the same whether all of it or only its head is parsed."""

from __future__ import annotations

import json
import sysconfig
from pathlib import Path

import pytest

from tools.lambda_tidy import source
from tools.lambda_tidy.source import SourceFacts, Used, from_json, read_source

ROOT = Path(__file__).resolve().parent.parent.parent.parent


def test_a_head_says_what_the_whole_says(monkeypatch: pytest.MonkeyPatch) -> None:
    folders = [ROOT / "tools", ROOT / "tests" / "unit", Path(sysconfig.get_paths()["stdlib"]) / "email"]
    files = {path: path.read_bytes() for folder in folders for path in sorted(folder.rglob("*.py"))}
    short = {path: read_source(data, str(path)) for path, data in files.items()}
    heads = sum(len(source._head(data)) < len(data) for data in files.values())
    monkeypatch.setattr(source, "_head", lambda data: data)
    assert short == {path: read_source(data, str(path)) for path, data in files.items()}
    assert heads > len(files) / 4, "many files import at their top alone"


@pytest.mark.parametrize(
    ("text", "modules"),
    [
        ("import a\n\ndef f(): pass\n", ["a"]),
        ("import a\n\ndef f():\n    import b\n", ["a", "b"]),
        ('"""\nclass of things\n"""\nimport a\ndef f(): pass\n', ["a"]),
        ('"""\nclass of things\n"""\n', []),
        ("x = (1\nif z else 2\n)\nimport a\n", ["a"]),
        ("\ufeffimport a\nclass C: pass\n", ["a"]),
        ("# coding: utf-8\nimport a\nclass C: pass\n", ["a"]),
        ("try:\n    import a\nexcept ImportError:\n    import b\n", ["a", "b"]),
        ("def f(): pass\nimport a\n", ["a"]),
        ("def f(): return __import__('a')\n", ["a"]),
    ],
)
def test_imports(text: str, modules: list[str]) -> None:
    assert [item.module for item in read_source(text.encode(), "p/m.py").imports] == modules


def test_facts_go_through_json() -> None:
    text = b"# tidy: prefer //x:y\nfrom .a import b\nW = open(__file__)\nimport pkgutil\npkgutil.get_data('p', 'w')\n"
    facts = read_source(text, "p/m.py")
    assert facts.imports[0] == Used("p.a", "b", 2, "a")
    assert facts.prefer == ["//x:y"]
    assert from_json(json.loads(json.dumps(facts))) == facts
    assert read_source(b"'''Doc.'''\n", "m.py") == SourceFacts([], [], [], "", True)
    assert not read_source(b"def f(): pass\n", "m.py").empty
