"""One project, six lock files: the same function from each, to the byte; and the steps that docs tell."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from tests.e2e.harness import ROOT, Repository, call

pytestmark = [pytest.mark.network, pytest.mark.slow]

DOCUMENT = (ROOT / "docs" / "from_a_lock_file.md").read_text()
LOCKS = ROOT / "tests" / "fixtures" / "locks" / "orders"
CALL = "import lambda_function; print(lambda_function.handler({'item': 'tea', 'count': 2}, None))"
ANSWER = '{"text":"2 x tea","agent":"python-requests"}\n'

# The lock file of each tool.
FILES = {
    "poetry": "poetry.lock",
    "pipenv": "Pipfile.lock",
    "uv": "uv.lock",
    "pdm": "pdm.lock",
    "pylock": "pylock.toml",
    "pip-tools": "requirements.txt",
}


def _repository(engine: str, folder: Path) -> Repository:
    repository = Repository("locks", folder, engine)
    for match in re.finditer(r"^```python\n# ([\w./]+)\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL):
        path = repository.path / match[1]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(match[2])
    return repository


def _commands() -> list[list[str]]:
    blocks = re.findall(r"^```sh\nplz (.*?)\n```$", DOCUMENT, re.MULTILINE | re.DOTALL)
    return [shlex.split(block) for block in blocks]


def _use(repository: Repository, tool: str) -> None:
    for file in (LOCKS / tool).iterdir():
        shutil.copy(file, repository.path / file.name)


@pytest.mark.parametrize("tool", ["poetry", "pipenv"])
def test_the_five_steps(engine: str, tmp_path: Path, tool: str) -> None:
    repository = _repository(engine, tmp_path)
    _use(repository, tool)
    steps = [step for step in _commands() if step[0] == "build" or FILES[tool] in step]
    assert [step[0] for step in steps] == ["run", "build"]
    for step in steps:
        run = repository.run(*step)
        assert run.status == 0, run.output
    if sys.version_info[:2] == (3, 13):
        assert call(repository.zip("//svc:lambda"), tmp_path / "task", CALL) == ANSWER
    else:
        assert repository.manifest("//svc:lambda")["runtime"] == "python3.13"


def test_every_lock_file_gives_the_same_zip(engine: str, tmp_path: Path) -> None:
    repository = _repository(engine, tmp_path)
    digests = {}
    for tool, file in FILES.items():
        _use(repository, tool)
        (repository.path / "third_party" / "python" / "BUILD").unlink(missing_ok=True)
        step = next(step for step in _commands() if "poetry.lock" in step)
        run = repository.run(*[file if word == "poetry.lock" else word for word in step])
        assert run.status == 0, run.output
        repository.build("//svc:lambda")
        digests[tool] = repository.manifest("//svc:lambda")["sha256"]
    assert len(set(digests.values())) == 1, digests
