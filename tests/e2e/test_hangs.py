"""Please must not hang: many functions and many libraries, whose packages are all read at once."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.please import run_limited, run_please
from tests.e2e.harness import PLEASE, Repository

pytestmark = [
    pytest.mark.plz,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("plz") is None, reason="there is no plz on PATH"),
]

# How often the repository is built. Set it to 100 after a change of what is read when, in build_defs.
BUILDS = int(os.environ.get("PLEASING_HANG_BUILDS", "20"))
LIMIT = 60.0

_COUNT = 20
_LIBRARIES = [f"//lib{number}" for number in range(_COUNT)]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    """20 functions for four platforms with 20 libraries each, every one in its own package."""
    folder = tmp_path_factory.mktemp("large")
    repository = Repository("rules", folder, PLEASE)
    for number in range(_COUNT):
        # Every other library uses the repository's own definitions, as large repositories do.
        own = 'subinclude("//build_defs:own")\n' if number % 2 else ""
        _write(
            repository.path / f"lib{number}" / "BUILD",
            f'subinclude("///python//build_defs:python")\n{own}'
            f'python_library(name = "lib{number}", srcs = ["lib{number}.py"], visibility = ["PUBLIC"])\n',
        )
        _write(repository.path / f"lib{number}" / f"lib{number}.py", "")
        runtime, architecture = ("python3.12", "python3.13")[number % 2], ("x86_64", "arm64")[number // 2 % 2]
        _write(
            repository.path / f"svc{number}" / "BUILD",
            'subinclude("///awslambda//build_defs:awslambda")\n'
            f'python_lambda(name = "lambda", handler = "app.py:handler", runtime = "{runtime}", '
            f'architecture = "{architecture}", deps = {_LIBRARIES!r})\n',
        )
        _write(repository.path / f"svc{number}" / "app.py", "def handler(event, context): ...\n")
    _write(
        repository.path / "build_defs" / "BUILD",
        'filegroup(name = "own", srcs = ["own.build_defs"], visibility = ["PUBLIC"])\n',
    )
    _write(repository.path / "build_defs" / "own.build_defs", 'subinclude("///python//build_defs:python")\n')
    yield repository
    shutil.rmtree(folder, ignore_errors=True)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize(
    ("threads", "builds"),
    [([], BUILDS), (["-n", "2"], BUILDS // 4), (["-n", "1"], BUILDS // 4)],
    ids=["default", "two", "one"],
)
def test_a_large_repository_is_built_again_and_again(
    large: Repository, threads: list[str], builds: int
) -> None:
    targets = [f"//svc{number}:lambda" for number in range(_COUNT)]
    for _ in range(builds):
        run = run_please([*threads, "build", *targets], large.path, limit=LIMIT)
        assert run.status == 0, run.output
    assert all(large.zip(target).exists() for target in targets)


def test_a_hang_shows_its_goroutines(tmp_path: Path) -> None:
    (tmp_path / ".plzconfig").write_text("")
    (tmp_path / "BUILD").write_text('genrule(name = "slow", outs = ["x"], cmd = "sleep 60 && touch $OUT")\n')
    with pytest.raises(pytest.fail.Exception, match=r"has not ended after 2 s:[\s\S]*goroutine 1 "):
        run_please(["build", "//:slow"], tmp_path, limit=2)


def test_what_catches_every_signal_is_killed(tmp_path: Path) -> None:
    code = f"import signal, time; signal.signal({signal.SIGTRAP.value}, signal.SIG_IGN); time.sleep(60)"
    with pytest.raises(pytest.fail.Exception, match="has not ended after 1 s"):
        run_limited([sys.executable, "-c", code], tmp_path, limit=1)
