from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from typing import Optional

import pytest

from tests.builders.member import placed
from tools.errors import PleasingError
from tools.imports import interpreter
from tools.imports.module_facts import read_module
from tools.lambda_zip.check.import_hint import Repository
from tools.lambda_zip.check.imports import Allowed, ImportFindings, check_imports
from tools.lambda_zip.check.modules import Modules
from tools.lambda_zip.place.layout import Placed
from tools.lambda_zip.read.distribution import Distribution
from tools.lambda_zip.read.pex import Area
from tools.wheel_notes.import_index import ImportIndex, dump_index, index_imports, load_index

HANDLER = "def handler(event, context): pass\n"
REQUESTS = Distribution("requests", "2.32.0", "", "requests-2.32.0.dist-info")


def check(
    files: Mapping[str, str],
    third_party: Optional[Mapping[str, str]] = None,
    minor: int = 12,
    ok: tuple[str, ...] = (),
    source_roots: tuple[str, ...] = (),
    excluded: tuple[str, ...] = (),
    with_notes: bool = False,
) -> ImportFindings:
    items = []
    for path, source in files.items():
        item = placed(path, source.encode())
        root = next((root + "/" for root in source_roots if path.startswith(root + "/")), "")
        items.append(item._replace(name=path[len(root) :]))
    third = {path: placed(path, source.encode(), REQUESTS) for path, source in (third_party or {}).items()}
    notes = []
    if with_notes:
        sources = {path: (item.member.read(), item.member.crc) for path, item in third.items()}
        sources.update(dict.fromkeys(excluded, (b"", 0)))
        notes.append(load_index(dump_index(ImportIndex(index_imports(sources, sources), ()))))
    modules = Modules([*items, *third.values()], minor, {}, notes)
    repository = Repository(source_roots, "third_party/python", frozenset(excluded))
    return check_imports(modules, ["svc.echo"], Allowed(ok), repository)._replace(reached={})


def problems(source: str, **options: object) -> list[str]:
    return check({"svc/echo.py": source}, **options).problems  # type: ignore[arg-type]


def test_a_third_party_module_is_told_with_the_label_to_add() -> None:
    assert problems("import os\nimport requests\n") == [
        "svc/echo.py:2: 'import requests' fails in Lambda: requests is neither in the zip nor in python3.12. If it is "
        "the distribution requests, add '//third_party/python:requests' to deps, and declare it in "
        "//third_party/python where there is no such rule."
    ]
    assert problems("from yaml import load\n") == [
        "svc/echo.py:1: 'from yaml import load' fails in Lambda: yaml is neither in the zip nor in python3.12. If it is "
        "the distribution pyyaml, add '//third_party/python:pyyaml' to deps, and declare it in "
        "//third_party/python where there is no such rule."
    ]


def test_a_first_party_module_that_nobody_declared() -> None:
    found = check(
        {"svc/echo.py": "from acme.orders import model\n", "src/python/acme/__init__.py": ""},
        source_roots=("src/python",),
    )
    assert found.problems == [
        "svc/echo.py:1: 'from acme.orders import model' fails in Lambda: acme.orders is neither in the zip nor in "
        "python3.12. Add the library that has src/python/acme/orders.py to deps."
    ]


def test_a_module_of_a_package_that_is_there() -> None:
    files = {
        "svc/echo.py": "from acme.orders import model\n",
        "acme/__init__.py": "",
        "acme/orders/__init__.py": "",
        "acme/orders/models.py": "",
    }
    assert check(files).problems == [
        "svc/echo.py:1: 'from acme.orders import model' fails in Lambda: acme.orders has no 'model'. "
        "acme/orders/__init__.py does not define 'model', and neither acme/orders/model.py nor acme/orders/model/ is in "
        "the zip. Add the library that has it to deps, or import 'models', which is there."
    ]
    del files["acme/orders/__init__.py"]
    assert check(files).problems == [
        "svc/echo.py:1: 'from acme.orders import model' fails in Lambda: acme.orders.model is neither in the zip nor in "
        "python3.12. Add the library that has acme/orders/model.py to deps. The nearest name there is "
        "acme.orders.models."
    ]


