"""BUILD files in, actions and errors out: what python_lambda and python_requirement make of their arguments.

The tools are stood for by a script that writes down how it was called, so that nothing is downloaded.
"""

from __future__ import annotations

import ast
import json
import platform
import re
import zipfile
from pathlib import Path

import pytest

from tests.e2e.conftest import engine, repositories_share  # noqa: F401 - a fixture
from tests.e2e.harness import EMBEDDED, ROOT, Repository
from tools.aws.facts import ARCHITECTURES, PREVIEW_RUNTIMES, RUNTIMES

_MACHINE = "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64"
_ALWAYS = [
    "pack",
    "f.pex",
    "--encoder",
    "/bin/true",
    "--compression=good",
    "--warnings-to-stdout",
    "--target=//svc:f",
    "--module-dir=third_party/py3",
    "--handler=app.py:handler",
    "--package=svc",
    "--entry-point=svc/_f_main.py",
]


_RUNTIMES = ", ".join([*RUNTIMES, *PREVIEW_RUNTIMES])


@pytest.fixture
def repository(engine: str, tmp_path: Path) -> Repository:  # noqa: F811
    return Repository("rules", tmp_path, engine)


def _action(repository: Repository, arguments: str, extra: str = "") -> list[str]:
    """Return how the tool is called for a function."""
    _declare(repository, arguments, extra)
    run = repository.build("//svc:f")
    assert "a warning of the tool" in run.output, "warnings are shown"
    # Please goes through a dictionary by its sorted keys, this repository's engine as it was written.
    return sorted(json.loads(repository.zip("//svc:f").read_text()))


def _declare(repository: Repository, arguments: str, extra: str = "") -> None:
    with (repository.path / "svc" / "BUILD").open("a") as file:
        file.write(f'\n{extra}\npython_lambda(name = "f", {arguments})\n')


def test_the_least_that_can_be_said(repository: Repository) -> None:
    assert _action(repository, 'handler = "app.py:handler"') == sorted(
        [
            *_ALWAYS,
            "--max-unzipped-size=9MB",
            "--no-verify",
            "--declared=",
        ]
    )


def test_every_argument_reaches_the_tool(repository: Repository) -> None:
    arguments = """
        handler = "app.py:handler", deps = ["//lib"], runtime = "python3.12", architecture = "arm64",
        max_size = 1000, max_unzipped_size = "2MB", source_roots = ["src", "lib"], exclude = ["it's", "a b/**"],
        collisions_ok = ["LICENSE"], provided_libraries = ["libodbc.so.2"], imports_ok = ["numpy.*"], labels = ["x"],
        slim = "more", exclude_distributions = ["six"], provided = ["boto3"]
    """
    assert _action(repository, arguments) == sorted(
        [
            *_ALWAYS,
            "--runtime=python3.12",
            "--architecture=arm64",
            "--max-size=1000",
            "--max-unzipped-size=2MB",
            "--source-root=src",
            "--source-root=lib",
            "--exclude=it's",
            "--exclude=a b/**",
            "--collisions-ok=LICENSE",
            "--provided-library=libodbc.so.2",
            "--imports-ok=numpy.*",
            "--slim=more",
            "--exclude-distribution=six",
            "--provided=boto3",
            "--no-verify",
            "--declared=",
        ]
    )


def test_what_the_runtime_brings_as_one_word(repository: Repository) -> None:
    assert "--provided=runtime" in _action(repository, 'handler = "app.py:handler", provided = "runtime"')


def test_a_level_of_slimming_that_is_none(repository: Repository) -> None:
    _declare(repository, 'handler = "app.py:handler", slim = "some"')
    assert "python_lambda f: slim is some, and must be safe, more or none" in repository.fail("//svc:f")


_LAYER = """
python_lambda_layer(
    name = "layer", deps = ["//lib"], runtime = "python3.12", architecture = "arm64",
    compatible_runtimes = ["python3.13"], compatible_architectures = ["x86_64"], max_size = "50MB", exclude = ["*.md"],
    collisions_ok = ["LICENSE"], provided_libraries = ["libodbc.so.2"], imports_ok = ["numpy.*"], out = "a b.zip"
)
"""


