"""What a target gets from others in the embedded engine, as real Please 17.31.2 gives it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.embedded_please.engine import Repository

_LIST = "find . -type f ! -name tmp | sort > tmp && mv tmp $OUT"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path)
    made.write("f.txt", "f\n")
    return made


def _rule(name: str, command: str = "echo $NAME > $OUT", **arguments: object) -> str:
    given = "".join(f", {key} = {value!r}" for key, value in arguments.items())
    return f'genrule(name = "{name}", outs = ["{name}.txt"], cmd = {command!r}{given})\n'


def _built(repository: Repository, build_file: str, target: str) -> str:
    repository.write("BUILD", build_file)
    repository.build(f"//:{target}")
    return repository.out(f"{target}.txt")


def test_sources_and_their_variables(repository: Repository) -> None:
    text = 'filegroup(name = "fg", srcs = ["f.txt"])\n'
    text += 'genrule(name = "two", outs = {"x": ["x"], "y": ["z", "y"]}, cmd = "touch x y z")\n'
    command = "echo $SRCS / $SRCS_A / $SRCS_B > $OUT"
    text += _rule("t", command, srcs={"b": [":two|y"], "a": [":fg", ":two|x"]})
    assert _built(repository, text, "t") == "f.txt x y z / f.txt x / y z\n"


def test_outputs_and_their_variables(repository: Repository) -> None:
    command = "for o in $OUTS; do echo $OUTS / $OUTS_X / $OUTS_Y > $o; done"
    repository.write(
        "BUILD", f'genrule(name = "t", outs = {{"y": ["c", "a"], "x": ["b"]}}, cmd = "{command}")\n'
    )
    run = repository.build("//:t")
    assert run.stdout == "plz-out/gen/a\nplz-out/gen/b\nplz-out/gen/c\n"
    assert repository.out("a") == "a b c / b / a c\n"


def test_only_direct_dependencies_are_there(repository: Repository) -> None:
    text = _rule("a") + _rule("b", deps=[":a"], output_is_complete=False) + _rule("t", _LIST, deps=[":b"])
    assert _built(repository, text, "t") == "./b.txt\n"


def test_transitive_dependencies_on_request(repository: Repository) -> None:
    text = _rule("a") + _rule("b", deps=[":a"], output_is_complete=False) + _rule("c", deps=[":b"])
    assert _built(repository, text + _rule("t", _LIST, deps=[":b"], needs_transitive_deps=True), "t") == (
        "./a.txt\n./b.txt\n"
    )
    assert (
        _built(repository, text + _rule("t", _LIST, deps=[":c"], needs_transitive_deps=True), "t")
        == "./c.txt\n"
    )


def test_exported_dependencies(repository: Repository) -> None:
    text = _rule("a") + _rule("b", exported_deps=[":a"]) + _rule("t", _LIST, deps=[":b"])
    assert _built(repository, text, "t") == "./a.txt\n./b.txt\n"


def test_requires_and_provides(repository: Repository) -> None:
    text = _rule("own") + _rule("p", provides={"py": ":own"})
    assert (
        _built(repository, text + _rule("t", "cat $SRCS > $OUT", srcs=[":p"], requires=["py"]), "t")
        == "own\n"
    )
    assert (
        _built(repository, text + _rule("t", "cat $SRCS > $OUT", srcs=[":p"], requires=["go"]), "t") == "p\n"
    )
    assert _built(repository, text + _rule("t", "cat $SRCS > $OUT", srcs=[":p"]), "t") == "p\n"


def test_provided_through_a_target_between(repository: Repository) -> None:
    text = _rule("own") + _rule("p", provides={"py": ":own"})
    text += 'filegroup(name = "mid", deps = [":p"], requires = ["py"], output_is_complete = False)\n'
    assert _built(repository, text + _rule("t", _LIST, deps=[":mid"], needs_transitive_deps=True), "t") == (
        "./own.txt\n"
    )


def test_tools_are_not_replaced_by_what_they_provide(repository: Repository) -> None:
    text = _rule("own") + _rule("p", provides={"py": ":own"}, binary=True)
    text += _rule("t", "cat $TOOL > $OUT", tools=[":p"], requires=["py"])
    assert _built(repository, text, "t") == "p\n"


def test_labels_of_dependencies_before_a_build(repository: Repository) -> None:
    text = (
        "def show(name):\n"
        '    set_command(name, get_command(name) + " " + ",".join(get_labels(name, "x:")) + " > $OUT")\n'
    )
    text += _rule("a", labels=["x:1", "y:2"]) + _rule(
        "b", deps=[":a"], labels=["x:3"], output_is_complete=False
    )
    text += 'build_rule(name = "t", outs = ["t.txt"], cmd = "echo", deps = [":b"], '
    text += 'labels = ["x:0"], pre_build = show)\n'
    assert _built(repository, text, "t") == "0,1,3\n"


def test_locations(repository: Repository) -> None:
    repository.write("b/BUILD", 'filegroup(name = "g", srcs = ["g.txt"], visibility = ["PUBLIC"])\n')
    repository.write("b/g.txt", "")
    command = "echo $(location f.txt) $(location //b:g) $(out_location //b:g) $(dir //b:g) > $OUT"
    assert _built(repository, _rule("t", command, srcs=["f.txt", "//b:g"]), "t") == (
        "f.txt b/g.txt plz-out/gen/b/g.txt b\n"
    )


def test_location_of_what_is_no_dependency(repository: Repository) -> None:
    repository.write("BUILD", _rule("a") + _rule("t", "echo $(location :a)"))
    assert repository.fail("//:t") == [
        "//:t: its command has $(location :a), and //:a is none of its dependencies"
    ]


def test_named_tools_and_entry_points(repository: Repository) -> None:
    text = (
        'genrule(name = "tools", outs = ["one.sh", "two.sh"], '
        'entry_points = {"one": "one.sh"}, binary = True,\n'
        "    cmd = \"for o in $OUTS; do echo 'echo '$o > $o; done\")\n"
    )
    command = "sh $TOOLS_A | $TOOLS_SED s/one/1/ > $OUT; $(exe :tools|one) >> $OUT || true"
    text += _rule("t", command, tools={"a": [":tools|one"], "sed": ["sed"]})
    repository.write("BUILD", text)
    repository.build("//:t")
    assert repository.out("t.txt").startswith("1.sh\n")


def test_another_platform(repository: Repository) -> None:
    text = _rule("dep", 'echo $ARCH > "$OUT"')
    text += 'genrule(name = "tool", outs = ["tool.sh"], cmd = "echo echo $ARCH > $OUT", binary = True)\n'
    command = "echo $(cat $(location :dep)) $(sh $TOOL) $OS > $OUT"
    text += (
        f'genrule(name = "x", outs = [CONFIG.ARCH], cmd = "{command}", deps = [":dep"], tools = [":tool"])\n'
    )
    text += _rule("t", "echo $SRC > $OUT; cat $SRC >> $OUT", srcs=["///linux_lambda313arm64//:x"])
    host = _built(repository, text + 'text_file(name = "h", out = "h.txt", content = CONFIG.HOSTARCH)\n', "h")
    assert _built(repository, text, "t") == f"lambda313arm64\nlambda313arm64 {host} linux\n"
    assert (repository.folder / "plz-out/gen/linux_lambda313arm64/dep.txt").read_text() == "lambda313arm64\n"


def test_visibility(repository: Repository) -> None:
    repository.write("a/BUILD", _rule("x") + _rule("y", visibility=["//b/..."]) + _rule("z", test_only=True))
    repository.write("b/BUILD", _rule("t", deps=["//a:x", "//a:y"]))
    assert repository.fail("//b:t") == ["//b:t: //a:x is not visible to it; see its visibility at a/BUILD:1"]


def test_test_only(repository: Repository) -> None:
    repository.write("BUILD", _rule("x", test_only=True) + _rule("t", deps=[":x"]))
    assert repository.fail("//:t") == ["//:t: //:x is test_only, at BUILD:1, and this target is not"]


def test_circle(repository: Repository) -> None:
    repository.write("BUILD", _rule("a", deps=[":b"]) + _rule("b", deps=[":c"]) + _rule("c", deps=[":a"]))
    assert repository.fail("//:a") == [
        "targets depend on each other in a circle: //:a -> //:b -> //:c -> //:a"
    ]


@pytest.mark.parametrize(
    ("dep", "message"),
    [
        (":none", "//:t: there is no target //:none; BUILD declares: t"),
        ("//none:x", "//:t: there is no package for //none:x: none is no folder"),
        ("//empty:x", "//:t: there is no package for //empty:x: empty has no BUILD or BUILD.plz"),
        (
            "///none//:x",
            "//:t: the repository ///none is not declared: it takes a plugin_repo in a BUILD file and "
            '[Plugin "none"] Target = //that:target in .plzconfig',
        ),
    ],
)
def test_dependency_that_is_not_there(repository: Repository, dep: str, message: str) -> None:
    repository.write("empty/file", "")
    repository.write("BUILD", _rule("t", deps=[dep]))
    assert repository.fail("//:t") == [message]


def test_output_that_is_not_named(repository: Repository) -> None:
    repository.write(
        "BUILD", 'genrule(name = "a", outs = {"x": ["x"]}, cmd = "touch x")\n' + _rule("t", srcs=[":a|y"])
    )
    assert repository.fail("//:t") == ["//:a has no output named y; it has: x"]


def test_twice_declared(repository: Repository) -> None:
    repository.write("BUILD", _rule("a") + _rule("a"))
    assert repository.fail("//:a") == ["BUILD:2: there is a target a in this package already, at BUILD:1"]


def test_subinclude_of_what_has_to_be_built(repository: Repository) -> None:
    repository.write(
        "defs/BUILD",
        'genrule(name = "made", outs = ["d.build_defs"], cmd = "echo X = 3 > $OUT", '
        'visibility = ["PUBLIC"])\n',
    )
    repository.write(
        "BUILD", 'subinclude("//defs:made")\ntext_file(name = "t", out = "t.txt", content = str(X))\n'
    )
    repository.build("//:t")
    assert repository.out("t.txt") == "3"


def test_preloaded_subinclude(repository: Repository) -> None:
    repository.write(".plzconfig", "[Parse]\nPreloadSubincludes = //defs:d\n[BuildConfig]\nmy-key = 42\n")
    repository.write(
        "defs/BUILD", 'filegroup(name = "d", srcs = ["d.build_defs"], visibility = ["PUBLIC"])\n'
    )
    repository.write("defs/d.build_defs", "X = CONFIG.MY_KEY + 1\n")
    assert repository.text("", "X") == "43"
