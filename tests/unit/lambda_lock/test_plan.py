"""What is needed where, and the targets that follow."""

from __future__ import annotations

import json

import pytest

from tests.unit.lambda_lock.locks import FIXTURES, RecordedIndex, Runner, digest, uv
from tools.cycle import components
from tools.lambda_lock.index import Answer

ARM = ("--platform", "python3.13-arm64")
BOTH = ("--platform", "python3.11-x86_64", "--platform", "python3.13-arm64")


def test_edge_of_some_platforms_stands_for_those(run: Runner) -> None:
    lock = uv(
        {
            "a 1": ["b ; python_version < '3.12'", "c ; platform_machine == 'aarch64'", "d"],
            "b 1": [],
            "c 1": [],
            "d 1": [],
        },
        direct=["a"],
    )
    targets = run(run.write("uv.lock", lock), *BOTH).targets
    assert targets["a"]["deps"] == [":d"]
    assert targets["a"]["platform_deps"] == {
        "host": [":b", ":c"],
        "lambda311x8664": [":b"],
        "lambda313arm64": [":c"],
    }
    assert targets["b"]["marker"] == "python_version < '3.12'"
    assert targets["c"]["marker"] == "sys_platform == 'linux' and platform_machine == 'aarch64'"


def test_host_has_a_first_and_a_last_patch_release(run: Runner) -> None:
    lock = uv({"a 1": ["b ; python_full_version < '3.11.3'"], "b 1": []}, direct=["a"])
    targets = run(run.write("uv.lock", lock), "--platform", "python3.11-arm64").targets
    assert targets["a"]["platform_deps"] == {"host": [":b"]}, "Lambda's 3.11 is newer, a laptop's may not be"
    assert targets["b"]["marker"] == "python_version < '3.12'"


def test_what_no_platform_needs_has_no_target(run: Runner) -> None:
    lock = uv({"a 1": ["b ; sys_platform == 'win32'"], "b 1": ["c"], "c 1": []}, direct=["a"])
    assert list(run(run.write("uv.lock", lock)).targets) == ["a"]


def test_extras_bring_what_they_need(run: Runner) -> None:
    extra = (
        '[package.optional-dependencies]\nfast = [{ name = "b" }]\nall = [{ name = "a", extra = ["fast"] }]\n'
    )
    lock = uv({"b 1": [], "a 1": []}, direct=["a[all]"], extra=extra)
    targets = run(run.write("uv.lock", lock)).targets
    assert targets["a"]["extras"] == ["all", "fast"]
    assert targets["a"]["deps"] == [":b"]


def test_extra_that_nothing_asks_for_brings_nothing(run: Runner) -> None:
    extra = '[package.optional-dependencies]\nfast = [{ name = "b" }]\n'
    lock = uv({"b 1": [], "a 1": []}, direct=["a"], extra=extra)
    assert list(run(run.write("uv.lock", lock)).targets) == ["a"]


def test_group_is_for_tests_unless_functions_need_it_too(run: Runner) -> None:
    lock = uv({"a 1": ["c"], "b 1": ["c", "d"], "c 1": [], "d 1": []}, direct=["a"], dev=["b"])
    path = run.write("uv.lock", lock)
    tests = {name for name, target in run(path).targets.items() if target.get("test_only")}
    assert tests == {"b", "d"}
    assert not [
        target for target in run(path, "--runtime-group", "dev").targets.values() if "test_only" in target
    ]
    assert set(run(path, "--group", "none").targets) == {"a", "c"}


def test_nothing_for_functions_depends_on_a_target_for_tests(run: Runner) -> None:
    # `a` is for functions only on 3.10 hosts; what it needs elsewhere, where tests have it, is still named by
    # it.
    lock = uv(
        {"a 1": ["b ; python_version >= '3.11'"], "b 1": []},
        direct=["a ; python_version < '3.11'"],
        dev=["a"],
    )
    targets = run(run.write("uv.lock", lock)).targets
    assert targets["a"]["deps"] == [":b"]
    assert "test_only" not in targets["b"]


