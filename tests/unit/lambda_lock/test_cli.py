"""The command line: misuse, quiet, exit status, and how fast it starts."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.lambda_lock.locks import FIXTURES, Runner, uv

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "lambda_lock: error: the following arguments are required: --lock, --output"),
        (
            ("--lock", "x", "--output", "y", "--map", "a=b"),
            "lambda_lock: error: argument --map: 'a=b' is not NAME=LABEL, such as shared-lib=//libs/shared",
        ),
        (
            ("--lock", "x", "--output", "y", "--offline", "--ask-index"),
            "lambda_lock: error: argument --ask-index: not allowed with argument --offline",
        ),
    ],
)
def test_misuse(arguments: tuple[str, ...], message: str) -> None:
    command = [sys.executable, "-m", "tools.lambda_lock", *arguments]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == message


def test_all_bad_platforms_are_named(run: Runner) -> None:
    path = run.write("uv.lock", uv({"a 1": []}, direct=["a"]))
    result = run(path, "--platform", "x", "--platform", "y")
    assert result.status == 1
    assert [line[:36] for line in result.err.splitlines() if "error" in line] == [
        "uv.lock: error: platform 'x' is unkn",
        "uv.lock: error: platform 'y' is unkn",
    ]


def test_quiet_is_quiet(run: Runner) -> None:
    lock = FIXTURES / "orders" / "uv" / "uv.lock"
    assert run(lock).err.splitlines()[1] == (
        "lambda_lock: note: the lock names https://index.example.com/simple; no rule has an index's "
        "address, pip's configuration decides where files come from"
    )
    result = run(lock, "--quiet")
    assert (result.status, result.out, result.err) == (0, "", "")
    run.output.write_text("")
    result = run(lock, "--quiet", "--check")
    assert (result.status, result.out) == (1, "")
    assert len(result.err.splitlines()) == 1


def test_progress_without_any_file_but_the_output(run: Runner) -> None:
    path = run.write("uv.lock", uv({"a 1": []}, direct=["a"]))
    result = run(path, "--platform", "python3.13-arm64")
    assert result.err.splitlines()[0] == "lambda_lock: read uv.lock (uv.lock 1.3): 2 distributions"
    assert result.err.splitlines()[-2:] == [
        "lambda_lock: platforms named by --platform: python3.13-arm64, and the host",
        "lambda_lock: wrote third_party/python/BUILD: 1 targets",
    ]
    assert result.out == ""


def test_output_that_cannot_be_written(run: Runner) -> None:
    path = run.write("uv.lock", uv({"a 1": []}, direct=["a"]))
    run.write("third_party", "a file where a folder should be")
    result = run(path)
    assert result.status == 1
    assert result.err.splitlines()[-1].startswith("uv.lock: error: third_party/python/BUILD cannot be ")


def test_same_bytes_in_any_order_of_hashing(run: Runner) -> None:
    texts = set()
    for seed in ("0", "1", "2"):
        command = [sys.executable, "-m", "tools.lambda_lock", "--lock", str(FIXTURES / "orders/uv/uv.lock")]
        command += ["--output", str(run.output)]
        environment = {"PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo", "LC_ALL": "C"}
        subprocess.run(command, check=True, cwd=ROOT, env=environment, capture_output=True)
        texts.add(run.output.read_bytes())
        run.output.unlink()
    assert len(texts) == 1


def test_help_needs_nothing_that_takes_long_to_import() -> None:
    code = (
        "import sys, tools.lambda_lock.cli;"
        "print(sorted(name for name in sys.modules if name.startswith(('packaging', 'ast', 'tomllib'))))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "[]\n"


def test_lock_and_project_that_do_not_belong_together(run: Runner) -> None:
    project = run.write("other/pyproject.toml", '[project]\nname = "other"\n')
    lock = FIXTURES / "cases" / "poetry" / "poetry.lock"
    assert (
        run(lock, "--project", str(project))
        .err.splitlines()[-1]
        .endswith(
            "error: poetry.lock 2.1 has distributions but the project asks for none; is --project the right "
            "file?"
        )
    )


def test_docs_have_every_option() -> None:
    command = [sys.executable, "-m", "tools.lambda_lock", "--help"]
    shown = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True).stdout
    options = set(re.findall(r"^  (--[\w-]+)", shown, re.MULTILINE))
    documented = re.findall(r"^\| `(--[\w-]+)", (ROOT / "docs" / "lambda_lock.md").read_text(), re.MULTILINE)
    assert set(documented) == options
    assert len(documented) == len(options) == 15


def test_interrupted(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tools.lambda_lock.formats.read", interrupt)
    result = run(run.write("uv.lock", ""))
    assert (result.status, result.err) == (130, "")


def test_output_in_a_folder_that_is_not_there_or_is_one(run: Runner) -> None:
    path = run.write("uv.lock", uv({"a 1": []}, direct=["a"]))
    assert run(path).status == 0, "its folders are made"
    run.output.unlink()
    run.output.mkdir()
    assert (
        run(path).err.splitlines()[-1].startswith("uv.lock: error: third_party/python/BUILD cannot be read (")
    )


@pytest.mark.parametrize("text", ["f(" * 2000, "x = \0", "(\n", "'''"])
def test_build_file_that_cannot_be_read(run: Runner, text: str) -> None:
    path = run.write("uv.lock", uv({"a 1": []}, direct=["a"]))
    for old in (text, f"# lambda_lock: begin\n{text}\n# lambda_lock: end\n"):
        run.output.parent.mkdir(parents=True, exist_ok=True)
        run.output.write_text(old)
        for options in ((), ("--check",)):
            result = run(path, *options)
            assert result.status == 1
            assert "third_party/python/BUILD cannot be read as a BUILD file (" in result.err
            assert run.output.read_text() == old


@pytest.mark.parametrize(
    ("prepare", "found"),
    [
        ("sys.modules['packaging'] = None", "does not have"),
        ("import packaging; packaging.__version__ = '23.2'", "has in version 23.2"),
    ],
)
def test_python_without_packaging(prepare: str, found: str) -> None:
    code = f"import sys; {prepare}; from tools.lambda_lock.cli import main; sys.exit(main(['--lock=a', '--output=b']))"
    done = subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == (
        f"a: error: lambda_lock needs the package `packaging`, 25.0 or newer, which {sys.executable} {found}; install "
        "it (python3 -m pip install 'packaging>=25'), or run what Please builds (plz run //tools/lambda_lock -- ...)\n"
    )


def test_build_file_of_this_repository_is_fresh() -> None:
    command = [sys.executable, "-m", "tools.lambda_lock", "--check"]
    command += ["--lock", "third_party/python/requirements.txt", "--output", "third_party/python/BUILD"]
    command += ["--subinclude", "//build_defs:awslambda"]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
