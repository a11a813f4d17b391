"""An index asked through pip: a pip of the tests' own, and the user's."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.unit.lambda_lock.locks import FIXTURES, RecordedIndex
from tools.aws.platform import parse_name
from tools.errors import PleasingError
from tools.lambda_lock import formats
from tools.lambda_lock.index import Answer, Pip
from tools.lambda_lock.lock import Distribution
from tools.lambda_lock.marker_environments import MarkerEnvironments

# Stands for `python -m pip`: knows wheels of a and b for the host, of c for Lambda only, and an sdist of d.
FAKE = """\
#!{python}
import json, sys
arguments = sys.argv[3:]
lines = open(arguments[arguments.index("--requirement") + 1]).read().splitlines()
open({log!r}, "a").write(json.dumps([lines, arguments]) + "\\n")
wheels = {{"a", "b"}} | ({{"c"}} if "--platform" in arguments else set())
files = []
for line in lines:
    name, _, version = line.split()[0].partition("==")
    wheel = name in wheels
    if not wheel and (name != "d" or "--only-binary" in arguments):
        sys.exit("ERROR: No matching distribution found for " + name)
    if name == "b":
        sys.stderr.write("WARNING: The candidate is a yanked version: 'b' candidate (from x)\\n")
        sys.stderr.write("Reason for being yanked: bad\\n")
    files.append({{
        "download_info": {{
            "url": "https://files.example.com/" + name + (".whl" if wheel else ".tar.gz"),
            "archive_info": {{"hashes": {{"sha256": name * 2}}}},
        }},
        "metadata": {{
            "name": name.upper(),
            "version": version,
            "requires_dist": ["z; extra == 'y'"],
            "provides_extra": ["y"],
        }},
    }})
open(arguments[arguments.index("--report") + 1], "w").write(json.dumps({{"install": files}}))
"""


class Fake:
    def __init__(self, folder: Path) -> None:
        self._log = folder / "log"
        self.python = folder / "python"
        self.python.write_text(FAKE.format(python=sys.executable, log=str(self._log)))
        self.python.chmod(0o755)
        self.progress: list[str] = []
        self.pip = Pip(
            MarkerEnvironments([parse_name("python3.13-arm64")]), self.progress.append, str(self.python)
        )

    @property
    def asked(self) -> list[list[str]]:
        return [json.loads(line)[0] for line in self._log.read_text().splitlines()]


@pytest.fixture
def fake(tmp_path: Path) -> Fake:
    return Fake(tmp_path)


def _locked(name: str) -> Distribution:
    return Distribution(name, "1", (f"sha256:{name}",))


def test_wheels_are_asked_for_at_once(fake: Fake) -> None:
    answers = fake.pip.metadata([_locked("a"), _locked("b")])
    assert fake.asked == [["a==1", "b==1"]]
    assert answers == {
        "a": Answer(("z; extra == 'y'",), ("y",), False, None, ("sha256:aa",)),
        "b": Answer(("z; extra == 'y'",), ("y",), False, "bad", ("sha256:bb",)),
    }
    assert fake.progress == ["metadata: 2 of 2"]


def test_sdist_is_read_last_and_against_its_hash(fake: Fake) -> None:
    answers = fake.pip.metadata([_locked("a"), _locked("d"), _locked("c")])
    assert (answers["d"].sdist, answers["c"].sdist) == (True, False)
    assert [line for line in fake.asked if line == ["d==1 --hash=sha256:d"]] == [["d==1 --hash=sha256:d"]]
    assert ["d==1", "c==1"] in fake.asked


def test_what_pip_cannot_find_is_named_at_once(fake: Fake) -> None:
    with pytest.raises(PleasingError) as error:
        fake.pip.metadata([_locked("x"), _locked("a"), _locked("y")])
    assert [problem.split("\nSee")[0] for problem in error.value.problems] == [
        "x 1: pip gave no metadata:\nERROR: No matching distribution found for x",
        "y 1: pip gave no metadata:\nERROR: No matching distribution found for y",
    ]


def test_hashes_of_host_and_platforms(fake: Fake) -> None:
    assert fake.pip.hashes([_locked("c"), _locked("d")]) == {
        "c": Answer(hashes=("sha256:cc",)),
        "d": Answer(hashes=("sha256:dd",), sdist=True),
    }


def test_python_without_pip(tmp_path: Path) -> None:
    with pytest.raises(PleasingError) as error:
        Pip(MarkerEnvironments([]), print, str(tmp_path / "python")).metadata([_locked("a")])
    assert error.value.problems == (f"cannot run {tmp_path}/python: No such file or directory",)


@pytest.mark.network
def test_the_users_pip() -> None:
    lock = formats.read(FIXTURES / "orders" / "pipenv" / "Pipfile.lock", None)
    wanted = [item for item in lock.distributions if item.name in ("requests", "docopt", "anyio")]
    answers = Pip(MarkerEnvironments([]), lambda _: None).metadata(wanted)
    recorded = RecordedIndex.of_orders().answers
    for name, answer in answers.items():
        assert answer._replace(hashes=()) == recorded[name]
