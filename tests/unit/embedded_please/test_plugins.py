"""Tests of plugins, their settings, and the engine's own Python rules."""

from __future__ import annotations

import stat
import subprocess
import sys
import zipfile

import pytest

from tests.unit.embedded_please.conftest import Repository
from tools.embedded_please.pex_file import missing_inits

_FILES = {
    ".plzconfig": '[PluginDefinition]\nName = mine\n[PluginConfig "mode"]\nDefaultValue = plugin\nInherit = true\n'
    '[PluginConfig "tool"]\nDefaultValue = //tools:tool\n[PluginConfig "flags"]\nOptional = true\nRepeatable = true\n'
    '[PluginConfig "on"]\nDefaultValue = false\nType = bool\n',
    "build_defs/BUILD": 'filegroup(name = "mine", srcs = ["mine.build_defs"])\n',
    "build_defs/mine.build_defs": "def show(name, mode=CONFIG.MINE.MODE):\n"
    '    return genrule(name = name, outs = [name], tools = [CONFIG.MINE.TOOL], cmd = f"(echo {mode} {CONFIG.MINE.FLAGS} '
    '{CONFIG.MINE.ON}; cat $TOOL) > $OUT")\n',
    "tools/BUILD": 'text_file(name = "tool", content = CONFIG.ARCH)\n',
}
_USE = 'subinclude("///mine//build_defs:mine")\n'


def _shown(repository: Repository, text: str, label: str = "//:x") -> list[str]:
    repository.write("BUILD", text)
    return (repository.folder / repository.build(label).stdout.strip()).read_text().split()


def _host(repository: Repository) -> str:
    repository.write("host/BUILD", 'text_file(name = "h", content = CONFIG.ARCH)\n')
    repository.build("//host:h")
    return repository.out("host/h")


def test_settings(repository: Repository) -> None:
    repository.plugin("mine", _FILES)
    host = _host(repository)
    assert _shown(repository, _USE + 'show(name = "x")\n') == ["plugin", "[]", "False", host]
    text = _USE + 'package(mine = {"mode": "package"})\nshow(name = "x")\n'
    assert _shown(repository, text)[0] == "package"
    with (repository.folder / ".plzconfig").open("a") as file:
        file.write("Mode = user\nFlags = a\nFlags = b\nOn = true\nTool = //:tool\n")
    text = _USE + 'text_file(name = "tool", content = "of-mine")\nshow(name = "x")\n'
    assert _shown(repository, text) == ["user", "[a,", "b]", "True", "of-mine"]
    assert _shown(repository, text, "///linux_other//:x") == ["user", "[a,", "b]", "True", "of-mine"]
    settings = (repository.folder / ".plzconfig").read_text()
    repository.write(".plzconfig", settings.replace("On = true", "On = maybe"))
    message = "BUILD:1: [Plugin \"mine\"] on: expected true or false, found 'maybe'"
    assert repository.fail("//:x") == [message]


def test_a_plugin_in_its_own_repository(repository: Repository) -> None:
    for path, content in _FILES.items():
        repository.write(path, content)
    for label in ("//build_defs:mine", "///mine//build_defs:mine"):
        shown = _shown(repository, f'subinclude("{label}")\nshow(name = "x")\n')
        assert shown == ["plugin", "[]", "False", _host(repository)]


def test_of_each_plugin_one_revision_is_kept_until_another_is_fetched(repository: Repository) -> None:
    for revision in ("v1", "v2"):
        repository.plugin("mine", _FILES, revision)
        assert _shown(repository, _USE + 'show(name = "x")\n')[0] == "plugin"
    assert len(list(repository.folder.glob("plz-out/embedded/plugins/*"))) == 1
    repository.plugin("mine", {"a/b": "c"}, "v3")
    path = repository.folder / "archives" / "mine-v3.zip"
    missing = f"[Errno 2] No such file or directory: '{path}'"
    for problem in ("it has no .plzconfig", "File is not a zip file", missing):
        (message,) = repository.fail("//:x")
        assert message == (
            f"BUILD:1: the plugin mine could not be fetched:\n  file://{path}: {problem}\n"
            "Set [Please] PluginRepo in .plzconfig to where it can be had."
        )
        path.write_text("no zip") if zipfile.is_zipfile(path) else path.unlink(missing_ok=True)
    assert len(list(repository.folder.glob("plz-out/embedded/plugins/*"))) == 1


