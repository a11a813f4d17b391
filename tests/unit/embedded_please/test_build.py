"""Tests of building: what an action finds, what it leaves, and when it is run again."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from tests.unit.embedded_please.conftest import Repository

_TWO = """
genrule(name = "one", srcs = ["in.txt"], outs = ["one.txt"], cmd = "cat $SRC > $OUT")
genrule(name = "two", srcs = [":one"], outs = ["two.txt"], cmd = "tr a-z A-Z < $SRC > $OUT")
"""


@pytest.fixture
def two(repository: Repository) -> Repository:
    repository.write("p/in.txt", "text")
    repository.write("p/BUILD", _TWO)
    return repository


def test_what_is_built_is_not_built_again(two: Repository) -> None:
    assert two.build("//p:two").steps == ["//p:one", "//p:two"]
    assert two.out("p/two.txt") == "TEXT"
    assert two.build("//p:two").steps == []


def test_only_what_changes_is_built(two: Repository) -> None:
    two.build("//p:two")
    two.write("p/in.txt", "other")
    assert two.build("//p:two").steps == ["//p:one", "//p:two"]
    # The same bytes as before are no change to what depends on them.
    two.write("p/BUILD", _TWO.replace("cat $SRC", "cat  $SRC"))
    assert two.build("//p:two").steps == ["//p:one"]


def test_output_that_was_removed_or_changed_comes_back(two: Repository) -> None:
    two.build("//p:two")
    path = two.folder / "plz-out/gen/p/two.txt"
    path.unlink()
    two.build("//p:two")
    path.chmod(0o644)
    path.write_text("changed")
    two.build("//p:two")
    assert path.read_text() == "TEXT"


def test_state_that_is_no_json_is_left_alone(two: Repository) -> None:
    two.build("//p:two")
    (two.folder / "plz-out/embedded/state.json").write_text("{")
    assert two.build("//p:two").steps == ["//p:one", "//p:two"]


def test_modes_and_sources_are_safe(two: Repository) -> None:
    two.write(
        "p/BUILD",
        'genrule(name = "x", srcs = ["in.txt"], outs = ["x"], cmd = "echo >> $SRC && cp $SRC $OUT")',
    )
    two.build("//p:x")
    assert (two.folder / "p/in.txt").read_text() == "text"
    assert stat.S_IMODE((two.folder / "plz-out/gen/p/x").stat().st_mode) == 0o444


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ('cmd = "echo no; echo why >&2; exit 3"', "its command failed with exit status 3\n  no\n  why"),
        ('cmd = "echo done"', "its command has not made x\n  done"),
        (
            'cmd = "cat $SRC > $OUT", srcs = ["none"]',
            "No such file or directory: {folder}/p/none",
        ),
        (
            'cmd = "echo $UNKNOWN"',
            "its command failed with exit status 127\n  bash: line 1: UNKNOWN: unbound variable",
        ),
        ('cmd = "false | true"', "its command failed with exit status 1"),
        (
            'cmd = "true", tools = ["no-such-tool"]',
            f"its tool no-such-tool is not in {os.path.dirname(sys.executable)}:/usr/bin; [Build] Path may be set",
        ),
    ],
)
def test_failures(repository: Repository, rule: str, message: str) -> None:
    repository.write(".plzconfig", "[Build]\nPath = /usr/bin\n")
    repository.write("p/BUILD", f'genrule(name = "x", outs = ["x"], {rule})\nfilegroup(name = "y")\n')
    assert repository.fail("//p:x") == [f"//p:x: {message.format(folder=repository.folder)}"]
    assert not list(repository.folder.glob("plz-out/gen/p/*"))
    assert not list(repository.folder.glob("plz-out/tmp/p/*"))


def test_what_is_not_there(repository: Repository) -> None:
    repository.write("lib/BUILD", 'filegroup(name = "strings")\n')
    repository.write(
        "p/BUILD",
        'filegroup(name = "a", deps = ["//lbi:x"])\nfilegroup(name = "b", deps = ["//lib:string"])\n',
    )
    assert repository.fail("//p:a") == [
        "//p:a: there is no package for //lbi:x: lbi has no BUILD; the nearest package is //lib"
    ]
    assert repository.fail("//p:b") == [
        "//p:b: there is no target //lib:string: lib/BUILD declares strings; did you mean //lib:strings?"
    ]
    repository.write("p/BUILD", 'filegroup(name = "a", srcs = ["//lib:strings|zip"])\n')
    assert repository.fail("//p:a") == ["//lib:strings has no output named zip; it has none with a name"]


def test_all_failures_are_shown_and_what_can_be_built_is(repository: Repository) -> None:
    text = "".join(
        f'genrule(name = "{n}", outs = ["{n}"], cmd = "{c}")\n' for n, c in (("a", "false"), ("b", "false"))
    )
    repository.write("BUILD", text + 'text_file(name = "c", content = "c")\n')
    status = "its command failed with exit status 1"
    assert sorted(repository.fail("//...")) == [f"//:a: {status}", f"//:b: {status}"]
    assert repository.out("c") == "c"


def test_a_rebuild_that_fails_leaves_no_old_output(two: Repository) -> None:
    two.build("//p:two")
    two.write("p/BUILD", _TWO.replace("tr a-z", "false; exit 1; tr a-z"))
    two.fail("//p:two")
    assert not (two.folder / "plz-out/gen/p/two.txt").exists()


def test_circle(repository: Repository) -> None:
    repository.write("BUILD", 'filegroup(name = "a", deps = [":b"])\nfilegroup(name = "b", deps = [":a"])\n')
    assert repository.fail("//:a")[0].startswith("targets depend on each other in a circle: //:")


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
    folder = str(repository.folder / "plz-out/tmp/p/q/e._build")
    assert {
        name: env[name] for name in ("SRCS_ONE", "SRCS_TWO", "SRCS", "OUT", "OUTS", "HOME", "TMP_DIR")
    } == {
        "SRCS_ONE": "p/q/a",
        "SRCS_TWO": "p/q/b p/q/c",
        "SRCS": "p/q/a p/q/b p/q/c",
        "OUT": f"{folder}/e",
        "OUTS": "e",
        "HOME": folder,
        "TMP_DIR": folder,
    }
    assert (env["PKG"], env["NAME"], env["MINE"], env["SEEN"]) == ("p/q", "e", "1", "yes")
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
    repository.write(
        "defs/a.build_defs", 'def say(name):\n    return text_file(name = name, content = "said")\n'
    )
    repository.write(".plzconfig", "[Parse]\nPreloadSubincludes = //defs\nUnknown = 1\n")
    repository.write("BUILD", 'say(name = "x")\n')
    repository.build("//:x")
    assert repository.out("x") == "said"
