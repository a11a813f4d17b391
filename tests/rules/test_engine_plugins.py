"""Plugins in the embedded engine: where they come from, and what CONFIG holds for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.embedded_please.engine import Repository

_SETTINGS = """
[PluginDefinition]
Name = mine

[PluginConfig "tool"]
DefaultValue = //tools:tool
Inherit = true

[PluginConfig "mode"]
DefaultValue = fast

[PluginConfig "extra_flags"]
ConfigKey = ExtraFlags
Optional = true
Repeatable = true

[PluginConfig "on"]
DefaultValue = yes
Type = bool
"""

_DEFS = """
def show(name:str, mode:str=CONFIG.MINE.MODE):
    return genrule(
        name = name,
        outs = [f"{name}.txt"],
        cmd = f"echo {mode} {CONFIG.MINE.ON} {CONFIG.MINE.EXTRA_FLAGS} $(cat $TOOL) > $OUT",
        tools = [CONFIG.MINE.TOOL],
    )
"""

_FILES = {
    ".plzconfig": _SETTINGS,
    "build_defs/BUILD": 'filegroup(name = "mine", srcs = ["mine.build_defs"], visibility = ["PUBLIC"])\n',
    "build_defs/mine.build_defs": _DEFS,
    "tools/BUILD": (
        'genrule(name = "tool", srcs = ["x.txt"], outs = ["tool"], '
        'cmd = "cat $SRC > $OUT; echo $ARCH >> $OUT", '
        'binary = True, visibility = ["PUBLIC"])\n'
    ),
    "tools/x.txt": "plugin's",
}

_USE = 'subinclude("///mine//build_defs:mine")\n'


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path)
    made.plugin("mine", _FILES)
    return made


def _configure(repository: Repository, text: str) -> None:
    repository.write(".plzconfig", (repository.folder / ".plzconfig").read_text() + text)


def _shown(repository: Repository, build_file: str = _USE + 'show(name = "t")\n') -> str:
    repository.write("svc/BUILD", build_file)
    repository.build("//svc:t")
    return repository.out("svc/t.txt")


def _arch(repository: Repository) -> str:
    repository.write("arch/BUILD", 'text_file(name = "arch", content = CONFIG.HOSTARCH)\n')
    repository.build("//arch")
    return repository.out("arch/arch")


def test_defaults(repository: Repository) -> None:
    assert _shown(repository) == f"fast True [] plugin's{_arch(repository)}\n"


def test_settings_of_the_user(repository: Repository) -> None:
    _configure(repository, "Mode = slow\nExtraFlags = a\nExtraFlags = b\nOn = false\nTool = //svc:own\n")
    own = 'genrule(name = "own", outs = ["own"], cmd = "echo user > $OUT", binary = True)\n'
    assert _shown(repository, _USE + own + 'show(name = "t")\n') == "slow False [a b] user\n"


def test_settings_of_the_command_line(repository: Repository) -> None:
    repository.write("svc/BUILD", _USE + 'show(name = "t")\n')
    assert repository.run("build", "-o", "plugin.mine.mode:other", "//svc:t").status == 0
    assert repository.out("svc/t.txt").startswith("other True [] ")


def test_settings_of_a_package(repository: Repository) -> None:
    text = _USE + 'package(mine = {"mode": "odd"})\nshow(name = "t")\n'
    assert _shown(repository, text).startswith("odd True [] ")
    repository.write("other/BUILD", _USE + 'show(name = "t")\n')
    repository.build("//other:t")
    assert repository.out("other/t.txt").startswith("fast True [] ")


def test_unknown_setting_of_a_package(repository: Repository) -> None:
    repository.write("svc/BUILD", _USE + 'package(mine = {"modus": "odd"})\n')
    assert repository.fail("//svc:all") == [
        "svc/BUILD:2: package(): mine has no setting modus; it has: extra_flags, mode, on, tool"
    ]


def test_unknown_setting_of_the_user(repository: Repository) -> None:
    _configure(repository, "Modus = slow\n")
    repository.write("svc/BUILD", _USE)
    assert repository.fail("//svc:all") == [
        '[Plugin "mine"] has no setting modus; it has: extraflags, mode, on, tool'
    ]


def test_wrong_type_of_a_setting(repository: Repository) -> None:
    _configure(repository, "On = maybe\n")
    repository.write("svc/BUILD", _USE)
    assert repository.fail("//svc:all") == ["[Plugin \"mine\"] on: expected true or false, found 'maybe'"]


def test_on_another_platform_tools_stay_on_the_host(repository: Repository) -> None:
    repository.write("svc/BUILD", _USE + 'show(name = "t")\n')
    repository.build("///linux_foo//svc:t")
    out = repository.folder / "plz-out/gen/linux_foo/svc/t.txt"
    assert out.read_text() == f"fast True [] plugin's{_arch(repository)}\n"


def test_target_of_a_plugin_on_another_platform(repository: Repository) -> None:
    command = "echo $SRC > $OUT; cat $SRC >> $OUT"
    repository.write(
        "svc/BUILD",
        f'genrule(name = "t", srcs = ["///mine//tools:tool"], outs = ["t.txt"], cmd = "{command}")\n',
    )
    repository.build("///linux_foo//svc:t")
    assert (repository.folder / "plz-out/gen/linux_foo/svc/t.txt").read_text() == "tools/tool\nplugin'sfoo\n"
    assert (repository.folder / "plz-out/bin/mine@linux_foo/tools/tool").exists()


def test_archive_that_is_written_anew_is_fetched_again(repository: Repository) -> None:
    assert "plugin's" in _shown(repository)
    repository.plugin("mine", {**_FILES, "tools/x.txt": "another's"})
    assert "another's" in _shown(repository)


def test_archive_that_is_not_there(repository: Repository) -> None:
    (repository.folder / "archives/mine.zip").unlink()
    repository.write("svc/BUILD", _USE)
    (message,) = repository.fail("//svc:all")
    assert message.startswith(
        f"the plugin mine could not be fetched:\n  file://{repository.folder}/archives/mine.zip: "
    )
    assert message.endswith("\nSet [Please] PluginRepo in .plzconfig to where it can be had.")


def test_archive_that_is_not_one(repository: Repository) -> None:
    repository.write("archives/mine.zip", "no zip")
    repository.write("svc/BUILD", _USE)
    (message,) = repository.fail("//svc:all")
    assert message.startswith(
        f"the plugin mine from file://{repository.folder}/archives/mine.zip is not a zip archive"
    )


def test_archive_without_a_plugin(repository: Repository) -> None:
    repository.plugin("mine", {"README.md": ""})
    repository.write("svc/BUILD", _USE)
    assert repository.fail("//svc:all") == [
        "the plugin mine: its archive must have one top folder with a .plzconfig, found 0"
    ]


def test_plugin_of_another_name(repository: Repository) -> None:
    repository.plugin("mine", {**_FILES, ".plzconfig": "[PluginDefinition]\nName = theirs\n"})
    repository.write("svc/BUILD", _USE)
    assert repository.fail("//svc:all") == ['[Plugin "mine"]: it calls itself theirs; use that name']


def test_target_without_a_plugin_repo(repository: Repository) -> None:
    repository.write("plugins/BUILD", "")
    repository.write("svc/BUILD", _USE)
    assert repository.fail("//svc:all") == [
        'svc/BUILD:1: [Plugin "mine"] Target in .plzconfig is //plugins:mine, '
        "which declares no plugin_repo of that name"
    ]


def test_a_plugin_in_its_own_repository(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    for path, content in _FILES.items():
        repository.write(path, content)
    repository.write(".plzconfig", _SETTINGS + '[Plugin "mine"]\nMode = own\n')
    for label in ("//build_defs:mine", "///mine//build_defs:mine"):
        text = f'subinclude("{label}")\nshow(name = "t")\n'
        assert _shown(repository, text) == f"own True [] plugin's{_arch(repository)}\n"


def test_what_a_plugin_inherits_from_the_user(repository: Repository) -> None:
    # A plugin that uses the first sees the user's value of a setting that is inherited, else the default.
    second = {
        ".plzconfig": "[PluginDefinition]\nName = second\n",
        "BUILD": _USE
        + 'text_file(name = "t", out = "t", content = CONFIG.MINE.MODE + " " + CONFIG.MINE.TOOL)\n',
    }
    before = (repository.folder / ".plzconfig").read_text()
    repository.plugin("second", second)
    repository.write(
        "plugins/BUILD",
        "".join(f'plugin_repo(name = "{n}", owner = "me", revision = "v1")\n' for n in ("mine", "second")),
    )
    own = '[Plugin "second"]\nTarget = //plugins:second\n'
    repository.write(".plzconfig", before + "Mode = slow\nTool = //svc:own\n" + own)
    repository.build("///second//:t")
    assert (repository.folder / "plz-out/gen/second/t").read_text() == "fast /////svc:own"