def test_two_versions_stand_behind_one_name(run: Runner) -> None:
    lock = uv(
        {
            "numpy 2.2.6": [],
            "numpy 2.3.3": ["a"],
            "a 1": [],
            "c 1": ["numpy==2.2.6 ; python_version < '3.11'"],
        },
        direct=["numpy==2.2.6 ; python_version < '3.11'", "numpy==2.3.3 ; python_version >= '3.11'", "c"],
    )
    targets = run(run.write("uv.lock", lock)).targets
    assert targets["numpy"] == {
        "rule": "python_library",
        "visibility": ["PUBLIC"],
        "deps": [":numpy_2_2_6", ":numpy_2_3_3"],
    }
    assert targets["numpy_2_2_6"] == {
        "rule": "python_requirement",
        "package_name": "numpy",
        "version": "2.2.6",
        "hashes": [digest("numpy 2.2.6")],
        "marker": "python_version < '3.11'",
        "visibility": ["PUBLIC"],
        "zip_safe": True,
    }
    assert targets["numpy_2_3_3"]["marker"] == "python_version >= '3.11'"
    assert targets["numpy_2_3_3"]["deps"] == [":a"]
    assert targets["c"]["platform_deps"] == {"host": [":numpy"]}


def test_two_versions_in_one_environment(run: Runner) -> None:
    lock = uv({"a 1": [], "a 2": []}, direct=["a==1"], dev=["a==2"])
    path = run.write("uv.lock", lock)
    result = run(path)
    assert result.status == 1
    assert result.err.splitlines()[-1] == (
        "uv.lock: error: a is locked in several versions (2, 1) that Python 3.10 on darwin arm64 needs at "
        "once; leave "
        "out the group that conflicts (--group names the ones to take)"
    )
    assert run(path, "--group", "none").targets["a"]["version"] == "1"


def test_cycle_becomes_one_whole(run: Runner) -> None:
    lock = uv({"a 1": ["b", "d"], "b 1": ["c"], "c 1": ["a"], "d 1": [], "e 1": ["b"]}, direct=["e"])
    result = run(run.write("uv.lock", lock))
    whole = [":a_alone", ":b_alone", ":c_alone"]
    targets = result.targets
    assert [targets[name].get("deps") for name in ("a", "b", "c")] == [whole] * 3
    assert targets["a_alone"]["package_name"] == "a"
    assert targets["a_alone"]["deps"] == [":d"]
    assert "deps" not in targets["b_alone"]
    assert targets["e"]["deps"] == [":b"]
    assert "note: a, b, c need one another; each of these targets has all of them" in result.err


def test_cycle_with_two_versions(run: Runner) -> None:
    lock = uv(
        {
            "a 1": ["b"],
            "a 2": ["b"],
            "b 1": ["a==1 ; python_version < '3.12'", "a==2 ; python_version >= '3.12'"],
        },
        direct=["b"],
    )
    targets = run(run.write("uv.lock", lock)).targets
    assert targets["a"]["deps"] == targets["b"]["deps"] == [":a_1", ":a_2", ":b_alone"]
    assert [name for name, target in targets.items() if target["rule"] == "python_requirement"] == [
        "a_1",
        "a_2",
        "b_alone",
    ]


def test_names_are_those_of_pep_503_with_underscores(run: Runner) -> None:
    lock = uv(
        {"zope.interface 8.6": [], "Ruamel.Yaml 0.18.17": ["zope.interface"], "all 1": []},
        direct=["Ruamel.Yaml", "all"],
    )
    targets = run(run.write("uv.lock", lock)).targets
    assert list(targets) == ["all_", "ruamel_yaml", "zope_interface"]
    assert targets["all_"]["package_name"] == "all"
    assert targets["ruamel_yaml"]["deps"] == [":zope_interface"]


