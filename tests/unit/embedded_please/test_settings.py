"""Tests of settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.embedded_please.settings import PluginSetting, Settings
from tools.errors import PleasingError


def _load(folder: Path, *texts: str) -> Settings:
    paths = []
    for number, text in enumerate(texts):
        paths.append(folder / f"file{number}")
        paths[-1].write_text(text)
    return Settings.load(*paths)


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
    assert settings.value("Plugin", "moduledir", "unset", "py") == "unset"


def test_later_files_win_and_lists_grow(tmp_path: Path) -> None:
    settings = _load(tmp_path, "[a]\nx = 1\ny = 1\n", "[a]\nx = 2\n")
    assert settings.value("a", "x") == "2"
    assert settings.values("a", "x") == ["1", "2"]
    assert settings.value("a", "y") == "1"


def test_continued_line(tmp_path: Path) -> None:
    assert _load(tmp_path, "[a]\nx = one \\\n  two\n").value("a", "x") == "one two"


def test_missing_file(tmp_path: Path) -> None:
    assert Settings.load(tmp_path / "none").section("a") == {}


@pytest.mark.parametrize(("text", "line"), [("[a]\n= 1\n", 2), ("x = 1\n", 1), ("[a\n", 1)])
def test_what_is_no_settings_file(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(PleasingError) as caught:
        _load(tmp_path, text)
    wrong = text.splitlines()[line - 1]
    assert str(caught.value) == f"{tmp_path}/file0:{line}: expected [section] or key = value, found {wrong!r}"


def test_overrides(tmp_path: Path) -> None:
    settings = _load(tmp_path, "[Build]\nPath = /a\nLang = C\n")
    settings.override("build.path:/x,/y")
    settings.override("build.lang:a,b")
    settings.override("plugin.python.moduledir:m:n")
    assert settings.values("Build", "Path") == ["/x", "/y"]
    assert settings.values("Build", "Lang") == ["a,b"]
    assert settings.value("Plugin", "ModuleDir", "", "python") == "m:n"
    with pytest.raises(
        PleasingError, match=r"^-o nothing: expected section.key:value or plugin.name.key:value$"
    ):
        settings.override("nothing")


def test_copy_is_apart(tmp_path: Path) -> None:
    settings = _load(tmp_path, "[a]\nx = 1\n")
    settings.copy().set("a", "x", ["2"])
    assert settings.value("a", "x") == "1"


def test_plugin_definition(tmp_path: Path) -> None:
    settings = _load(
        tmp_path,
        "[PluginDefinition]\nName = mine\n"
        '[PluginConfig "some_tool"]\nDefaultValue = //tools:x\nInherit = true\n'
        '[PluginConfig "flags"]\nConfigKey = ExtraFlags\nOptional = true\nRepeatable = true\n',
    )
    assert settings.plugin_name == "mine"
    assert settings.plugin_settings() == [
        PluginSetting("FLAGS", "extraflags", [], True, True, "str", False),
        PluginSetting("SOME_TOOL", "sometool", ["//tools:x"], False, False, "str", True),
    ]
