"""Tests of the reader of .plzconfig."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.errors import PleasingError
from tools.plzconfig import PluginSetting, PlzConfig, parse_bool


def _load(folder: Path, *texts: str) -> PlzConfig:
    paths = []
    for number, text in enumerate(texts):
        paths.append(folder / f"file{number}")
        paths[-1].write_text(text)
    return PlzConfig(*paths)


def test_sections_keys_and_values(tmp_path: Path) -> None:
    settings = _load(
        tmp_path,
        "; comment\n[Build]\nPath = /a ; here\npath = /b\n\n# and\n"
        '[plugin "Py"]\nModuleDir="x ; y"  # quoted\nFlag\n',
    )
    assert settings.values("build", "PATH") == ["/a", "/b"]
    assert settings.value("Build", "Path") == "/b"
    assert settings.value("Plugin", "moduledir", "", "Py") == "x ; y"
    assert settings.value("Plugin", "flag", "", "Py") == "true"
    assert settings.value("Plugin", "moduledir", "unset", "py") == "x ; y"
    assert settings.value("Plugin", "moduledir", "unset", "python") == "unset"
    assert settings.section("plugin", "py") == {"moduledir": ["x ; y"], "flag": ["true"]}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("python3.13 ; production", "python3.13"),
        ("python3.13#x", "python3.13"),
        ('"a b" c', "a b c"),
        (r'"a\"b\tc\\"', 'a"b\tc\\'),
        ('" a "  ', " a "),
        ("", ""),
    ],
)
def test_comments_and_quotes(tmp_path: Path, written: str, value: str) -> None:
    assert _load(tmp_path, f"[a]\nx = {written}\n").value("a", "x", "unset") == value


def test_later_files_win_and_lists_grow(tmp_path: Path) -> None:
    settings = _load(tmp_path, "[a]\nx = 1\ny = 1\n", "[a]\nx = 2\n")
    assert settings.value("a", "x") == "2"
    assert settings.values("a", "x") == ["1", "2"]
    assert settings.value("a", "y") == "1"


def test_continued_line(tmp_path: Path) -> None:
    assert _load(tmp_path, "[a]\nx = one \\\n  two\n").value("a", "x") == "one two"


def test_missing_file(tmp_path: Path) -> None:
    assert PlzConfig(tmp_path / "none").section("a") == {}


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"[a]\nx = \xff\n")
    with pytest.raises(PleasingError, match="cannot be read: 'utf-8' codec can't decode byte 0xff"):
        PlzConfig(tmp_path / "file")


@pytest.mark.parametrize(("text", "line"), [("[a]\n= 1\n", 2), ("x = 1\n", 1), ("[a\n", 1)])
def test_what_is_no_settings_file(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(PleasingError) as caught:
        _load(tmp_path, text)
    wrong = text.splitlines()[line - 1]
    assert str(caught.value) == f"{tmp_path}/file0:{line}: expected [section] or key = value, found {wrong!r}"


def test_plugin_definition(tmp_path: Path) -> None:
    settings = _load(
        tmp_path,
        "[PluginDefinition]\nName = mine\n"
        '[PluginConfig "some_tool"]\nDefaultValue = //tools:x\nInherit = true\nHelp = "A tool; any."\n'
        '[PluginConfig "flags"]\nConfigKey = ExtraFlags\nOptional = true\nRepeatable = true\n',
    )
    assert settings.plugin_name == "mine"
    assert settings.plugin_settings() == [
        PluginSetting("SOME_TOOL", "sometool", ["//tools:x"], False, False, "str", True, "A tool; any."),
        PluginSetting("FLAGS", "ExtraFlags", [], True, True, "str", False, ""),
    ]


def test_flags() -> None:
    assert parse_bool("Yes", "x") is True
    assert parse_bool("0", "x") is False
    with pytest.raises(PleasingError) as caught:
        parse_bool("maybe", '[PluginConfig "x"] Inherit')
    assert str(caught.value) == "[PluginConfig \"x\"] Inherit: expected true or false, found 'maybe'"