@pytest.fixture
def python(repository: Repository) -> Repository:
    repository.write(".plzconfig", '[Plugin "python"]\nTarget = //plugins:python\nTestRunner = pytest\n')
    repository.write("svc/main.py", "import sys\nfrom lib import words\nprint(words.text(), sys.argv[1:])\n")
    text = "def text():\n    return open(__file__.replace('words.py', 'a.txt')).read()\n"
    repository.write("lib/words.py", text)
    repository.write("lib/a.txt", "text")
    use = 'subinclude("///python//build_defs:python")\n'
    library = 'python_library(name = "lib", srcs = ["words.py"], resources = ["a.txt"], zip_safe = False)\n'
    repository.write("lib/BUILD", use + library)
    repository.write(
        "svc/BUILD",
        use + 'python_binary(name = "svc", main = "main.py", deps = ["//lib"])\n'
        'python_test(name = "t", srcs = ["t.py"])\nfilegroup(name = "wrapped", srcs = [":svc"])\n'
        'filegroup(name = "of_library", srcs = [":svc"], requires = ["py"])\n',
    )
    return repository


def test_what_is_in_a_pex(python: Repository) -> None:
    python.build("//svc:all")
    path = python.folder / "plz-out/bin/svc/svc.pex"
    with zipfile.ZipFile(path) as pex:
        names = pex.namelist()
        assert {info.date_time for info in pex.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"in place of Please's own bootstrap" in pex.read("__main__.py")
    assert names == sorted(names)
    modules = "lib/__init__.py lib/a.txt lib/words.py lib/words.pyc svc/__init__.py svc/main.py svc/main.pyc"
    assert set(names) == {".bootstrap/stub", "__main__.py", *modules.split()}
    assert path.read_bytes().startswith(b"#!/usr/bin/env python3\nPK")
    assert stat.S_IMODE(path.stat().st_mode) == 0o555
    done = subprocess.run([sys.executable, path, "a"], capture_output=True, text=True, check=True)
    assert done.stdout == "text ['a']\n"


def test_the_same_sources_give_the_same_bytes(python: Repository) -> None:
    path, contents = python.folder / "plz-out/bin/svc/svc.pex", set()
    for _ in range(2):
        (python.folder / "lib/words.py").touch()
        python.build("//svc")
        contents.add(path.read_bytes())
        (python.folder / "plz-out/embedded/state.json").unlink()
    assert len(contents) == 1
    # As a source it is its library, where Python is required.
    assert python.build("//svc:wrapped").stdout == "plz-out/gen/svc/svc.pex\n"
    assert python.build("//svc:of_library").stdout == "plz-out/gen/svc/main.py\n"


def test_two_files_of_one_name_are_refused(python: Repository) -> None:
    text = (python.folder / "svc/BUILD").read_text().replace('["//lib"]', '["//lib", ":other"]')
    command = "mkdir lib && echo no > lib/a.txt && python3 -m zipfile -c $OUT lib"
    rule = f'genrule(name = "other", outs = ["other.pex.zip"], cmd = "{command}")\n'
    python.write("svc/BUILD", text + rule)
    (message,) = python.fail("//svc")
    assert message == (
        "//svc:svc: its command failed with exit status 1\n"
        "  svc.pex: error: two files of the PEX have one name and different bytes: lib/a.txt"
    )


def test_packages_that_please_makes() -> None:
    names = "a/b/c.py d/__init__.py d/e.txt f/g.py f.py h.cpython-311.so h/i.py j/__pycache__/k.pyc"
    assert missing_inits(names.split()) == ["a/b/__init__.py", "a/__init__.py"]