def test_a_layer(repository: Repository) -> None:
    with (repository.path / "svc" / "BUILD").open("a") as file:
        file.write(_LAYER)
    repository.build("//svc:layer")
    assert sorted(json.loads(repository.zip("//svc:a b").read_text())) == sorted(
        [
            "layer",
            "layer.pex",
            "--encoder",
            "/bin/true",
            "--compression=good",
            "--warnings-to-stdout",
            "--target=//svc:layer",
            "--module-dir=third_party/py3",
            "--entry-point=svc/_layer_main.py",
            "--runtime=python3.12",
            "--architecture=arm64",
            "--compatible-runtime=python3.13",
            "--compatible-architecture=x86_64",
            "--max-size=50MB",
            "--max-unzipped-size=9MB",
            "--exclude=*.md",
            "--collisions-ok=LICENSE",
            "--provided-library=libodbc.so.2",
            "--imports-ok=numpy.*",
            "--no-verify",
            "--declared=",
        ]
    )


def test_a_function_gets_its_layers(repository: Repository) -> None:
    layers = """
python_lambda_layer(name = "one", deps = ["//lib"])
python_lambda_layer(name = "two", deps = ["//lib"])
"""
    words = _action(repository, 'handler = "app.py:handler", layers = [":two", "//svc:one"]', layers)
    assert [word for word in words if not word.startswith("--") and "svc/" in word] == [
        "svc/one.json",
        "svc/one.zip",
        "svc/two.json",
        "svc/two.zip",
    ]
    assert {"--layers", "--layer-manifests"} <= set(words)


def test_a_layer_for_no_runtime(repository: Repository) -> None:
    with (repository.path / "svc" / "BUILD").open("a") as file:
        file.write('\npython_lambda_layer(name = "l", deps = ["//lib"], runtime = "python2.7")\n')
    assert "python_lambda_layer l: runtime 'python2.7' is not one that Lambda has" in repository.fail(
        "//svc:l"
    )


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ('layout = "tree"', "python_lambda f: layout is zip or folder, not tree"),
        (
            'layout = "folder", out = "f.pkg"',
            "python_lambda f: the folder is called as the zip is, less .zip, and out = 'f.pkg' does not end so. "
            "Give it that ending",
        ),
    ],
)
def test_a_layout_that_cannot_be(repository: Repository, arguments: str, problem: str) -> None:
    _declare(repository, f'handler = "app.py:handler", {arguments}')
    assert problem in repository.fail("//svc:f")


def test_an_empty_text_takes_a_cap_away(repository: Repository) -> None:
    called = _action(repository, 'handler = "app.py:handler", max_unzipped_size = ""')
    assert not [word for word in called if word.startswith("--max")]


def test_settings_are_defaults(repository: Repository) -> None:
    repository.edit(
        ".plzconfig",
        "MaxUnzippedSize = 9MB",
        "MaxSize = edge-viewer\nRuntime = python3.13\nArchitecture = arm64\nVerify = true\nCheckPlatform = false\n"
        "CheckImports = false\nAcceptNewerRuntimes = true\nSlim = none\nSlimLicences = true\n"
        "CheckProvenance = false\nSourceRoots = src/python\nSourceRoots = lib",
    )
    assert _action(repository, 'handler = "app.py:handler"') == sorted(
        [
            *_ALWAYS,
            "--runtime=python3.13",
            "--architecture=arm64",
            "--max-size=edge-viewer",
            "--max-unzipped-size=lambda",
            "--source-root=src/python",
            "--source-root=lib",
            "--verify",
            "--no-check-platform",
            "--no-check-imports",
            "--accept-newer-runtimes",
            "--slim=none",
            "--slim-licences",
        ]
    )