def test_a_name_that_a_module_does_not_define() -> None:
    found = check({"svc/echo.py": "from svc.local import NAMES\n", "svc/local.py": "NAME = 1\n"})
    assert found.problems == [
        "svc/echo.py:1: 'from svc.local import NAMES' fails in Lambda: svc.local has no 'NAMES'. svc/local.py does not "
        "define 'NAMES'. Correct the name."
    ]


@pytest.mark.parametrize(
    "local",
    [
        "NAMES = 1",
        "if x:\n    NAMES = 1",
        "from other import *",
        "def __getattr__(name): ...",
        "globals()['NAMES'] = 1",
        "def set():\n    global NAMES",
        "try:\n    pass\nexcept OSError:\n    def NAMES(): ...",
        "for NAMES in []: pass",
    ],
)
def test_a_name_that_a_module_may_define(local: str) -> None:
    files = {"svc/echo.py": "from svc.local import NAMES, __doc__\n", "svc/local.py": local, "other.py": ""}
    assert check(files) == ImportFindings([], [])


def test_the_standard_library_is_the_runtimes() -> None:
    assert problems("import tomllib\n", minor=10) == [
        "svc/echo.py:1: 'import tomllib' fails in Lambda: tomllib is neither in the zip nor in python3.10. The standard "
        "library has tomllib from Python 3.11 on, and the function runs on 3.10. Set runtime = 'python3.11' or newer, "
        "or use a distribution that backports it."
    ]
    assert problems("import tomllib\n", minor=11) == []
    assert problems("from distutils.util import strtobool\n") == [
        "svc/echo.py:1: 'from distutils.util import strtobool' fails in Lambda: distutils is neither in the zip nor in "
        "python3.12. Python 3.12 removed distutils from the standard library, and the function runs on 3.12."
    ]
    assert problems("from compression import zstd\n", minor=13)[0].startswith(
        "svc/echo.py:1: 'from compression import zstd' fails in Lambda: compression is neither in the zip nor in python3.13."
    )
    assert problems("from asyncio import timeouts\n", minor=10) == [
        "svc/echo.py:1: 'from asyncio import timeouts' fails in Lambda: asyncio.timeouts is neither in the zip nor in "
        "python3.10. The standard library has asyncio.timeouts from Python 3.11 on, and the function runs on 3.10. Set "
        "runtime = 'python3.11' or newer, or use a distribution that backports it."
    ]
    assert problems("import winreg\n") == [
        "svc/echo.py:1: 'import winreg' fails in Lambda: winreg is neither in the zip nor in python3.12. winreg is in "
        "the standard library on Windows only, and Lambda runs Linux."
    ]
    assert problems("import datetime.datetime\n") == [
        "svc/echo.py:1: 'import datetime.datetime' fails in Lambda: datetime.datetime is neither in the zip nor in "
        "python3.12. Python 3.12's standard library has datetime, but not datetime.datetime. Correct the name."
    ]


def test_what_the_runtime_brings_is_there() -> None:
    source = "import boto3, botocore.session, urllib3.util, dateutil.tz, six.moves, jmespath, s3transfer, awslambdaric\n"
    assert problems(source) == []
    assert problems("import snapshot_restore_py\n", minor=12) == []
    assert len(problems("import snapshot_restore_py\n", minor=11)) == 1


def test_an_import_through_a_source_root() -> None:
    found = check(
        {"svc/echo.py": "from src.python.acme import x\n", "src/python/acme/x.py": ""},
        source_roots=("src/python",),
    )
    assert found.problems == [
        "svc/echo.py:1: 'from src.python.acme import x' fails in Lambda: src is neither in the zip nor in python3.12. "
        "src/python is a source root: what is below it is imported from the zip's root. Write 'from acme import x' "
        "(docs/source_roots.md)."
    ]


def test_a_file_below_what_is_no_source_root() -> None:
    found = check({"svc/echo.py": "import acme.x\n", "lib/acme/x.py": ""})
    assert found.problems == [
        "svc/echo.py:1: 'import acme.x' fails in Lambda: acme is neither in the zip nor in python3.12. lib/acme/x.py is "
        "in the zip under that path. Add 'lib' to source_roots, or import it as lib.acme.x."
    ]


