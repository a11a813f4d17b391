"""Each format: told by its content, and what it alone can say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.lambda_lock.locks import FIXTURES, RecordedIndex, Runner, digest, uv
from tools.errors import PleasingError
from tools.lambda_lock import formats
from tools.lambda_lock.index import Answer
from tools.lambda_lock.lock import Distribution, Edge, Lock, Origin

POETRY = """
[[package]]
name = "a"
version = "1"
optional = false
python-versions = "*"
groups = ["main"]
files = [{file = "a-1.tar.gz", hash = "sha256:aa"}]

[package.dependencies]
b = [
    {version = "<2", markers = "python_version < \\"3.12\\""},
    {version = ">=2", markers = "python_version >= \\"3.12\\""},
]
c = {version = "*", optional = true, extras = ["x"]}

[package.extras]
fast = ["c[x] (>=1)"]

[[package]]
name = "b"
version = "1"
groups = ["main", "dev"]
markers = {main = "python_version < \\"3.12\\"", dev = "python_version < \\"3.11\\""}
files = [{file = "b-1-py3-none-any.whl", hash = "sha256:bb"}]

[[package]]
name = "t"
version = "1"
groups = ["dev"]
files = [{file = "t-1-py3-none-any.whl", hash = "sha256:dd"}]

[metadata]
lock-version = "2.1"
python-versions = "^3.10"
content-hash = "0"
"""

PYLOCK = """
lock-version = "1.0"
created-by = "test"
dependency-groups = ["dev"]
default-groups = ["app"]