def test_a_package_overrides_settings(repository: Repository) -> None:
    called = _action(
        repository,
        'handler = "app.py:handler"',
        'package(awslambda = {"max_unzipped_size": "1GB", "runtime": "python3.10", "source_roots": ["svc"]})',
    )
    assert [word for word in called if word.startswith(("--max", "--run", "--source"))] == [
        "--max-unzipped-size=1GB",
        "--runtime=python3.10",
        "--source-root=svc",
    ]


def test_an_unknown_setting_is_an_error(repository: Repository) -> None:
    if repository.engine == EMBEDDED:
        pytest.skip("a setting that the plugin does not have is real Please's to refuse")
    repository.edit(".plzconfig", "MaxUnzippedSize = 9MB", "MaxZippedSize = 9MB")
    _declare(repository, 'handler = "app.py:handler"')
    assert "maxzippedsize" in repository.fail("//svc:f").lower()


def test_requirements_declare_their_distributions(repository: Repository) -> None:
    third_party = repository.path / "third_party" / "python"
    third_party.mkdir(parents=True, exist_ok=True)
    (third_party / "BUILD").write_text(
        """
subinclude("///awslambda//build_defs:awslambda")

package(default_visibility = ["PUBLIC"])

python_requirement(
    name = "zope_interface",
    package_name = "zope.interface",
    deps = [":other"],
    extras = ["a", "b"],
    hashes = ["sha256:00", "sha256:11"],
    marker = "python_version < '3.14'",
    platform_deps = {"lambda313arm64": [":third"]},
    version = "7.2",
)

python_requirement(
    name = "other",
    sdist = True,
    version = "1",
)

python_requirement(
    name = "third",
    version = "3",
)
"""
    )
    deps = 'handler = "app.py:handler", deps = ["//third_party/python:zope_interface"]'
    called = _action(repository, f'{deps}, runtime = "python3.13", architecture = "arm64"')
    assert [word for word in called if word.startswith("--declared")] == [
        "--declared=other==1",
        "--declared=third==3",
        "--declared=zope.interface[a,b]==7.2",
    ]
    built = repository.path / "plz-out" / "gen" / "linux_lambda313arm64" / "third_party" / "python"
    fetched = json.loads((built / "zope_interface.whl").read_text())["arguments"]
    assert fetched[:2] == ["fetch", "--out"]
    assert sorted(fetched[3:9]) + fetched[9:] == [
        "--arch=lambda313arm64",
        "--extras=a,b",
        "--marker=python_version < '3.14'",
        "--name=zope.interface",
        "--target=//third_party/python:zope_interface for python3.13 on arm64 "
        "(///linux_lambda313arm64//third_party/python:zope_interface)",
        "--version=7.2",
        "--hash=sha256:00",
        "--hash=sha256:11",
        "--defer",
    ]
    assert json.loads((built / "other.whl").read_text())["arguments"][-2:] == ["--sdist", "--defer"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            'handler = "app.py:handler", pex = ":x", deps = ["//lib"]',
            "python_lambda f: pex is what goes into the zip; srcs, deps and resources would not. Give one or the other",
        ),
        (
            'handler = "pkg.mod.handler"',
            "python_lambda f: handler pkg.mod.handler is a module's, and there are no srcs and no deps that could have it",
        ),
        (
            'handler = "app.py:handler", pex = "app.pex", config = {"A": "b"}',
            "python_lambda f: config is a module of the PEX, and pex is one that is built already. Give one or the other",
        ),
        (
            'handler = "app.py:handler", out = "lambda.json"',
            "python_lambda f: out is the name of the zip, and lambda.json would be the manifest's. Give it another ending, such as .zip",
        ),
        (
            'handler = "app.py:handler", runtime = "python3.1"',
            f"python_lambda f: runtime 'python3.1' is not one that Lambda has; known are {_RUNTIMES}\n",
        ),
        (
            'handler = "app.py:handler", runtime = "python3.16"',
            f"python_lambda f: runtime 'python3.16' is not one that Lambda has; known are {_RUNTIMES}; to build for it, take "
            'a newer awslambda, or set AcceptNewerRuntimes = true under [Plugin "awslambda"]\n',
        ),
        (
            'handler = "app.py:handler", compression = "fast"',
            "python_lambda f: compression 'fast' is unknown; expected one of good, best, copy\n",
        ),
        (
            'handler = "app.py:handler", architecture = "amd64"',
            "python_lambda f: architecture 'amd64' is not one that Lambda has; known are x86_64, arm64\n",
        ),
    ],
)
def test_errors_of_python_lambda(repository: Repository, arguments: str, message: str) -> None:
    _declare(repository, arguments)
    assert message in repository.fail("//svc:f")