def test_what_exclude_takes() -> None:
    found = check({"svc/echo.py": "import acme.x\n"}, excluded=("acme/x.py",))
    assert found.problems == [
        "svc/echo.py:1: 'import acme.x' fails in Lambda: acme is neither in the zip nor in python3.12. exclude takes "
        "acme/x.py; change the pattern."
    ]


def test_a_misspelt_name() -> None:
    found = check({"svc/echo.py": "import reqeusts\n"}, {"requests/__init__.py": ""})
    assert found.problems == [
        "svc/echo.py:1: 'import reqeusts' fails in Lambda: reqeusts is neither in the zip nor in python3.12. The nearest "
        "name is 'requests'; correct the import, or add what has reqeusts to deps."
    ]
    found = check(
        {"svc/echo.py": "import requests.adapter\n"}, {"requests/__init__.py": "", "requests/adapters.py": ""}
    )
    assert found.problems == [
        "svc/echo.py:1: 'import requests.adapter' fails in Lambda: requests.adapter is neither in the zip nor in "
        "python3.12. requests is in the zip, but has no adapter. The nearest name there is requests.adapters. Correct "
        "the name, or its distribution's version."
    ]


def test_a_relative_import_out_of_the_top() -> None:
    assert problems("from ... import x\n") == [
        "svc/echo.py:1: 'from ... import x' fails in Lambda: there is no such package. It leads out of the top of the "
        "zip; write the module's absolute name."
    ]


def test_problems_of_all_files_on_the_way_are_told() -> None:
    files = {
        "svc/echo.py": "from svc import a\nimport one\n",
        "svc/a.py": "from .b import c\n",
        "svc/b.py": "import two\nc = 1\n",
    }
    assert [problem.partition(" fails")[0] for problem in check(files).problems] == [
        "svc/echo.py:2: 'import one'",
        "svc/b.py:1: 'import two'",
    ]


@pytest.mark.parametrize(
    "source",
    [
        "try:\n    import orjson\nexcept ImportError:\n    orjson = None\n",
        "if TYPE_CHECKING:\n    import orjson\n",
        "if __name__ == '__main__':\n    import orjson\n",
        "import sys\nif sys.version_info < (3, 11):\n    import orjson\n",
        "try:\n    import json\nexcept ImportError:\n    import orjson\n",
        '"""\nimport orjson\n"""\n',
        "# import orjson\n",
        "raise RuntimeError\nimport orjson\n",
    ],
)
def test_what_does_not_run_or_is_caught_is_no_matter(source: str) -> None:
    assert check({"svc/echo.py": source + HANDLER}) == ImportFindings([], [])


@pytest.mark.parametrize(
    "source",
    [
        "def handler(event, context):\n    import orjson\n",
        "if unknown:\n    import orjson\n",
        "import importlib\nimportlib.import_module('orjson')\n",
    ],
)
def test_what_only_may_run_is_a_warning(source: str) -> None:
    found = check({"svc/echo.py": source})
    assert found.problems == []
    assert len(found.warnings) == 1
    assert " fails if it runs: orjson is neither in the zip nor in python3.12." in found.warnings[0]


def test_a_fallback_that_has_to_run() -> None:
    source = "try:\n    import tomllib\nexcept ImportError:\n    import tomli as tomllib\n"
    assert problems(source, minor=11) == []
    assert [problem.partition(" fails")[0] for problem in problems(source, minor=10)] == [
        "svc/echo.py:4: 'import tomli'"
    ]


def test_what_is_not_on_the_way_is_a_warning() -> None:
    found = check({"svc/echo.py": HANDLER, "svc/tool.py": "import click\n"})
    assert found.problems == []
    assert found.warnings == [
        "svc/tool.py:1: 'import click' fails if anything imports this file: click is neither in the zip nor in "
        "python3.12. If it is the distribution click, add '//third_party/python:click' to deps, and declare it in "
        "//third_party/python where there is no such rule."
    ]


def test_many_warnings_are_cut() -> None:
    found = check(
        {"svc/echo.py": "def handler(event, context):\n" + "".join(f"    import m{n}x\n" for n in range(30))}
    )
    assert len(found.warnings) == 11
    assert found.warnings[-1] == "and 20 more imports that may fail"


