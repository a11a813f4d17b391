from __future__ import annotations

import json

from tools.wheel_notes.import_index import (
    ImportIndex,
    IndexedFile,
    Needed,
    dump_index,
    index_imports,
    load_index,
    parse_needed,
)
from tools.wheel_notes.requires import Required


def index(**sources: str) -> dict[str, IndexedFile]:
    paths = {name.replace("__slash__", "/") + ".py": source.encode() for name, source in sources.items()}
    names = [*paths, "fast.cpython-311-x86_64-linux-gnu.so", "p/data.json"]
    files = index_imports({path: (source, 7) for path, source in paths.items()}, names)
    return {file.path: file for file in files}


def test_imports_within_the_wheel_are_places_and_others_names() -> None:
    files = index(
        p__slash____init__="import os\nfrom . import a\nimport fast.inner\nimport other.x\nfrom another import y\n",
        p__slash__a="import tomllib\ntry:\n    import caught\nexcept ImportError:\n    pass\ndef f():\n    import later\n",
        p__slash__b="import sys\nsys.modules['p.c'] = 1\n",
    )
    outside = (Needed((("other.x", ""),)), Needed((("another", "y"),)))
    assert files["p/__init__.py"] == IndexedFile("p/__init__.py", 7, 81, (1,), outside, False)
    # Not in each of the runtimes' standard libraries.
    assert files["p/a.py"].outside == (Needed((("tomllib", ""),)),)
    assert files["p/b.py"].dynamic


def test_modules_of_tests_are_left_out_and_imported_by_name() -> None:
    sources = {
        "a/__init__.py": (b"from a.tests import helper\nimport a.contest.b\n", 7),
        "a/contest/b.py": (b"import os\n", 7),
        "a/tests/__init__.py": (b"import pytest\n", 7),
        "a/tests/helper.py": (b"import pytest\n", 7),
    }
    files = {file.path: file for file in index_imports(sources, sources)}
    assert set(files) == {"a/__init__.py", "a/contest/b.py"}
    assert [needed.choices for needed in files["a/__init__.py"].outside] == [(("a.tests", "helper"),)]
    assert files["a/__init__.py"].inside == (1,)


def test_versions_and_fallbacks() -> None:
    files = index(
        a="import sys\nif sys.version_info < (3, 10):\n    import old\ntry:\n    import tomllib\nexcept ImportError:\n    import tomli\n"
    )
    assert set(files["a.py"].outside) == {
        Needed((("old", ""),), (8, 9)),
        Needed((("tomllib", ""), ("tomli", ""))),
    }


def test_a_note_is_read_as_it_was_written() -> None:
    files = index(p__slash____init__="import x\nfrom y import z\n", p__slash__a="import p\n")
    required = Required("six", (), ">=1", {"": None})
    data = dump_index(ImportIndex(list(files.values()), [required]))
    loaded = load_index(data)
    assert list(loaded.requires) == [required]
    assert [file.path for file in loaded.files] == list(files)
    for file in loaded.files:
        assert tuple(map(parse_needed, file.outside)) == files[file.path].outside
        assert tuple(file.inside) == files[file.path].inside
    assert dump_index(ImportIndex(list(files.values()), [required])) == data


def test_needed_as_text() -> None:
    assert parse_needed("a.b") == Needed((("a.b", ""),))
    assert parse_needed("8,9@a:b|c") == Needed((("a", "b"), ("c", "")), (8, 9))


def test_other_bytes_are_no_note() -> None:
    for data in (
        b"",
        b"[]",
        b"{}",
        b'{"format": "other"}',
        b"[" * 100_000,
        json.dumps({"format": "pleasing-imports-1", "files": [1]}).encode(),
    ):
        assert load_index(data) == ((), ())


def test_what_cannot_be_parsed_imports_nothing() -> None:
    files = index(a="def f(:\n")
    assert files["a.py"].outside == ()