def test_a_url_needs_a_hash(repository: Repository) -> None:
    _declare(
        repository,
        'handler = "app.py:handler"',
        'python_requirement(name = "r", version = "1", url = "https://example.com/r-1.tar.gz")',
    )
    assert (
        "python_requirement r: a file from a URL needs its hash: hashes = ['sha256:...']"
        in repository.fail("//svc:f")
    )


def test_wheels_are_compressed_where_they_are_unpacked(tmp_path: Path, engine: str) -> None:  # noqa: F811
    repository = Repository("rules", tmp_path, engine, alone=True)
    (repository.path / "third_party" / "python").mkdir(parents=True, exist_ok=True)
    (repository.path / "third_party" / "python" / "BUILD").write_text(
        """
subinclude("///awslambda//build_defs:awslambda")

package(default_visibility = ["PUBLIC"])

python_requirement(
    name = "other",
    version = "1",
)

python_requirement(
    name = "only_arm",
    version = "2",
    platform_deps = {"lambda313arm64": [":other"]},
)
"""
    )
    shared = 'handler = "app.py:handler", deps = ["//third_party/python:only_arm"], runtime = "python3.13"'
    extra = f'python_lambda(name = "g", {shared}, architecture = "arm64")'
    called = _action(repository, f'{shared}, architecture = "arm64", compression = "best"', extra)
    assert "--compression=best" in called
    repository.build("//svc:g")
    built = repository.path / "plz-out" / "gen"
    for folder, compression in (("linux_lambda313arm64best", "best"), ("linux_lambda313arm64", "good")):
        with zipfile.ZipFile(built / folder / "third_party" / "python" / "only_arm.pex.zip") as archive:
            unpacked = json.loads(archive.read("third_party/py3/only_arm.whl.unpack.json"))
        assert unpacked[-5:-1] == [f"--compression={compression}", "--encoder", "/bin/true", "--out"]
        fetched = json.loads((built / folder / "third_party" / "python" / "other.whl").read_text())
        assert "--arch=lambda313arm64" in fetched["arguments"]
        assert f"(///{folder}//third_party/python:other)" in " ".join(fetched["arguments"])
        assert "//third_party/python:other for python3.13 on arm64 " in " ".join(fetched["arguments"])


def test_functions_of_one_platform_share_their_dependencies(engine: str, tmp_path: Path) -> None:  # noqa: F811
    # Other repositories of this case have other platforms' outputs.
    repository = Repository("rules", tmp_path, engine, alone=True)
    extra = 'python_lambda(name = "g", handler = "app.py:handler", deps = ["//lib"], runtime = "python3.12")'
    _action(repository, 'handler = "app.py:handler", deps = ["//lib"], runtime = "python3.12"', extra)
    folders = {path.name for path in (repository.path / "plz-out" / "gen").glob("linux_*")}
    assert folders == {f"linux_lambda312{_MACHINE.replace('_', '')}"}


def test_a_function_at_the_edge(repository: Repository) -> None:
    called = _action(repository, 'handler = "app.py:handler", edge = "viewer-request"')
    assert [word for word in called if word.startswith(("--edge", "--architecture"))] == [
        "--architecture=x86_64",
        "--edge=viewer-request",
    ]


def test_a_repository_without_preloaded_definitions(repository: Repository) -> None:
    repository.edit(".plzconfig", "PreloadSubincludes = ///python//build_defs:python", "")
    assert "--handler=app.py:handler" in _action(repository, 'handler = "app.py:handler", deps = ["//lib"]')


