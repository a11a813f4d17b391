"""The BUILD file: what is generated, what a person wrote, and what a person kept."""

from __future__ import annotations

import pytest

from tests.unit.lambda_lock.locks import Runner, digest, uv
from tools.errors import PleasingError
from tools.lambda_lock.build_file import label_order, merge, render
from tools.lambda_lock.rule_call import RuleCall, Value, target_name

SUBINCLUDES = {"python_requirement": "///awslambda//build_defs:awslambda"}
SIX = RuleCall("python_requirement", "six", {"version": "1.17.0", "deps": (":a", ":b"), "test_only": False})


def _merge(old: str, *targets: RuleCall) -> str:
    return merge(old, targets, path="BUILD", lock="uv.lock", subincludes=SUBINCLUDES).text


def _notes(old: str, *targets: RuleCall) -> tuple[str, ...]:
    return merge(old, targets, path="BUILD", lock="uv.lock", subincludes=SUBINCLUDES).notes


def _kept(body: str) -> str:
    """What a generated target becomes that stands in the file as given."""
    old = f"# lambda_lock: begin\n{body}\n# lambda_lock: end\n"
    text = _merge(old, SIX)
    assert _merge(text, SIX) == text
    return text[text.index("python_requirement(\n") : text.index("\n\n# lambda_lock: end")]


def test_a_whole_file() -> None:
    assert _merge("", SIX) == (
        "# lambda_lock: begin. Made from uv.lock; what stands up to the end and has no `# keep` is made "
        "anew.\n"
        "\n"
        'subinclude("///awslambda//build_defs:awslambda")\n'
        "\n"
        "python_requirement(\n"
        '    name = "six",\n'
        '    version = "1.17.0",\n'
        "    deps = [\n"
        '        ":a",\n'
        '        ":b",\n'
        "    ],\n"
        ")\n"
        "\n"
        "# lambda_lock: end\n"
    )


def test_arguments_in_the_order_of_plz_fmt() -> None:
    arguments: dict[str, Value] = {
        "deps": (":b",),
        "visibility": ("PUBLIC",),
        "version": "1",
        "marker": 'python_version < "3.11"',
        "package_name": "numpy",
        "extras": (),
        "sdist": True,
        "platform_deps": {"host": (":x",)},
        "test_only": False,
    }
    assert render(RuleCall("python_requirement", "numpy_1", arguments)) == (
        "python_requirement(\n"
        '    name = "numpy_1",\n'
        '    package_name = "numpy",\n'
        '    marker = "python_version < \\"3.11\\"",\n'
        '    platform_deps = {"host": [":x"]},\n'
        "    sdist = True,\n"
        '    version = "1",\n'
        '    visibility = ["PUBLIC"],\n'
        '    deps = [":b"],\n'
        ")"
    )


def test_labels_in_the_order_of_plz_fmt() -> None:
    labels = ['"//b:a"', '"@x//b"', '":b_a"', '"a"', '":b"', "CONFIG.X", '"//a"', '":b.a"']
    assert sorted(labels, key=label_order) == [
        '"a"', '":b"', '":b.a"', '":b_a"', '"//a"', '"//b:a"', '"@x//b"', "CONFIG.X",
    ]  # fmt: skip


def test_what_stands_outside_is_untouched() -> None:
    before = '# Ours.\nfilegroup(name="x",srcs=["y"])\n'
    after = "\nfilegroup( name = 'z' )  # odd\n"
    text = _merge(before, SIX)
    assert text.startswith(f"{before}\n# lambda_lock: begin")
    both = _merge(text + after, RuleCall("python_requirement", "idna", {}))
    assert both.startswith(f"{before}\n# lambda_lock: begin")
    assert both.endswith(f"# lambda_lock: end\n{after}")
    assert '"idna"' in both
    assert '"six"' not in both


def test_subinclude_that_is_there_already_is_not_written_again() -> None:
    text = _merge('subinclude("///awslambda//build_defs:awslambda")\n', SIX)
    assert text.count("subinclude") == 1


def test_target_written_by_hand_wins() -> None:
    old = 'python_wheel(\n    name = "six",\n    version = "1.0",\n)\n'
    assert _merge(old, SIX).startswith(old)
    assert _merge(old, SIX).count('"six"') == 1
    assert _notes(old, SIX) == ("BUILD has six written by hand, so none is generated for it",)


@pytest.mark.parametrize("mark", ["# keep", "#keep", "# keep: pinned for issue 7"])
def test_kept_argument(mark: str) -> None:
    kept = _kept(f'python_requirement(\n    name = "six",\n    version = "1.0",  {mark}\n)')
    assert f'    version = "1.0",  {mark}\n' in kept
    assert "1.17.0" not in kept


def test_kept_argument_that_is_not_generated() -> None:
    argument = '    # keep\n    licences = [\n        "MIT",\n        "BSD",\n    ],\n'
    kept = _kept(f'python_requirement(\n    name = "six",\n{argument})')
    assert f"{argument}    version" in kept


def test_kept_elements_take_their_place() -> None:
    body = """python_requirement(
    name = "six",
    labels = [
        "gone",
        "mine",  # keep
    ],
    deps = [
        # keep
        ":aa",
        ":gone",
        "//libs:x",  # keep
    ],
)"""
    assert (
        _kept(body)
        == """python_requirement(
    name = "six",
    labels = [
        "mine",  # keep
    ],
    version = "1.17.0",
    deps = [
        ":a",
        # keep
        ":aa",
        ":b",
        "//libs:x",  # keep
    ],
)"""
    )


