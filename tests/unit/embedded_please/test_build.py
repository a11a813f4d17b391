"""Tests of building: what an action finds, what it leaves, and when it is run again."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from tests.unit.embedded_please.conftest import Repository
from tools.embedded_please import cli

_PATH = f"{os.path.dirname(sys.executable)}:/usr/bin"
_TWO = """
genrule(name = "one", srcs = ["in.txt"], outs = ["one.txt"], cmd = "cat $SRC > $OUT")
genrule(name = "two", srcs = [":one"], outs = ["two.txt"], cmd = "tr a-z A-Z < $SRC > $OUT")
"""


@pytest.fixture
def two(repository: Repository) -> Repository:
    repository.write("p/in.txt", "text")
    repository.write("p/BUILD", _TWO)
    return repository


def test_only_what_changes_is_built(two: Repository) -> None:
    two.write("plz-out/embedded/tmp/q/gone._build/file", "what a killed build has left")
    assert two.build("//p:two").steps == ["//p:one", "//p:two"]
    assert two.out("p/two.txt") == "TEXT"
    assert two.left() == ["gen/p/one.txt", "gen/p/two.txt"]
    assert two.build("//p:two").steps == []
    two.write("p/in.txt", "other")
    assert two.build("//p:two").steps == ["//p:one", "//p:two"]
    # The same bytes as before are no change to what depends on them.
    two.write("p/BUILD", _TWO.replace("cat $SRC", "cat  $SRC"))
    assert two.build("//p:two").steps == ["//p:one"]


def test_removed_or_changed_output_comes_back_and_of_a_failed_build_none_stays(two: Repository) -> None:
    two.build("//p:two")
    path = two.folder / "plz-out/gen/p/two.txt"
    path.unlink()
    two.build("//p:two")
    path.chmod(0o644)
    path.write_text("changed")
    assert two.build("//p:two").steps == ["//p:two"]
    assert path.read_text() == "TEXT"
    two.write("p/BUILD", _TWO.replace("tr a-z", "false; exit 1; tr a-z"))
    two.fail("//p:two")
    assert not path.exists()


@pytest.mark.parametrize("state", ["{", "[]", '{"records": {"//p:two": ["key", {}, ""]}, "stamps": {}}'])
def test_state_of_another_form_is_left_alone(two: Repository, state: str) -> None:
    two.build("//p:two")
    (two.folder / "plz-out/embedded/state.json").write_text(state)
    assert two.build("//p:two").steps == ["//p:one", "//p:two"]


def test_outputs_keep_to_a_size(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    def kept(limit: int, *targets: str) -> set[str]:
        monkeypatch.setattr(cli, "_KEPT", limit)
        repository.build(*targets)
        return {path.name for path in repository.folder.glob("plz-out/gen/*")}

    texts = [f'text_file(name = "{name}", content = "four")\n' for name in "abc"]
    repository.write("BUILD", "".join(texts) + 'filegroup(name = "of_a", srcs = [":a"])\n')
    assert kept(100, "//:of_a") == {"a"}
    assert kept(100, "//:b") == {"a", "b"}
    assert kept(16, "//:c") == {"a", "b", "c"}
    # The least recently needed go first, but not a file that a target of this build has as well.
    repository.write("BUILD", "".join(texts))
    assert kept(8, "//:a") == {"a", "c"}
    # What a build needs stays even if it is more.
    assert kept(0, "//:b", "//:c") == {"b", "c"}
    assert repository.build("//:b", "//:a").stdout == "plz-out/gen/b\nplz-out/gen/a\n"


def test_modes_and_sources_are_safe(two: Repository) -> None:
    rule = 'genrule(name = "x", srcs = ["in.txt"], outs = ["x"], cmd = "echo >> $SRC && cp $SRC $OUT")'
    two.write("p/BUILD", rule)
    two.build("//p:x")
    assert (two.folder / "p/in.txt").read_text() == "text"
    assert stat.S_IMODE((two.folder / "plz-out/gen/p/x").stat().st_mode) == 0o444


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ('cmd = "echo no; echo why >&2; exit 3"', "its command failed with exit status 3\n  no\n  why"),
        ('cmd = "echo done"', "its command has not made x\n  done"),
        ('cmd = "true", srcs = ["none"]', "No such file or directory: {folder}/p/none"),
        ('cmd = "echo $NO"', "its command failed with exit status 127\n  bash: line 1: NO: unbound variable"),
        ('cmd = "false | true"', "its command failed with exit status 1"),
        ('cmd = "true", tools = ["no"]', f"its tool no is not in {_PATH}; [Build] Path may be set"),
    ],
)
def test_failures(repository: Repository, rule: str, message: str) -> None:
    repository.write(".plzconfig", "[Build]\nPath = /usr/bin\n")
    repository.write("p/BUILD", f'genrule(name = "x", outs = ["x"], {rule})\nfilegroup(name = "y")\n')
    assert repository.fail("//p:x") == [f"//p:x: {message.format(folder=repository.folder)}"]
    assert repository.left() == []


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ('deps = ["//lib:x"]', "//p:a: there is no target //lib:x: lib/BUILD declares strings"),
        ('srcs = ["//lib:strings|zip"]', "//lib:strings has no output named zip; it has none with a name"),
        ('deps = [":a"]', "targets depend on each other in a circle: //p:a -> //p:a"),
    ],
)
def test_what_is_not_there(repository: Repository, argument: str, message: str) -> None:
    repository.write("lib/BUILD", 'filegroup(name = "strings")\n')
    repository.write("p/BUILD", f'filegroup(name = "a", {argument})\n')
    assert repository.fail("//p:a") == [message]


def test_all_failures_are_shown_and_what_can_be_built_is(repository: Repository) -> None:
    rules = [f'genrule(name = "{name}", outs = ["{name}"], cmd = "false")\n' for name in "ab"]
    repository.write("BUILD", "".join(rules) + 'text_file(name = "c", content = "c")\n')
    status = "its command failed with exit status 1"
    assert sorted(repository.fail("//...")) == [f"//:a: {status}", f"//:b: {status}"]
    assert repository.out("c") == "c"


def test_environment(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEEN", "yes")
    monkeypatch.setenv("UNSEEN", "no")
    repository.write(".plzconfig", "[Build]\nPassUnsafeEnv = SEEN\n")
    repository.write(
        "p/q/BUILD",
        'genrule(name = "e", srcs = {"one": ["a"], "two": ["b", "c"]}, outs = ["e"], env = {"MINE": "1"},\n'
        '        tools = {"sh": ["sh"]}, cmd = "env | sort > $OUT")\n'
        'genrule(name = "l", outs = ["l"], cmd = "env > $OUT", local = True)\n',
    )
    for name in "abc":
        repository.write(f"p/q/{name}", "")
    repository.build("//p/q:e", "//p/q:l")
    env = dict(line.partition("=")[::2] for line in repository.out("p/q/e").splitlines())
    folder = str(repository.folder / "plz-out/embedded/tmp/p/q/e._build")
    expected = {"SRCS_ONE": "p/q/a", "SRCS_TWO": "p/q/b p/q/c", "SRCS": "p/q/a p/q/b p/q/c", "OUTS": "e"}
    expected |= {"OUT": f"{folder}/e", "HOME": folder, "TMP_DIR": folder}
    expected |= {"PKG": "p/q", "NAME": "e", "MINE": "1", "SEEN": "yes"}
    assert {name: env[name] for name in expected} == expected
    assert Path(env["TOOLS_SH"]).name == "sh"
    assert "UNSEEN" not in env
    assert "UNSEEN=no" in repository.out("p/q/l").splitlines()


def test_requires_provides_and_transitive_dependencies(repository: Repository) -> None:
    repository.write(
        "BUILD",
        'text_file(name = "src", content = "", labels = ["x:src"])\n'
        'text_file(name = "doc", content = "", labels = ["x:doc"])\n'
        'filegroup(name = "both", deps = [":src"], provides = {"doc": ":doc"}, output_is_complete = False)\n'
        'filegroup(name = "mid", deps = [":both"], output_is_complete = False)\n'
        "def add(name):\n    set_command(name, get_command(name) + ' ' + ','.join(get_labels(name, 'x:')))\n"
        'build_rule(name = "all", outs = ["all"], deps = [":mid"], needs_transitive_deps = True, requires = ["doc"],\n'
        '           cmd = "touch $OUT && ls > $OUT && echo >> $OUT", pre_build = add)\n'
        'build_rule(name = "direct", outs = ["direct"], deps = [":both"], cmd = "ls > $OUT")\n',
    )
    repository.build("//:all", "//:direct")
    assert repository.out("all").split() == ["all", "doc", "src"]
    assert repository.out("direct").split() == ["direct"]


def test_post_build_sees_what_was_printed_and_may_refuse(repository: Repository) -> None:
    rule = 'build_rule(name = "x", outs = ["x"], cmd = "echo a; echo b; touch $OUT", post_build = seen)\n'
    repository.write("BUILD", "def seen(name, output):\n    log.warning(name + str(output))\n" + rule)
    for _ in range(2):
        assert repository.build("//:x").stderr.splitlines()[-1] == "x['a', 'b']"
    repository.write("BUILD", "def seen(name, output):\n    fail(output[1])\n" + rule)
    assert repository.fail("//:x") == ["BUILD:2: b"]
    assert not (repository.folder / "plz-out/gen/x").exists()


def test_another_platform_builds_apart_and_tools_stay_on_the_host(repository: Repository) -> None:
    repository.write(
        "BUILD",
        'genrule(name = "tool", outs = ["t"], binary = True, cmd = "echo \'echo $ARCH\' > $OUT")\n'
        'genrule(name = "x", outs = ["x"], cmd = "echo $ARCH " + CONFIG.ARCH + " $TOOL > $OUT", tools = [":tool"])\n',
    )
    repository.build("///linux_other//:x")
    tool = repository.folder / "plz-out/bin/t"
    assert repository.out("linux_other/x") == f"other other {tool}\n"
    assert stat.S_IMODE(tool.stat().st_mode) == 0o555


def test_preloaded_subincludes(repository: Repository) -> None:
    repository.write("defs/BUILD", 'filegroup(name = "defs", srcs = ["a.build_defs"])\n')
    rule = 'def say(name):\n    return text_file(name = name, content = "said")\n'
    repository.write("defs/a.build_defs", rule)
    repository.write(".plzconfig", "[Parse]\nPreloadSubincludes = //defs\nUnknown = 1\n")
    repository.write("BUILD", 'say(name = "x")\n')
    repository.build("//:x")
    assert repository.out("x") == "said"