def test_the_tools_own_wheels_come_by_the_users_pip_configuration(tmp_path: Path, engine: str) -> None:  # noqa: F811
    if engine == EMBEDDED:
        pytest.skip("the embedded engine hands no variables to actions that rules do not name")
    repository = Repository("platforms", tmp_path, engine)
    repository.edit(
        ".plzconfig", "[Parse]", "[Cache]\nDir =\n\n[Build]\nPassUnsafeEnv = PIP_NO_INDEX\n\n[Parse]"
    )
    run = repository.run("build", "//third_party/python:tomli", PIP_NO_INDEX="1")
    assert run.status != 0
    assert "pip could not fetch installer==0.7.0, which this plugin's tools need:" in run.output


def test_the_rule_knows_the_runtimes_and_architectures_of_the_facts() -> None:
    rules = (ROOT / "build_defs" / "awslambda.build_defs").read_text()
    constants = dict(re.findall(r"^(_LAMBDA_\w+) = (.+)$", rules, re.MULTILINE))
    known = [*RUNTIMES, *PREVIEW_RUNTIMES]
    assert ast.literal_eval(constants["_LAMBDA_RUNTIMES"]) == known
    assert ast.literal_eval(constants["_LAMBDA_ARCHITECTURES"]) == list(ARCHITECTURES)
    newest = int(known[-1].removeprefix("python3."))
    first, end = map(int, re.findall(r"range\((\d+), (\d+)\)", constants["_LAMBDA_NEWER_RUNTIMES"])[0])
    assert first == newest + 1
    build = (ROOT / "build_defs" / "BUILD").read_text()
    assert f"for minor in range(8, {end})" in build
    assert known[0] == "python3.8"


def test_a_newer_runtime_is_built_for_where_the_setting_says_so(repository: Repository) -> None:
    repository.edit(".plzconfig", "MaxUnzippedSize = 9MB", "AcceptNewerRuntimes = true")
    called = _action(repository, 'handler = "app.py:handler", deps = ["//lib"], runtime = "python3.16"')
    assert {"--runtime=python3.16", "--accept-newer-runtimes"} <= set(called)


def test_a_zip_may_have_a_space_in_its_name(repository: Repository) -> None:
    _declare(repository, 'handler = "app.py:handler", out = "my lambda.zip"')
    repository.build("//svc:f")
    assert repository.zip("//svc:my lambda").exists()
    assert repository.zip("//svc:my lambda").with_suffix(".json").exists()


def test_nothing_of_a_requirement_is_run_by_the_shell(repository: Repository) -> None:
    extra = """
python_requirement(
    name = "six`touch ran`",
    package_name = "six'$(touch ran)",
    version = "1; touch ran",
    hashes = ["sha256:`touch ran`"],
    marker = "`touch ran`",
)
"""
    _declare(repository, 'handler = "app.py:handler"', extra)
    repository.build("//svc:six`touch ran`")
    fetched = json.loads((repository.path / "plz-out/gen/svc/six`touch ran`.whl").read_text())["arguments"]
    assert {"--name=six'$(touch ran)", "--version=1; touch ran", "--hash=sha256:`touch ran`"} <= set(fetched)
    assert "--target=//svc:six`touch ran`" in fetched
    assert not list(repository.path.rglob("ran"))


def test_a_python_rule_gets_the_sources_and_dependencies_of_a_function(repository: Repository) -> None:
    extra = 'python_binary(name = "caller", main = "caller.py", deps = [":f"])'
    (repository.path / "svc" / "caller.py").write_text("import lib.lib, svc.app\nprint(svc.app.__name__)\n")
    _declare(repository, 'handler = "app.py:handler", deps = ["//lib"], runtime = "python3.13"', extra)
    run = repository.run("run", "//svc:caller")
    assert run.status == 0, run.output
    assert run.stdout.splitlines()[-1] == "svc.app"
    # A rule that takes the zip gets the zip.
    repository.build("//svc:f")
    assert repository.zip("//svc:f").exists()
