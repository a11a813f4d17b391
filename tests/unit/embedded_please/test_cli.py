"""Tests of the command line."""

from __future__ import annotations

import pytest

from tests.unit.embedded_please.engine import Repository

_BUILD = """
text_file(name = "a", content = "a", out = "a.txt")
text_file(name = "b", content = "b", out = "b.txt", labels = ["manual"])
genrule(name = "tool", outs = ["tool.sh"], binary = True, cmd = "echo 'echo ran $*' > $OUT")
"""


@pytest.fixture
def repository(repository: Repository) -> Repository:
    repository.write("p/BUILD", _BUILD)
    repository.write(
        "p/q/BUILD", 'filegroup(name = "q", srcs = ["f"])\nfilegroup(name = "_q#x", srcs = ["f"])\n'
    )
    repository.write("p/q/f", "")
    return repository


@pytest.mark.parametrize(
    ("folder", "targets", "outputs"),
    [
        ("", ["//p:a"], ["gen/p/a.txt"]),
        ("", ["//p:a", "//p:b", "//p:a"], ["gen/p/a.txt", "gen/p/b.txt"]),
        ("", ["//p:all"], ["bin/p/tool.sh", "gen/p/a.txt"]),
        ("", ["//p/..."], ["bin/p/tool.sh", "gen/p/a.txt", "gen/p/q/f", "gen/p/q/f"]),
        ("", [], ["bin/p/tool.sh", "gen/p/a.txt", "gen/p/q/f", "gen/p/q/f"]),
        ("", ["//p/q"], ["gen/p/q/f"]),
        ("p", [":a"], ["gen/p/a.txt"]),
        ("p", ["q"], ["gen/p/q/f"]),
    ],
)
def test_targets(repository: Repository, folder: str, targets: list[str], outputs: list[str]) -> None:
    run = repository.run("build", *targets, folder=folder)
    assert run.status == 0, run.stderr
    assert sorted(run.stdout.split()) == sorted(f"plz-out/{path}" for path in outputs)


def test_skipped_folders(repository: Repository) -> None:
    repository.write(".plzconfig", "[Parse]\nBlacklistDirs = p\n")
    repository.write("r/BUILD", 'text_file(name = "r", content = "")\n')
    assert repository.run("build").stdout == "plz-out/gen/r/r\n"


def test_nothing_matches(repository: Repository) -> None:
    assert repository.fail("//none/...") == ["command line: //none/... stands for no package"]
    assert repository.fail("//p:none") == [
        "command line: there is no target //p:none; p/BUILD declares: a, b, tool"
    ]


def test_wrong_targets_are_all_named(repository: Repository) -> None:
    assert len(repository.fail("//p:none", "//p:neither")) == 2


def test_query(repository: Repository) -> None:
    assert repository.run("query", "alltargets").stdout == "//p:a\n//p:b\n//p:tool\n//p/q:q\n"
    assert repository.run("query", "alltargets", "--hidden", "//p/q:all").stdout == "//p/q:_q#x\n//p/q:q\n"
    printed = repository.run("query", "print", "//p:a").stdout
    assert printed.startswith("//p:a:\n  declared at = p/BUILD:2\n  kind = text_file\n")


def test_run(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr("os.execv", lambda path, command: started.append(command))
    repository.run("run", "//p:tool", "--", "x", "-v")
    assert started == [[str(repository.folder / "plz-out/bin/p/tool.sh"), "x", "-v"]]
    assert repository.run("run", "//p:a").stderr.endswith(
        "error: //p:a cannot be run: a binary with one output can be\n"
    )


def test_tests_need_please(repository: Repository) -> None:
    run = repository.run("test", "//...")
    assert (run.status, run.stdout) == (1, "")
    assert run.errors == [
        "the embedded engine does not run tests: that takes real Please. Where this machine can reach it, "
        "pleasew downloads it; or install it from https://please.build."
    ]


def test_clean(repository: Repository) -> None:
    repository.build("//p:a")
    assert repository.run("clean").status == 0
    assert not (repository.folder / "plz-out").exists()


def test_outside_of_a_repository(repository: Repository) -> None:
    (repository.folder / ".plzconfig").unlink()
    run = repository.run("build")
    assert (run.status, run.stdout) == (1, "")
    assert run.errors[0].endswith(" is in no repository: neither it nor a folder above has a .plzconfig")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["compile"],
        ["build", "--no-such-flag"],
        ["build", "-o", "x"],
        ["build", "//p:a", "--", "x"],
        ["run"],
    ],
)
def test_misuse(repository: Repository, arguments: list[str]) -> None:
    run = repository.run(*arguments)
    assert (run.status, run.stdout) == (2, "")
    assert run.stderr.startswith("usage: pleasew")


def test_flags_before_and_after_the_command(repository: Repository) -> None:
    repository.write("c/BUILD", 'text_file(name = "c", out = "d", content = CONFIG.BUILD_CONFIG)\n')
    for arguments in (
        ["-p", "-c", "dbg", "-n", "1", "build", "//c"],
        ["build", "-c", "dbg", "-v", "2", "//c"],
    ):
        assert repository.run(*arguments).status == 0
        assert repository.out("c/d") == "dbg"


def test_output_of_actions_on_request(repository: Repository) -> None:
    repository.write("BUILD", 'genrule(name = "a", outs = ["a"], cmd = "echo said; touch a")\n')
    assert "said" not in repository.build("//:a").stderr
    repository.run("clean")
    assert "//:a:\nsaid\n" in repository.run("build", "--show_all_output", "//:a").stderr