def test_what_cannot_be_kept_is_named_at_once_with_the_way_out(run: Runner) -> None:
    extra = """
[[package]]
name = "local"
version = "1"
source = { directory = "../local" }

[[package]]
name = "repo"
version = "2"
source = { git = "https://user:secret@git.example.com/repo?rev=main#0123" }

[[package]]
name = "part"
version = "3"
source = { url = "https://files.example.com/part-3.tar.gz", subdirectory = "python" }
sdist = { hash = "sha256:00" }

[[package]]
name = "bare"
version = "4"
source = { registry = "https://index.example.com/simple" }
"""
    path = run.write("uv.lock", uv({}, direct=["local", "repo", "part", "bare"], extra=extra))
    result = run(path)
    assert result.status == 1
    assert not run.output.exists()
    assert [line for line in result.err.splitlines() if "error:" in line] == [
        "uv.lock: error: bare 4 has no SHA-256 hash in the lock; lock with hashes (`pip-compile "
        "--generate-hashes`, "
        "`uv export` without --no-hashes), or take what the index says now with --fetch-hashes",
        "uv.lock: error: local 1 is a local path (../local), which is a target of the repository's own; say "
        "which with "
        "--map local=//path/to:target",
        "uv.lock: error: part 3 is a part of an archive "
        "(https://files.example.com/part-3.tar.gz#subdirectory=python), "
        "which python_requirement cannot build; publish a wheel of it, or write a target by hand and say so "
        "with --map "
        "part=//path/to:target",
        "uv.lock: error: repo 2 comes from version control (https://git.example.com/repo), "
        "for which lock "
        "files have no hash; depend on an archive by URL, which has one, or publish a wheel, or write a "
        "target by hand "
        "and say so with --map repo=//path/to:target",
    ]
    assert "secret" not in result.err


def test_mapped_distribution_is_the_repositorys_own(run: Runner) -> None:
    extra = '[[package]]\nname = "shared-lib"\nversion = "1"\nsource = { directory = "../shared" }\n'
    extra += 'dependencies = [{ name = "b" }]\n'
    lock = uv({"a 1": ["shared-lib"], "b 1": []}, direct=["a"], extra=extra)
    targets = run(run.write("uv.lock", lock), "--map", "Shared_Lib=//libs/shared").targets
    assert set(targets) == {"a", "b"}, "what the mapped one needs still has a target"
    assert targets["a"]["deps"] == ["//libs/shared"]


def test_map_of_what_the_lock_has_not(run: Runner) -> None:
    path = run.write("uv.lock", uv({"a 1": []}, direct=["a"]))
    assert (
        run(path, "--map", "b=//b").err.splitlines()[-1]
        == "uv.lock: error: --map names b, which uv.lock 1.3 has not"
    )


def test_url_is_kept_with_its_hash(run: Runner) -> None:
    targets = run(FIXTURES / "cases" / "uv" / "uv.lock", "--map", "shared-lib=//libs/shared").targets
    assert targets["six"]["url"].startswith("https://files.example.com/")
    assert targets["six"]["url"].endswith("/six-1.17.0-py2.py3-none-any.whl")
    assert len(targets["six"]["hashes"]) == 1


def test_function_that_the_lock_lacks_something_for(run: Runner) -> None:
    lock = uv({"a 1": ["b ; python_version >= '3.13'"]}, direct=["a"])
    path = run.write("uv.lock", lock)
    message = (
        "a 1 needs b on python3.13-arm64, and uv.lock 1.3 has no b; it is older than the project's file, or "
        "was made for "
        "other platforms: lock again"
    )
    assert run(path, *ARM).err.splitlines()[-1] == f"uv.lock: error: {message}"
    guessed = run(path)
    assert guessed.status == 0
    assert (
        f"note: {message.replace('python3.13-arm64', 'python3.13-arm64, python3.13-x86_64')}"
        not in guessed.err
    )
    assert "note: a 1 needs b on python3.13-arm64, python3.13-x86_64, python3.14-arm64" in guessed.err


def test_lock_for_other_pythons(run: Runner) -> None:
    path = run.write("uv.lock", uv({"a 1": []}, direct=["a"], requires_python=">=3.12"))
    assert run(path, *BOTH).err.splitlines()[-1] == (
        "uv.lock: error: the lock is for Python >=3.12, and functions use python3.11-x86_64; lock for that "
        "Python too, or "
        "change the runtime"
    )


def test_yanked_version_is_kept_and_said(run: Runner) -> None:
    path = run.write("uv.lock", uv({"a 1": []}, direct=["a"]))
    index = RecordedIndex({"a": Answer(yanked="broken on Tuesdays")})
    result = run(path, "--ask-index", index=index)
    assert "a" in result.targets
    assert (
        "note: a 1 was yanked from its index (broken on Tuesdays); it is kept, as the lock has it"
        in result.err
    )


def test_hashes_from_the_index(run: Runner) -> None:
    path = run.write("requirements.txt", "a==1\n    # via -r requirements.in\n")
    index = RecordedIndex(
        {
            "a": Answer(
                hashes=(
                    "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                    "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
                )
            )
        }
    )
    result = run(path, "--fetch-hashes", index=index)
    assert result.targets["a"]["hashes"] == [
        "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
    ]
    assert "what the index says now is trusted" in result.err


