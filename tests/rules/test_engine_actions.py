"""How the embedded engine runs actions, and when it does not."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.unit.embedded_please.engine import Repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path)
    made.write("f.txt", "one\n")
    return made


_SILENT = "its command failed with exit status 1, without a word"
_NO_SOURCE = "its source none cannot be read: No such file or directory"

_CHAIN = """
genrule(name = "a", srcs = ["f.txt"], outs = ["a.txt"], cmd = "cp $SRC $OUT")
genrule(name = "b", srcs = [":a"], outs = ["b.txt"], cmd = "wc -l < $SRC | tr -d ' ' > $OUT")
genrule(name = "c", srcs = [":b"], outs = ["c.txt"], cmd = "cp $SRC $OUT")
"""


def test_what_is_built_is_not_built_again(repository: Repository) -> None:
    repository.write("BUILD", _CHAIN)
    assert repository.build("//:c").steps == ["//:a", "//:b", "//:c"]
    again = repository.build("//:c")
    assert again.steps == []
    assert again.stderr.startswith("Nothing to do: all 3 targets are up to date (")
    assert again.stdout == "plz-out/gen/c.txt\n"


def test_only_what_changes_is_built(repository: Repository) -> None:
    repository.write("BUILD", _CHAIN)
    repository.build("//:c")
    repository.write("f.txt", "two\n")
    assert repository.build("//:c").steps == ["//:a", "//:b"]  # b gives the same
    repository.write("f.txt", "one\n")
    assert repository.build("//:c").steps == []  # all of it has been built once


def test_same_content_is_no_change(repository: Repository) -> None:
    repository.write("BUILD", _CHAIN)
    repository.build("//:c")
    (repository.folder / "f.txt").unlink()
    repository.write("f.txt", "one\n")
    assert repository.build("//:c").steps == []


def test_output_that_was_removed_or_changed_comes_back(repository: Repository) -> None:
    repository.write("BUILD", _CHAIN)
    repository.build("//:c")
    out = repository.folder / "plz-out/gen/a.txt"
    out.unlink()
    repository.build("//:c")
    assert out.read_text() == "one\n"


@pytest.mark.parametrize(
    "change",
    ['cmd = "cp $SRC $OUT "', 'cmd = "cp $SRC  $OUT"', 'env = {"X": "1"}', "binary = True"],
)
def test_a_changed_rule_is_run_again(repository: Repository, change: str) -> None:
    repository.write(
        "BUILD", 'genrule(name = "a", srcs = ["f.txt"], outs = ["a.txt"], cmd = "cp $SRC $OUT")\n'
    )
    repository.build("//:a")
    command = "" if change.startswith("cmd") else 'cmd = "cp $SRC $OUT", '
    repository.write("BUILD", f'genrule(name = "a", srcs = ["f.txt"], outs = ["a.txt"], {command}{change})\n')
    # A command is stripped before it is looked at.
    assert repository.build("//:a").steps == ([] if change.endswith('OUT "') else ["//:a"])


def test_variables_that_are_passed_are_part_of_the_key(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSED", "1")
    monkeypatch.setenv("UNSAFE", "1")
    repository.write(".plzconfig", "[Build]\nPassUnsafeEnv = UNSAFE\n")
    command = "echo $PASSED $UNSAFE ${OTHER:-none} > $OUT"
    repository.write(
        "BUILD", f'genrule(name = "a", outs = ["a.txt"], cmd = "{command}", pass_env = ["PASSED"])\n'
    )
    monkeypatch.setenv("OTHER", "1")
    repository.build("//:a")
    assert repository.out("a.txt") == "1 1 none\n"
    monkeypatch.setenv("UNSAFE", "2")
    assert repository.build("//:a").steps == []
    monkeypatch.setenv("PASSED", "2")
    assert repository.build("//:a").steps == ["//:a"]
    assert repository.out("a.txt") == "2 2 none\n"


def test_environment(repository: Repository) -> None:
    repository.write(".plzconfig", "[BuildEnv]\nmy-var = hello\n")
    command = (
        "echo $A $MY_VAR $LANG $PYTHONHASHSEED $CONFIG $PLZ_ENV $PKG $PKG_DIR $NAME > $OUT; "
        '[ "$PWD" = "$TMP_DIR" ] && [ "$HOME" = "$TMP_DIR" ] && [ -n "$RULE_HASH" ] && echo clean >> $OUT; '
        "ls >> $OUT"
    )
    repository.write(
        "p/BUILD", f"genrule(name = 'a', outs = ['a.txt'], cmd = '''{command}''', env = {{'A': 'x$NAME'}})\n"
    )
    repository.build("//p:a")
    assert repository.out("p/a.txt") == "xa hello en_GB.UTF-8 42 opt 1 p p a\nclean\na.txt\n"


def test_failure_shows_the_output_and_leaves_nothing(repository: Repository) -> None:
    rule = 'genrule(name = "a", outs = ["a.txt"], cmd = "echo x > $OUT; echo why >&2; exit {}")\n'
    repository.write("BUILD", rule.format(0))
    repository.build("//:a")
    repository.write("BUILD", rule.format(3))
    assert repository.fail("//:a") == ["//:a: its command failed with exit status 3:\n  why"]
    assert not (repository.folder / "plz-out/gen/a.txt").exists()


def test_all_failures_are_shown(repository: Repository) -> None:
    names = ["a", "b"]
    text = "".join(f'genrule(name = "{n}", outs = ["{n}"], cmd = "echo {n}; false")\n' for n in names)
    text += 'genrule(name = "c", srcs = [":a", ":b"], outs = ["c"], cmd = "touch $OUT")\n'
    text += 'genrule(name = "d", outs = ["d"], cmd = "touch $OUT")\n'
    repository.write("BUILD", text)
    assert sorted(repository.fail("//:c", "//:d")) == [
        f"//:{name}: its command failed with exit status 1:\n  {name}" for name in names
    ]
    assert (repository.folder / "plz-out/gen/d").exists()


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ('outs = ["a.txt"], cmd = "true"', "//:a: its command has not made a.txt"),
        ('outs = ["a.txt"], cmd = "echo $NONE > $OUT"', None),
        ('outs = ["a.txt"], cmd = "false | true"', f"//:a: {_SILENT}"),
        ('outs = ["a.txt"], srcs = ["none"], cmd = ""', f"//:a: {_NO_SOURCE}"),
        ('output_dirs = ["_o"], cmd = "true"', "//:a: its command has not made the folder _o"),
        ('outs = ["a.txt"], cmd = "sleep 9", timeout = 1', "//:a: its command did not end within 1 seconds"),
    ],
)  # fmt: skip
def test_failures(repository: Repository, rule: str, message: str) -> None:
    repository.write("BUILD", f'genrule(name = "a", {rule})\n')
    (found,) = repository.fail("//:a")
    assert found == message if message else "NONE: unbound variable" in found


def test_exit_on_error(repository: Repository) -> None:
    rule = 'genrule(name = "a", outs = ["a.txt"], cmd = "false; touch $OUT"'
    repository.write("BUILD", rule + ")\n")
    repository.build("//:a")  # as Please has it
    repository.write("BUILD", rule + ", exit_on_error = True)\n")
    assert repository.fail("//:a") == [f"//:a: {_SILENT}"]


def test_missing_tool(repository: Repository) -> None:
    repository.write(".plzconfig", "[Build]\nPath = /usr/bin\n")
    repository.write("BUILD", 'genrule(name = "a", outs = ["a"], cmd = "", tools = ["no-such-program"])\n')
    (message,) = repository.fail("//:a")
    assert message.startswith("//:a: its tool no-such-program is not in ")
    assert message.endswith(", /usr/bin; install it or add to [Build] Path")


def test_modes_and_sources_are_safe(repository: Repository) -> None:
    command = "echo changed >> $SRC; cp $SRC $OUT; chmod 777 $OUT"
    repository.write("BUILD", f'genrule(name = "a", srcs = ["f.txt"], outs = ["a.txt"], cmd = "{command}")\n')
    repository.build("//:a")
    assert (repository.folder / "f.txt").read_text() == "one\n"
    assert (repository.folder / "plz-out/gen/a.txt").stat().st_mode & 0o777 == 0o555


def test_output_dirs(repository: Repository) -> None:
    repository.write(
        "BUILD",
        'genrule(name = "a", output_dirs = ["_o"], cmd = "mkdir -p _o/d; touch _o/one _o/d/two")\n'
        'genrule(name = "b", output_dirs = ["_o/**"], cmd = "mkdir -p _o/e; touch _o/three _o/e/four")\n'
        'genrule(name = "c", srcs = [":a", ":b"], outs = ["c"], cmd = "echo $SRCS > $OUT")\n',
    )
    for _ in range(2):
        repository.build("//:c")
        assert repository.out("c") == "d one e/four three\n"
        repository.write("f.txt", "x")


def test_post_build(repository: Repository) -> None:
    repository.write(
        "BUILD",
        "def post(name, output):\n    for line in output:\n        add_out(name, line)\n"
        'genrule(name = "a", cmd = "touch x y; echo x; echo y; echo no >&2", post_build = post)\n'
        'genrule(name = "b", srcs = [":a"], outs = ["b"], cmd = "echo $SRCS > $OUT")\n',
    )
    repository.build("//:b")
    assert repository.out("b") == "x y\n"
    assert repository.build("//:b").steps == []


def test_optional_outputs(repository: Repository) -> None:
    repository.write(
        "BUILD", 'genrule(name = "a", outs = ["a"], optional_outs = ["*.log"], cmd = "touch a x.log y.txt")\n'
    )
    assert repository.build("//:a").stdout == "plz-out/gen/a\n"
    names = sorted(path.name for path in (repository.folder / "plz-out/gen").iterdir())
    assert names == ["a", "x.log"]


def test_remote_file(repository: Repository) -> None:
    path = repository.folder / "f.txt"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    rule = 'remote_file(name = "r", url = "file://{}", hashes = ["sha256: {}"], out = "r.txt")\n'
    repository.write("BUILD", rule.format(path, digest))
    repository.build("//:r")
    assert repository.out("r.txt") == "one\n"
    repository.write("BUILD", rule.format(path, "0" * 64))
    assert repository.fail("//:r") == [f"//:r: r.txt has the SHA-256 {digest}; expected {'0' * 64}"]
    repository.write("BUILD", 'remote_file(name = "r", url = "ftp://example.com/x")\n')
    assert repository.fail("//:r") == [
        "//:r could not be fetched:\n  ftp://example.com/x: not a file:// or http(s):// address"
    ]


def test_filegroups_may_share_a_file(repository: Repository) -> None:
    repository.write("BUILD", "".join(f'filegroup(name = "{n}", srcs = ["f.txt"])\n' for n in "abc"))
    repository.build("//:a", "//:b", "//:c")
    repository.write("f.txt", "two\n")
    repository.build("//:b")
    assert repository.out("f.txt") == "two\n"


def test_output_named_as_its_package(repository: Repository) -> None:
    repository.write("p/BUILD", 'genrule(name = "a", srcs = ["x"], outs = ["p"], cmd = "cp $SRC $OUT")\n')
    repository.write("p/x", "content")
    repository.build("//p:a")
    assert repository.out("p/p") == "content"


def test_many_targets_on_several_threads(repository: Repository) -> None:
    text = "".join(f'genrule(name = "r{i}", outs = ["r{i}"], cmd = "echo {i} > $OUT")\n' for i in range(30))
    sources = [f":r{i}" for i in range(30)]
    repository.write(
        "BUILD",
        text + f'genrule(name = "all_", srcs = {sources}, outs = ["sum"], cmd = "cat $SRCS > $OUT")\n',
    )
    assert repository.run("build", "-n", "8", "//:all_").status == 0
    assert repository.out("sum") == "".join(f"{i}\n" for i in range(30))
