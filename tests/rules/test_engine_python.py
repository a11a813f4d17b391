"""The embedded engine's own Python rules, on wheels that a test makes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.unit.embedded_please.engine import Repository
from tools.embedded_please import interpreter

_PYTHON = 'subinclude("///python//build_defs:python")\n'


def _wheel(path: Path, name: str, version: str, files: dict[str, str], tag: str = "py3-none-any") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    info = f"{name}-{version}.dist-info"
    metadata = {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: {'any' in tag}\nTag: {tag}\n",
        f"{info}/RECORD": "",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in {**files, **metadata}.items():
            archive.writestr(member, content)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    # The environment that runs the tests serves as the engine's: it has pex, of whatever version.
    monkeypatch.setattr(interpreter, "_has_requirements", lambda: True)
    made = Repository(tmp_path)
    made.write(".plzconfig", '[Plugin "python"]\nTarget = //plugins:python\nPipFlags = --no-compile\n')
    made.write(
        "third_party/python/BUILD",
        'package(default_visibility = ["PUBLIC"])\n'
        'genrule(name = "whl", srcs = ["one.whl"], outs = ["_one.whl"], cmd = "cp $SRC $OUT")\n'
        'build_rule(name = "one", outs = ["one.zip"], cmd = "echo must not run; false", deps = [":other"],\n'
        '    labels = ["pip:one==1.0"], provides = {"py_whl": ":whl"})\n'
        'filegroup(name = "other", srcs = ["other.whl"], labels = ["pip:other==2"],\n'
        "    output_is_complete = False)\n"
        'genrule(name = "none", outs = ["none.whl"], cmd = "touch $OUT")\n',
    )
    _wheel(
        tmp_path / "third_party/python/one.whl",
        "one",
        "1.0",
        {"one/__init__.py": "import other\nX = other.X + 1\n"},
    )
    _wheel(
        tmp_path / "third_party/python/other.whl",
        *(
            "other",
            "2",
            {"other-2.data/purelib/other.py": "X = 1\n", "other-2.data/scripts/tool": "#!python\n"},
        ),
    )
    made.write(
        "lib/BUILD",
        _PYTHON + 'python_library(name = "lib", srcs = ["pkg/code.py"], resources = ["data/d.txt"],\n'
        '    deps = ["//third_party/python:one", "//third_party/python:none"], visibility = ["PUBLIC"])\n',
    )
    made.write("lib/pkg/code.py", "import one\ndef value():\n    return one.X\n")
    made.write("lib/data/d.txt", "data\n")
    made.write("svc/BUILD", _PYTHON + 'python_binary(name = "app", main = "main.py", deps = ["//lib"])\n')
    made.write("svc/main.py", "import sys\nfrom lib.pkg.code import value\nprint(value(), sys.argv[1:])\n")
    return made


def _names(path: Path) -> set[str]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name for name in archive.namelist() if not name.startswith(".bootstrap/")}


def _app(repository: Repository) -> Path:
    return repository.folder / "plz-out/bin/svc/app.pex"


def test_what_is_in_a_pex(repository: Repository) -> None:
    repository.build("//svc:app")
    one, other = ".deps/one-1.0-py3-none-any.whl/", ".deps/other-2-py3-none-any.whl/"
    assert _names(_app(repository)) == {
        *("PEX-INFO", "__main__.py", "__pex__/__init__.py"),
        *("svc/__init__.py", "svc/main.py"),
        *(
            "lib/__init__.py",
            "lib/pkg/__init__.py",
            "lib/pkg/code.py",
            "lib/data/__init__.py",
            "lib/data/d.txt",
        ),
        *(one + name for name in (".layout.json", "one/__init__.py")),
        *(one + "one-1.0.dist-info/" + name for name in ("METADATA", "RECORD", "WHEEL")),
        *(other + name for name in (".layout.json", "other.py", ".prefix/bin/tool")),
        *(other + "other-2.dist-info/" + name for name in ("METADATA", "RECORD", "WHEEL")),
    }
    with zipfile.ZipFile(_app(repository)) as archive:
        info = json.loads(archive.read("PEX-INFO"))
    assert info["interpreter_constraints"] == [f"CPython=={sys.version_info[0]}.{sys.version_info[1]}.*"]
    assert info["entry_point"] == "svc.main"
    assert info["requirements"] == ["one==1.0", "other==2"]


def test_a_pex_runs(repository: Repository, tmp_path: Path) -> None:
    repository.build("//svc:app")
    done = subprocess.run(
        [sys.executable, str(_app(repository)), "a", "b"],
        env={**os.environ, "PEX_ROOT": str(tmp_path / "pex_root")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "2 ['a', 'b']\n"), done.stderr


def test_same_bytes_each_time(repository: Repository) -> None:
    repository.build("//svc:app")
    first = _app(repository).read_bytes()
    repository.run("clean")
    os.utime(repository.folder / "svc/main.py", (1, 1))
    before = os.umask(0o077)
    try:
        repository.build("//svc:app")
    finally:
        os.umask(before)
    assert _app(repository).read_bytes() == first


def test_wheel_for_another_platform(repository: Repository) -> None:
    tag = "cp313-cp313-manylinux_2_17_aarch64"
    _wheel(repository.folder / "third_party/python/one.whl", "one", "1.0", {"one/__init__.py": ""}, tag)
    repository.build("//svc:app")
    assert f".deps/one-1.0-{tag}.whl/one/__init__.py" in _names(_app(repository))


def test_what_is_no_wheel(repository: Repository) -> None:
    with zipfile.ZipFile(repository.folder / "third_party/python/one.whl", "w") as archive:
        archive.writestr("one/__init__.py", "")
    (message,) = repository.fail("//svc:app")
    assert message == (
        "//svc:app: its command failed with exit status 1:\n"
        "  third_party/python/_one.whl: not a wheel: it has no .dist-info/METADATA at its top"
    )


def test_a_binary_as_a_dependency_is_its_library(repository: Repository) -> None:
    repository.write(
        "top/BUILD", _PYTHON + 'python_binary(name = "top", main = "top.py", deps = ["//svc:app"])\n'
    )
    repository.write("top/top.py", "import svc.main\n")
    repository.write(
        "svc/BUILD",
        (repository.folder / "svc/BUILD").read_text().replace('"app"', '"app", visibility = ["PUBLIC"]'),
    )
    repository.build("//top")
    names = _names(repository.folder / "plz-out/bin/top/top.pex")
    assert {"svc/main.py", "lib/pkg/code.py", "top/top.py"} <= names
    assert "svc/app.pex" not in names


def test_labels_of_distributions(repository: Repository) -> None:
    repository.write(
        "check/BUILD",
        "def show(name):\n"
        '    set_command(name, "echo " + " ".join(get_labels("//svc:_app#lib", "pip:")) + " > $OUT")\n'
        'build_rule(name = "t", outs = ["t"], deps = ["//svc:_app#lib"], pre_build = show)\n',
    )
    repository.write(
        "svc/BUILD",
        (repository.folder / "svc/BUILD").read_text().replace('"app"', '"app", visibility = ["PUBLIC"]'),
    )
    repository.build("//check:t")
    assert repository.out("check/t") == "one==1.0 other==2\n"


def test_tests_are_declared_and_built(repository: Repository) -> None:
    repository.write(
        "svc/BUILD", _PYTHON + 'python_test(name = "test", srcs = ["main_test.py"], deps = ["//lib"])\n'
    )
    repository.write("svc/main_test.py", "")
    repository.build("//svc:test")
    assert "svc/main_test.py" in _names(repository.folder / "plz-out/bin/svc/test.pex")


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (
            'pip_library(name = "a", version = "1", patch = "x")',
            "the embedded engine knows no post_install_commands, install_subdirectory, patch and strip of "
            "pip_library; real Please does",
        ),
        (
            'python_library(name = "a", srcs = ["x.py"], strip = True)',
            "the embedded engine knows no strip of python_library; real Please does",
        ),
        (
            'python_binary(name = "a", main = "x.py", srcs = ["x.py"])',
            "python_binary a: main is one of its sources as it is; leave it out of srcs",
        ),
    ],
)
def test_what_the_rules_do_not_know(repository: Repository, rule: str, message: str) -> None:
    repository.write("svc/BUILD", _PYTHON + rule + "\n")
    (found,) = repository.fail("//svc:all")
    assert found.startswith(f"svc/BUILD:2: {message}\n  in ")


def test_pip_library_and_its_command(repository: Repository) -> None:
    repository.write(
        "tp/BUILD",
        _PYTHON
        + 'pip_library(name = "a-b", package_name = "A.b", version = "1.2", deps = [":c"])\n'
        + 'filegroup(name = "c")\n',
    )
    printed = repository.run("query", "print", "//tp:a-b").stdout
    assert 'pip wheel --no-deps --progress-bar off --quiet --wheel-dir _wheel "A.b==1.2"' in printed
    assert "--no-compile" not in printed
    assert "labels = ['py', 'pip:A.b==1.2']" in printed


@pytest.mark.network
def test_pip_library_downloads(repository: Repository) -> None:
    repository.write("tp/BUILD", _PYTHON + 'pip_library(name = "six", version = "1.17.0")\n')
    run = repository.build("//tp:six")
    assert run.stdout == "plz-out/gen/tp/six.whl\n"
    assert "//tp:six Fetching six 1.17.0...\n" in run.stderr
    assert "six.py" in _names(repository.folder / "plz-out/gen/tp/six.whl")