def test_two_versions_are_asked_for_one_after_the_other(run: Runner) -> None:
    text = "a==1 ; python_version < '3.12' --hash=sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\na==2 ; python_version >= '3.12' --hash=sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n"
    index = RecordedIndex({"a": Answer()})
    targets = run(run.write("requirements.txt", text), index=index).targets
    assert index.asked == ["a", "a"]
    assert list(targets) == ["a", "a_1", "a_2"]
    assert targets["a_2"]["marker"] == "python_version >= '3.12'"


def test_components_of_a_long_chain() -> None:
    names = [f"n{number:05}" for number in range(5000)]
    chain = {name: [following] for name, following in zip(names, names[1:])}
    assert len(components({**chain, names[-1]: []})) == 5000
    assert components({**chain, names[-1]: [names[0]]}) == [tuple(names)]


def test_newest_version_that_fits_takes_an_environment(run: Runner) -> None:
    # Both fit each environment; what a resolver means is the newer one, so the older one gets none.
    extra = "[package.optional-dependencies]\nx = []\n"
    lock = uv({"b 1": [], "a 1": [], "a 2": []}, direct=["a"], extra=extra)
    targets = run(run.write("uv.lock", lock)).targets
    assert {name: target["version"] for name, target in targets.items()} == {"a": "2"}


def test_version_that_no_function_uses_costs_nothing(run: Runner) -> None:
    text = "".join(
        f"a=={version} ; python_version {bound}\n"
        for version, bound in (("1", "== '3.7'"), ("2", "== '3.9'"), ("3", ">= '3.12'"), ("3", "== '3.11'"))
    )
    index = RecordedIndex({"a": Answer(hashes=(digest("a"),))})
    result = run(run.write("requirements.txt", text), *ARM, "--fetch-hashes", index=index)
    assert index.asked == ["a", "a"], "once for hashes, once for metadata, of version 3"
    assert {name: target["version"] for name, target in result.targets.items()} == {"a": "3"}
    assert (
        "note: a 2: no function uses that version, so the index is not asked about it and no target is written; "
        "name a platform that does with --platform if hosts need it\n" in result.err
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "a @ https://files.example.com/${TOKEN}/a-1-py3-none-any.whl --hash=",
            "'https://files.example.com/${TOKEN}/a-1-py3-none-any.whl' has ${: pip replaces it with an environment "
            "variable, and sends that to the URL's host; write the URL out, and leave credentials to pip's "
            "configuration or .netrc",
        ),
        ("a===one --hash=", "'one' is not one version, such as 1.2.3, of a"),
        (
            "a==1 --hash=sha256:ab --hash=",
            "'sha256:ab' is not a hash; expected sha256: and 64 digits of hex, in lower case",
        ),
    ],
)
def test_what_python_requirement_refuses_is_not_written(run: Runner, line: str, message: str) -> None:
    path = run.write("requirements.txt", f"{line}{digest('a')}\n")
    index = RecordedIndex({})
    for result in (run(path, index=index), run(path, "--offline", index=index)):
        assert result.status == 1
        assert result.err.splitlines()[-1] == f"requirements.txt: error: {message}"
    assert index.asked == [], "nothing of it reaches pip"
    assert not run.output.exists()


def test_characters_that_do_not_show_are_refused(run: Runner) -> None:
    for character, shown in (("\u202e", r"\u202e"), ("\x1b", r"\x1b"), ("\ud800", r"\ud800")):
        text = json.dumps(
            {
                "_meta": {},
                "default": {"a": {"version": f"==1{character}", "hashes": [digest("a")]}},
            }
        )
        result = run(run.write("Pipfile.lock", text), "--offline")
        assert result.status == 1
        assert result.err.splitlines()[-1] == (
            f"Pipfile.lock: error: '1{shown}' is not one version, such as 1.2.3, of a"
        )


def test_label_with_characters_that_do_not_show(run: Runner) -> None:
    path = run.write("uv.lock", uv({"a 1": ["b"], "b 1": []}, direct=["a"]))
    result = run(path, "--map", "b=//x\u202ey")
    assert result.err.splitlines()[-1].startswith(
        r"uv.lock: error: '//x\u202ey' has characters that do not show"
    )
    assert not run.output.exists()