def test_imports_ok_covers_what_is_below() -> None:
    allowed = Allowed(["orjson", "acme.*", "unused"])
    assert allowed.covers("orjson.fast")
    assert allowed.covers("acme.x")
    assert not allowed.covers("acme")
    assert [warning.text for warning in allowed.unused()] == [
        "imports_ok: 'unused' covers nothing that is missing; take it out"
    ]
    assert problems("import orjson.x\nfrom acme import y\n", ok=("orjson", "acme.*")) == []
    with pytest.raises(PleasingError) as error:
        Allowed(["a b", "fine"])
    assert list(error.value.problems) == [
        "imports_ok: 'a b' is not a glob of modules; write a dotted name, such as 'orjson' or 'acme.*'"
    ]


@pytest.mark.parametrize("with_notes", [False, True])
def test_third_party_imports_are_collected_by_distribution(with_notes: bool) -> None:
    third_party = {
        "requests/__init__.py": "from . import api\n",
        "requests/api.py": "import chardet\nimport gone.x\nfrom os import path\ntry:\n    import brotli\nexcept ImportError:\n    pass\n",
        "requests/unused.py": "import nothing\n",
    }
    found = check({"svc/echo.py": "import requests\n"}, third_party, with_notes=with_notes)
    assert found == ImportFindings(
        [],
        [
            "requests 2.32.0: imported on the way from the handler, and leading nowhere: 'import chardet' in "
            "requests/api.py, 'import gone.x' in requests/api.py; add what has chardet, gone to deps, or name it in "
            "imports_ok"
        ],
    )
    allowed = check(
        {"svc/echo.py": "import requests\n"}, third_party, with_notes=with_notes, ok=("chardet", "gone")
    )
    assert allowed == ImportFindings([], [])


@pytest.mark.parametrize("with_notes", [False, True])
def test_what_makes_modules_as_it_runs_is_not_judged(with_notes: bool) -> None:
    third_party = {
        "requests/__init__.py": "from . import packages\nimport requests.packages.urllib3\n",
        "requests/packages.py": "import sys\nsys.modules['requests.packages.urllib3'] = sys\n",
    }
    assert check({"svc/echo.py": "import requests\n"}, third_party, with_notes=with_notes) == ImportFindings(
        [], []
    )


@pytest.mark.parametrize("with_notes", [False, True])
def test_a_third_party_text_that_looks_like_an_import(with_notes: bool) -> None:
    third_party = {
        "requests/__init__.py": '"""Use it:\n\nimport nothing\n"""\nimport sys\nif sys.version_info < (3, 8):\n    import old\n'
    }
    assert check({"svc/echo.py": "import requests\n"}, third_party, with_notes=with_notes) == ImportFindings(
        [], []
    )


def test_a_module_of_a_wheel_that_exclude_takes() -> None:
    found = check(
        {"svc/echo.py": "import requests\n"},
        {"requests/__init__.py": "from requests import compat\n"},
        excluded=("requests/compat.py",),
        with_notes=True,
    )
    assert found.warnings == [
        "requests 2.32.0: imported on the way from the handler, and leading nowhere: 'import requests.compat' in "
        "requests/__init__.py; add what has requests.compat to deps, or name it in imports_ok"
    ]


def test_a_note_of_other_bytes_is_not_believed() -> None:
    item = placed("requests/__init__.py", b"import nothing\n", REQUESTS)
    index = index_imports({"requests/__init__.py": (b"import os\n", 1)}, ["requests/__init__.py"])
    handler = placed("svc/echo.py", b"import requests\n")
    modules = Modules([handler, item], 12, {}, [load_index(dump_index(ImportIndex(index, ())))])
    found = check_imports(
        modules, ["svc.echo"], Allowed(()), Repository((), "third_party/python", frozenset())
    )
    assert "'import nothing' in requests/__init__.py" in found.warnings[0]