[[packages]]
name = "a"
version = "1"
index = "https://user:secret@index.example.com/simple"
dependencies = [{ name = "b", version = "2" }]
wheels = [
    { url = "https://files.example.com/a-1-py3-none-any.whl", hashes = { sha256 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" } },
]

[[packages]]
name = "b"
version = "2"
marker = "'dev' in dependency_groups or 'app' in dependency_groups and sys_platform == 'darwin'"
sdist = { name = "b-2.tar.gz", url = "https://files.example.com/b-2.tar.gz", hashes = { sha256 = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" } }

[[packages]]
name = "c"
archive = { url = "https://files.example.com/c-3.0-py3-none-any.whl", hashes = { sha256 = "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc" } }

[[packages]]
name = "d"
version = "4"
vcs = { type = "git", url = "https://git.example.com/d", commit-id = "0123" }

[[packages]]
name = "e"
directory = { path = "../e" }
"""


def _read(tmp_path: Path, text: str, project: str = "") -> Lock:
    path = tmp_path / "anything"  # A lock file's name means nothing.
    path.write_text(text)
    if project:
        (tmp_path / "pyproject.toml").write_text(project)
    return formats.read(path, None)


def _by_name(lock: Lock) -> dict[str, Distribution]:
    return {item.name: item for item in lock.distributions}


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("orders/uv/uv.lock", "uv.lock 1.5"),
        ("orders/poetry/poetry.lock", "poetry.lock 2.1"),
        ("orders/poetry-1.1/poetry.lock", "poetry.lock 1.1"),
        ("orders/pdm/pdm.lock", "pdm.lock 4.5.0"),
        ("orders/pylock/pylock.toml", "pylock.toml 1.0 by pdm"),
        ("orders/pipenv/Pipfile.lock", "Pipfile.lock 6"),
        ("orders/pip-tools/requirements.txt", "requirements.txt"),
        ("orders/uv/requirements.txt", "requirements.txt"),
    ],
)
def test_told_by_content(tmp_path: Path, name: str, title: str) -> None:
    assert _read(tmp_path, (FIXTURES / name).read_text()).title == title


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "{",
            "{path} begins as JSON but is not (Expecting property name enclosed in double quotes: line 1 "
            "column 2 (char 1)); make the lock file anew",
        ),
        ("{}", "{path} is JSON without Pipfile.lock's `_meta`; expected {known}"),
        (
            "[metadata\n",
            "{path} is not TOML (Expected ']' at the end of a table declaration (at line 1, column 10)); "
            "make the lock file anew",
        ),
        ("[tool]\n", "{path} is TOML, but no lock file that is known; expected {known}"),
        (
            'version = 1\n[[package]]\nname = "a"\n',
            "{path} does not have the form of its format (KeyError: 'source'); make the lock file anew, "
            "and if its tool is newer than this one, tell its maintainers",
        ),
        (
            'lock-version = "1.0"\n',
            "{path} is not as PEP 751 has it (Missing required value in 'created-by'); make the "
            "lock file anew",
        ),
    ],
)
def test_not_a_lock_file(tmp_path: Path, text: str, message: str) -> None:
    known = (
        "Pipfile.lock, poetry.lock, uv.lock, pdm.lock, pylock.toml, or a requirements.txt with versions "
        "and hashes"
    )
    with pytest.raises(PleasingError) as error:
        _read(tmp_path, text)
    path = str(tmp_path / "anything")
    assert error.value.problems == (message.replace("{path}", path).replace("{known}", known),)


def test_no_lock_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PleasingError) as error:
        formats.read(Path("uv.lock"), None)
    assert error.value.problems == (
        f"uv.lock is not there (looked in {tmp_path}; under `plz run` paths are relative to the root of the "
        f"repository)",
    )


def test_poetry(tmp_path: Path) -> None:
    lock = _read(tmp_path, POETRY)
    found = _by_name(lock)
    assert found["a"] == Distribution(
        "a",
        "1",
        ("sha256:aa",),
        (
            Edge("b", marker='(python_version < "3.12")', specifier="<2"),
            Edge("b", marker='(python_version >= "3.12")', specifier=">=2"),
            Edge("c", frozenset({"x"}), of_extra="fast"),
        ),
        sdist=True,
        files=("a-1.tar.gz",),
    )
    assert found["b"].marker == '(python_version < "3.11") or (python_version < "3.12")'
    assert lock.roots["dev"] == (
        Edge("b", marker='python_version < "3.11"', version="1"),
        Edge("t", version="1"),
    )
    assert lock.notes == (
        "no pyproject.toml beside anything and no --project: every distribution of the lock gets a target, "
        "and the "
        "extras that the project asks for are not known",
    )


def test_poetry_with_its_project(tmp_path: Path) -> None:
    project = """
[tool.poetry.dependencies]
python = "^3.10"
a = {version = "^1.2", extras = ["fast"], python = "<3.13", platform = "linux"}
b = [{version = "~1.4", markers = "os_name == 'posix'"}, {version = "^0.2"}]

[tool.poetry.group.qa.dependencies]
t = "*"
"""
    lock = _read(tmp_path, POETRY, project)
    assert lock.notes == ()
    assert lock.roots == {
        "main": (
            Edge(
                "a",
                frozenset({"fast"}),
                "(python_version < '3.13') and (sys_platform == 'linux')",
                None,
                ">=1.2,<2",
            ),
            Edge("b", marker="(os_name == 'posix')", specifier=">=1.4,<1.5"),
            Edge("b", specifier=">=0.2,<0.3"),
        ),
        "qa": (Edge("t"),),
    }


def test_project_of_the_standards(tmp_path: Path) -> None:
    project = """
[project]
name = "p"
dependencies = ["a[fast]>=1; python_version < '3.12'"]
[project.optional-dependencies]
more = ["b"]
[dependency-groups]
qa = ["t", {include-group = "Lint_It"}]
lint-it = ["c"]
[tool.pdm.dev-dependencies]
old = ["-e file:///${PROJECT_ROOT}/x#egg=x", "d"]
"""
    assert _read(tmp_path, POETRY, project).roots == {
        "main": (Edge("a", frozenset({"fast"}), 'python_version < "3.12"', None, ">=1"), Edge("b")),
        "qa": (Edge("t"), Edge("c")),
        "lint-it": (Edge("c"),),
        "old": (Edge("d"),),
    }


def test_project_with_a_line_that_is_no_requirement(tmp_path: Path) -> None:
    with pytest.raises(PleasingError) as error:
        _read(tmp_path, POETRY, '[project]\ndependencies = ["a >> 1"]\n')
    assert error.value.problems == (
        f"{tmp_path}/pyproject.toml: 'a >> 1' is not a requirement as PEP 508 has them",
    )


def test_pylock(tmp_path: Path) -> None:
    lock = _read(tmp_path, PYLOCK)
    found = _by_name(lock)
    assert found["a"].edges == (Edge("b", version="2"),)
    assert (found["a"].sdist, found["b"].sdist) == (False, True)
    assert found["c"] == Distribution(
        "c", "3.0", (f"sha256:{'cc' * 32}",), sdist=False, files=("c-3.0-py3-none-any.whl",), origin=Origin.URL,
        location="https://files.example.com/c-3.0-py3-none-any.whl",
    )  # fmt: skip
    assert (found["d"].origin, found["d"].location) == (Origin.GIT, "https://git.example.com/d")
    assert (found["e"].origin, found["e"].location) == (Origin.PATH, "../e")
    assert lock.indexes == ("https://index.example.com/simple",)
    assert lock.incomplete == frozenset()


def test_pylock_groups(run: Runner) -> None:
    mapped = ("--map", "d=//d", "--map", "e=//e")
    targets = run(run.write("pylock.toml", PYLOCK), *mapped).targets
    assert targets["a"]["deps"] == [":b"]
    assert "test_only" not in targets["b"]
    only_dev = PYLOCK.replace(" or 'app' in dependency_groups and sys_platform == 'darwin'", "").replace(
        'dependencies = [{ name = "b", version = "2" }]', "dependencies = []"
    )
    assert run(run.write("pylock.toml", only_dev), *mapped).targets["b"]["test_only"] is True


def test_pylock_that_records_no_edges_asks_the_index(run: Runner) -> None:
    text = PYLOCK.split('[[packages]]\nname = "d"')[0].replace(
        'dependencies = [{ name = "b", version = "2" }]', ""
    )
    index = RecordedIndex(
        {"a": Answer(requires=("b>=1; sys_platform == 'darwin'",)), "b": Answer(), "c": Answer()}
    )
    targets = run(run.write("pylock.toml", text), index=index).targets
    assert index.asked == ["a", "b", "c"]
    assert targets["a"]["platform_deps"] == {"host": [":b"]}


def test_pipfile_without_its_project(tmp_path: Path) -> None:
    (tmp_path / "anything").write_text((FIXTURES / "orders/pipenv/Pipfile.lock").read_text())
    lock = formats.read(tmp_path / "anything", None)
    assert lock.requires_python.endswith(">=3.10,>=3.7,>=3.8,>=3.9") or ">=3.10" in lock.requires_python
    assert lock.incomplete == frozenset(_by_name(lock))
    assert Edge("requests", frozenset({"socks"})) in lock.roots["main"]
    assert lock.notes == (
        "no Pipfile beside anything and no --project: every distribution of the lock gets a target",
    )


def test_pipfile_with_paths_urls_and_git(tmp_path: Path) -> None:
    text = """{"_meta": {"pipfile-spec": 6}, "default": {
      "project": {"editable": true, "path": "."},
      "local": {"path": "./libs/local"},
      "wheel": {"file": "https://files.example.com/wheel-1.2-py3-none-any.whl", "hashes": ["sha256:AA"]},
      "repo": {"git": "https://git.example.com/repo", "ref": "0123"}
    }, "docs": {"d": {"version": "==1", "hashes": ["sha256:dd", "md5:00"]}}}"""
    lock = _read(tmp_path, text)
    found = _by_name(lock)
    assert [found[name].origin for name in ("project", "local", "wheel", "repo", "d")] == [
        Origin.PROJECT, Origin.PATH, Origin.URL, Origin.GIT, Origin.INDEX,
    ]  # fmt: skip
    assert (found["wheel"].version, found["wheel"].hashes, found["wheel"].sdist) == (
        "1.2",
        ("sha256:aa",),
        False,
    )
    assert found["d"].hashes == ("sha256:dd",), "MD5 proves nothing"
    assert lock.roots["docs"] == (Edge("d"),)


def test_pipfile_offline_has_one_target_for_all(run: Runner) -> None:
    result = run(FIXTURES / "orders" / "pipenv" / "Pipfile.lock", "--offline")
    assert result.status == 0
    everything = result.targets["all_requirements"]
    assert everything["rule"] == "python_library"
    assert ":requests" in everything["deps"]
    assert ":pytest" not in everything["deps"]
    assert "deps" not in result.targets["requests"]
    assert (
        "note: Pipfile.lock 6 does not record what needs what, and --offline keeps this tool from asking "
        "the index: no "
        "target has dependencies, and all_requirements has all targets that are not for tests" in result.err
    )


def test_requirements(tmp_path: Path) -> None:
    text = """\
# Made by a tool.
--index-url https://user:secret@index.example.com/simple
-c constraints.txt
a[fast]==1 ; python_version < "3.12" \\
    --hash=sha256:aa \\
    --hash=sha256:bb
    # via
    #   -r requirements.in
    #   -c other.txt
b==2 --hash=sha256:cc  # via a, project (pyproject.toml)
c @ https://files.example.com/c-3.tar.gz#sha256={hash}
    # via a
d @ git+https://git.example.com/d@0123 \\
    # via b
-e ./libs/local
    # via -r requirements.in
-e .
"""
    (tmp_path / "constraints.txt").write_text("")
    lock = _read(tmp_path, text.replace("{hash}", "0" * 64))
    assert lock.problems == ()
    found = _by_name(lock)
    assert found["a"].hashes == ("sha256:aa", "sha256:bb")
    assert found["a"].edges == (
        Edge("b", version="2"),
        Edge("c", version="3"),
    )
    assert found["c"].hashes == (f"sha256:{'0' * 64}",)
    assert (found["c"].location, found["c"].sdist) == ("https://files.example.com/c-3.tar.gz", True)
    assert (found["d"].origin, found["d"].location) == (Origin.GIT, "git+https://git.example.com/d@0123")
    assert (found["local"].origin, found["local"].location) == (Origin.PATH, "./libs/local")
    assert [edge.name for edge in lock.roots["main"]] == ["a", "b", "local"]
    assert lock.roots["main"][0].extras == {"fast"}
    assert lock.indexes == ("https://index.example.com/simple",)
    assert lock.incomplete == frozenset()


def test_requirements_without_comments_are_incomplete(tmp_path: Path) -> None:
    lock = _read(tmp_path, "a==1 --hash=sha256:aa\nb==2 --hash=sha256:bb\n")
    assert lock.incomplete == {"a", "b"}
    assert [edge.name for edge in lock.roots["main"]] == ["a", "b"]


def test_requirements_that_lock_nothing(run: Runner) -> None:
    path = run.write("requirements.txt", "a>=1\nb==2.*\n-r other.txt\nc d\ne==1  # via a\n")
    assert run(path).err.splitlines()[-5:] == [
        "requirements.txt: error: requirements.txt:3: 'other.txt' is taken in, and cannot be read (No such "
        "file or directory)",
        "requirements.txt: error: requirements.txt:1: 'a>=1' is not pinned; expected `a==VERSION` as "
        "`pip-compile "
        "--generate-hashes` or `uv export` writes it",
        "requirements.txt: error: requirements.txt:2: 'b==2.*' is not pinned; expected `b==VERSION` as "
        "`pip-compile "
        "--generate-hashes` or `uv export` writes it",
        "requirements.txt: error: requirements.txt:4: 'c d' is not a requirement as PEP 508 has them",
        "requirements.txt: error: e 1 has no SHA-256 hash in the lock; lock with hashes (`pip-compile "
        "--generate-hashes`, "
        "`uv export` without --no-hashes), or take what the index says now with --fetch-hashes",
    ]


def test_uv_workspace_and_script(tmp_path: Path) -> None:
    text = (
        uv({"a 1": []}, direct=["a"])
        + """
[manifest]
members = ["project", "member"]
requirements = [{ name = "a", extras = ["fast"], specifier = ">=1" }]

[manifest.dependency-groups]
dev = [{ name = "a" }]

[[package]]
name = "member"
version = "1"
source = { editable = "packages/member" }
dependencies = [{ name = "b" }]

[package.dev-dependencies]
docs = [{ name = "c" }]
"""
    )
    lock = _read(tmp_path, text)
    assert _by_name(lock)["member"].origin is Origin.PROJECT
    assert lock.roots == {
        "main": (Edge("a", frozenset({"fast"}), specifier=">=1"), Edge("a"), Edge("b")),
        "dev": (Edge("a"),),
        "docs": (Edge("c"),),
    }
    assert _by_name(lock)["a"].hashes == (digest("a 1"),)


def test_pdm_with_a_url_a_part_of_an_archive_and_git(tmp_path: Path) -> None:
    text = """
[metadata]
lock_version = "4.5.0"

[[metadata.targets]]
requires_python = "==3.12.*"

[[package]]
name = "part"
version = "1"
url = "https://files.example.com/part-1.zip"
subdirectory = "python"
groups = ["default", "dev"]
dependencies = ["not a requirement"]

[[package]]
name = "repo"
version = "2"
git = "https://user@git.example.com/repo"
revision = "0123"
"""
    lock = _read(tmp_path, text)
    found = _by_name(lock)
    assert (found["part"].origin, found["part"].location) == (
        Origin.URL,
        "https://files.example.com/part-1.zip#subdirectory=python",
    )
    assert (found["repo"].origin, found["repo"].location) == (Origin.GIT, "https://git.example.com/repo")
    assert lock.requires_python == "==3.12.*"
    assert lock.problems == (
        "part: 'not a requirement' in anything is not a requirement as PEP 508 has them",
    )
    assert {group: [edge.name for edge in edges] for group, edges in lock.roots.items()} == {
        "main": ["part", "repo"],
        "dev": ["part"],
    }


def test_pylock_of_a_project_that_asks_for_extras_offline(run: Runner) -> None:
    result = run(FIXTURES / "orders" / "pylock" / "pylock.toml", "--offline")
    assert result.status == 1
    assert result.err.splitlines()[-1].endswith(
        "error: pylock.toml 1.0 by pdm does not record what the extras of requests need, and --offline keeps "
        "this tool from asking the index; leave it out, or lock with uv, Poetry or PDM"
    )


def test_requirements_take_in_other_files(run: Runner) -> None:
    hashes = " ".join(f"--hash={digest(name)}" for name in ("b", "b2"))
    run.write("more/other.txt", f"b {hashes}\n-r ../requirements.txt\n-c pins.txt\n")
    run.write("more/pins.txt", "b==2\nc==3\na==1\n-c ../all.txt\n")
    run.write("all.txt", f"d==4 --hash={digest('d')}\n")
    text = f"a --hash={digest('a')}  # via x\n--requirement=more/other.txt\n"
    targets = run(run.write("requirements.txt", text)).targets
    assert {name: target["version"] for name, target in targets.items()} == {"a": "1", "b": "2"}
    assert targets["b"]["hashes"] == sorted([digest("b"), digest("b2")])


def test_constraint_that_says_otherwise(run: Runner) -> None:
    run.write("pins.txt", "a==2\n")
    path = run.write(
        "requirements.txt", f"-c pins.txt\na==1 --hash={digest('a')}  # via x\n-r https://x.example/y\n"
    )
    assert run(path).err.splitlines()[-2:] == [
        "requirements.txt: error: requirements.txt:3: 'https://x.example/y' is taken in from the network; "
        "download it into the repository",
        "requirements.txt: error: requirements.txt:2: 'a==1' and a constraint, a==2, exclude each other; lock again",
    ]


def test_options_of_pip_are_obeyed_or_named(run: Runner) -> None:
    text = f"""\
--no-binary a
--only-binary :all:
--use-feature fast
--require-hashes
a==1 --config-settings="x=y z" --hash={digest("a")} \\
    --global-option="--fast" --hash={digest("b")}  # via x
b==1 --hash={digest("c")}  # via x
"""
    result = run(run.write("requirements.txt", text))
    assert result.targets["a"]["sdist"] is True
    assert result.targets["a"]["hashes"] == sorted([digest("a"), digest("b")])
    assert "sdist" not in result.targets["b"]
    notes = [line.partition("note: ")[2] for line in result.err.splitlines() if "note: " in line]
    assert notes == [
        "requirements.txt:2: --only-binary is not honoured: python_requirement builds an sdist where no wheel fits",
        "requirements.txt:3: --use-feature is not honoured: no rule has options of pip",
        "requirements.txt:5: --config-settings is not honoured: no rule has options of pip",
        "requirements.txt:5: --global-option is not honoured: no rule has options of pip",
    ]


def test_editable_repository_is_called_version_control(run: Runner) -> None:
    text = (
        "-e git+https://git.example.com/d.git@0123#egg=delta\n-e git+https://git.example.com/echo.git@main\n"
    )
    result = run(run.write("requirements.txt", text), "--offline")
    assert [line[:86] for line in result.err.splitlines() if "error" in line] == [
        "requirements.txt: error: delta comes from version control (git+https://git.example.com",
        "requirements.txt: error: echo comes from version control (git+https://git.example.com/",
    ]


@pytest.mark.parametrize("text", ["", "# nothing\n", 'version = 1\nrequires-python = ">=3.9"\n'])
def test_lock_without_distributions_is_a_warning(run: Runner, text: str) -> None:
    result = run(run.write("lock", text))
    assert result.status == 0
    assert "lambda_lock: note: lock locks no distribution, so no target is written\n" in result.err
    assert result.targets == {}


def test_same_version_twice_is_one(run: Runner) -> None:
    text = f"""\
a==1 ; python_version == "3.12" --hash={digest("x")}  # via p
a==1 ; python_version == "3.13" --hash={digest("y")}  # via p
"""
    result = run(run.write("requirements.txt", text), "--platform", "python3.13-arm64")
    assert result.targets == {
        "a": {
            "rule": "python_requirement",
            "hashes": sorted([digest("x"), digest("y")]),
            "marker": "python_version >= '3.12' and python_version < '3.14'",
            "version": "1",
            "visibility": ["PUBLIC"],
        }
    }


@pytest.mark.parametrize("text", ['project = "x"\n', "[project]\ndependencies = 1\n", "tool = 3\n"])
def test_project_that_is_malformed_is_blamed(tmp_path: Path, text: str) -> None:
    with pytest.raises(PleasingError) as error:
        _read(tmp_path, POETRY, text)
    assert error.value.problems[0].startswith(
        f"{tmp_path}/pyproject.toml does not have the form of a project's file ("
    )


def test_nesting_is_no_traceback(run: Runner) -> None:
    deep = 100_000
    for name, text in (
        ("Pipfile.lock", '{"_meta": ' + "[" * deep),
        ("uv.lock", "version = " + "[" * deep),
    ):
        result = run(run.write(name, text))
        assert result.status == 1
        assert "Traceback" not in result.err
    path = run.write("poetry.lock", POETRY)
    run.write("pyproject.toml", "x = " + "[" * deep)
    assert run(path).err.splitlines()[-1] == (
        "poetry.lock: error: pyproject.toml is nested too deeply to be a project's file; mend it"
    )