def test_kept_elements_of_a_platform() -> None:
    body = """python_requirement(
    name = "six",
    platform_deps = {
        "host": [
            ":gone",
            ":x",  # keep
        ],
        # keep
        "lambda313arm64": [":y"],
    },
)"""
    assert """    platform_deps = {
        "host": [
            ":x",  # keep
        ],
        "lambda313arm64": [
            ":y",  # keep
        ],
    },
""" in _kept(body)


@pytest.mark.parametrize(
    "body",
    [
        'python_requirement(\n    name = "six",  # keep\n    version = "0",\n)',
        'python_requirement(\n    # keep\n    name = "six",\n    version = "0",\n)',
        '# keep\npython_requirement(\n    name = "six",\n    version = "0",\n)',
    ],
)
def test_kept_target_stays_as_it_is(body: str) -> None:
    old = f"# lambda_lock: begin\n{body}\n# lambda_lock: end\n"
    assert body in _merge(old, SIX)
    assert body in _merge(old), "also where the lock has it no more"
    assert "1.17.0" not in _merge(old, SIX)


def test_unmarked_comments_and_lines_go() -> None:
    body = 'python_requirement(\n    name = "six",\n    # Why?\n    version = "0",  # keeping is not kept\n)'
    assert _kept(body) == render(SIX)


def test_kept_lines_of_a_target_that_goes_are_named() -> None:
    old = '# lambda_lock: begin\nf(\n    name = "gone",\n    x = 1,  # keep\n)\n# lambda_lock: end\n'
    assert _notes(old, SIX) == (
        "BUILD: lines of gone are marked `# keep`, but the lock has no gone any more; they are gone",
    )


@pytest.mark.parametrize(
    ("old", "message"),
    [
        (
            "# lambda_lock: begin\n",
            "BUILD has 1 lines `# lambda_lock: begin` and 0 lines `# lambda_lock: end`; expected one of "
            "each, in that "
            "order: mend it by hand, or take both out to have the part written anew at the end",
        ),
        (
            "# lambda_lock: end\n# lambda_lock: begin\n",
            "BUILD has 1 lines `# lambda_lock: begin` and 1 lines `# lambda_lock: end`; expected one of "
            "each, in that "
            "order: mend it by hand, or take both out to have the part written anew at the end",
        ),
        (
            "filegroup(\n",
            "BUILD cannot be read as a BUILD file ('(' was never closed: 'filegroup('); mend it by hand "
            "first",
        ),
    ],
)  # fmt: skip
def test_file_that_cannot_be_merged(old: str, message: str) -> None:
    with pytest.raises(PleasingError) as error:
        _merge(old, SIX)
    # Python 3.9 has other words for a bracket that is not closed.
    assert error.value.problems[0].replace("unexpected EOF while parsing", "'(' was never closed") == message


@pytest.mark.parametrize(
    ("name", "version", "expected"),
    [
        ("zope.interface", "", "zope_interface"),
        ("Ruamel.YAML", "", "ruamel_yaml"),
        ("a--b__c", "", "a_b_c"),
        ("all", "", "all_"),
        ("torch", "2.1+cpu", "torch_2_1_cpu"),
    ],
)
def test_target_name(name: str, version: str, expected: str) -> None:
    assert target_name(name, version) == expected


def test_check_of_a_fresh_file(run: Runner) -> None:
    path = run.write("uv.lock", uv({"a 1": []}, direct=["a"]))
    run(path)
    result = run(path, "--check")
    assert (result.status, result.out) == (0, "")


def test_check_of_a_stale_file(run: Runner) -> None:
    run(run.write("uv.lock", uv({"a 1": []}, direct=["a"])))
    before = run.output.read_text()
    result = run(run.write("uv.lock", uv({"a 2": []}, direct=["a"])), "--check")
    assert result.status == 1
    assert run.output.read_text() == before
    assert result.out.splitlines()[0] == "a 1 -> 2"
    assert result.out.splitlines()[3:] == [
        "@@ -4,8 +4,8 @@",
        " ",
        " python_requirement(",
        '     name = "a",',
        f'-    hashes = ["{digest("a 1")}"],',
        '-    version = "1",',
        f'+    hashes = ["{digest("a 2")}"],',
        '+    version = "2",',
        '     visibility = ["PUBLIC"],',
        "     zip_safe = True,",
        " )",
    ]
    assert result.err.splitlines()[-1] == (
        "uv.lock: error: third_party/python/BUILD is not what this lock file gives; run the same command "
        "without --check"
    )


def test_unchanged_file_is_not_written(run: Runner) -> None:
    path = run.write("uv.lock", uv({"a 1": []}, direct=["a"]))
    run(path)
    run.output.chmod(0o600)
    node = run.output.stat().st_ino
    assert run(path).err.splitlines()[-1] == "lambda_lock: third_party/python/BUILD is up to date: 1 targets"
    assert run.output.stat().st_ino == node
    run(run.write("uv.lock", uv({"a 2": []}, direct=["a"])))
    assert run.output.stat().st_mode & 0o777 == 0o600
    assert [item.name for item in run.output.parent.iterdir()] == ["BUILD"], "no temporary file is left"