@pytest.mark.skipif(sys.version_info < (3, 10), reason="this Python cannot parse a match statement either")
def test_newer_syntax_is_told_with_its_line() -> None:
    assert problems("x = 1\nmatch x:\n    case 1:\n        pass\n", minor=9)[-1] == (
        "svc/echo.py:2: a match statement is syntax of Python 3.10, and the function runs on python3.9; write it "
        "otherwise, or set runtime = 'python3.10' or newer"
    )


def test_a_file_that_nothing_can_parse() -> None:
    found = check(
        {"svc/echo.py": "from svc import broken\n", "svc/broken.py": "def f(:\nimport x;\n"}, minor=9
    )
    assert found.problems == ["svc/broken.py:1: cannot be parsed: invalid syntax; correct the file"]


def test_a_file_that_only_a_newer_python_parses(monkeypatch: pytest.MonkeyPatch) -> None:
    source = "def f(:\nimport requests;\n"
    monkeypatch.setattr(interpreter, "read_elsewhere", lambda sources, minor: None)
    found = check({"svc/echo.py": source}, minor=99)
    assert found.problems == []
    assert found.warnings == [
        "svc/echo.py was not checked, as this Python cannot parse it (invalid syntax) and there is no python3.99 on PATH"
    ]
    facts = read_module("svc/echo.py", b"x = 1\nimport requests;\n", 99)
    monkeypatch.setattr(interpreter, "read_elsewhere", lambda sources, minor: dict.fromkeys(sources, facts))
    assert [
        problem.partition(" fails")[0] for problem in check({"svc/echo.py": source}, minor=99).problems
    ] == ["svc/echo.py:2: 'import requests'"]


def test_an_interpreter_of_the_runtimes_version_is_asked() -> None:
    import sys

    sources = {
        "svc/echo.py": b"from . import a\ntry:\n    import b\nexcept ImportError:\n    import c\nd = 1\n"
    }
    minor = sys.version_info[1]
    try:
        subprocess.run([f"python3.{minor}", "-V"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip(f"there is no python3.{minor} on PATH")
    assert interpreter.read_elsewhere(sources, minor) == {
        name: read_module(name, source, minor) for name, source in sources.items()
    }
    assert interpreter.read_elsewhere(sources, 999) is None


def test_a_module_without_source_is_not_judged() -> None:
    item = Placed(
        "svc/echo.pyc", placed("svc/echo.pyc", b"\0").member, "svc/echo.pyc", Area.FIRST_PARTY, None
    )
    modules = Modules([item], 12, {})
    found = check_imports(
        modules, ["svc.echo"], Allowed(()), Repository((), "third_party/python", frozenset())
    )
    assert found[:2] == ([], [])


def test_each_source_is_inflated_once_and_kept() -> None:
    item = placed("svc/echo.py", b"import os\n" + HANDLER.encode())
    sources = {"svc/echo.py": b"import os\n" + HANDLER.encode()}
    modules = Modules([item], 12, sources)
    check_imports(modules, ["svc.echo"], Allowed(()), Repository((), "third_party/python", frozenset()))
    assert item.member.source.read == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("with_notes", [False, True])
def test_a_distribution_that_brings_others_on_sys_path_is_not_judged(with_notes: bool) -> None:
    third_party = {
        "requests/__init__.py": "import sys\nsys.path.insert(0, 'vendor')\nimport vendored\n",
        "requests/vendor/vendored.py": "",
    }
    assert check({"svc/echo.py": "import requests\n"}, third_party, with_notes=with_notes) == ImportFindings(
        [], []
    )


def test_a_function_that_changes_sys_path_is_warned() -> None:
    found = check(
        {
            "svc/echo.py": "import sys\nsys.path.append('/opt/extra')\nimport extra\nfrom svc import gone\n",
            "svc/__init__.py": "",
        }
    )
    assert [problem.partition(" fails")[0] for problem in found.problems] == [
        "svc/echo.py:4: 'from svc import gone'"
    ]
    assert found.warnings == [
        "svc/echo.py:3: 'import extra' fails in Lambda unless it is found on sys.path, which svc/echo.py changes: extra is "
        "neither in the zip nor in python3.12. If it is the distribution extra, add '//third_party/python:extra' to deps, "
        "and declare it in //third_party/python where there is no such rule."
    ]
