from __future__ import annotations

import pytest

from tools.slim.mention import add_binary, add_source, imported, no_mentions


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("import p.testing\n", "p/testing"),
        ("import os, p.testing as t\n", "p/testing"),
        ("from p.testing import a\n", "p/testing/a"),
        ("from p import (  # why\n    b,\n    testing,\n)\n", "p/testing"),
        ("from . import tests\n", "p/sub/tests"),
        ("from .. import testing\n", "p/testing"),
        ("from ..testing.a import b\n", "p/testing/a/b"),
        ("def f():\n    from p.tests import a\n", "p/tests/a"),
        ("try: import p.test\nexcept ImportError: pass\n", "p/test"),
        ("from p.tests \\\n    import a\n", "p/tests/a"),
        ("x = 1; import p.test\n", "p/test"),
        ("import_module('p.testing.a')\n", "p/testing/a"),
        ('lazy("p.test")\n', "p/test"),
    ],
)
def test_paths(source: str, path: str) -> None:
    mentions = no_mentions()
    add_source(mentions, "p/sub/m.py", source.encode())
    assert path in mentions.paths


@pytest.mark.parametrize(
    "source",
    [
        "import p.contest\n",
        "# import p.tests\n# see tests\n",
        "os.path.join(here, 'tests')\n",  # compared with, as pandas does, and nothing read
        "latest = 'p.latest'\n",
        "__all__ = ['setup', 'conftest']\n",
    ],
)
def test_no_paths(source: str) -> None:
    mentions = no_mentions()
    add_source(mentions, "p/m.py", source.encode())
    assert mentions.paths | mentions.local | mentions.inside == set()


def test_names_from_where_the_module_is() -> None:
    mentions = no_mentions()
    add_source(
        mentions, "p/sub/m.py", b"open(here / 'tests' / 'data/a.csv'); attach(__name__, ['testing'])\n"
    )
    assert mentions.inside == {"p/sub/tests/data/a.csv", "p/tests/data/a.csv", "tests/data/a.csv"}
    assert mentions.local == {"p/sub/testing", "p/testing"}
    assert mentions.paths == {"testing"}


def test_files() -> None:
    mentions = no_mentions()
    add_source(
        mentions,
        "p/sub/m.py",
        b"open('include/a.h'); get_data('p', 'README.md'); glob('*.pyx'); f'{name}.pyi'; 'x.csv'; 'LICENSE'\n",
    )
    assert mentions.names == {"a.h", "README.md", "LICENSE"}
    assert mentions.endings == {("p/sub", ".pyx"), ("p", ".pyi")}


def test_a_reader_of_stubs() -> None:
    mentions = no_mentions()
    add_source(
        mentions, "p/__init__.py", b"import lazy_loader\nlazy_loader.attach_stub(__name__, __file__)\n"
    )
    assert mentions.endings == {("p", ".pyi")}


def test_native_code() -> None:
    mentions = no_mentions()
    add_binary(mentions, b"\0\1numpy.testing\0p.tests.a\0.text\0.testimony\0 9.test\0")
    assert mentions.paths == {"numpy/testing", "p/tests/a"}


def test_all_imports() -> None:
    source = b"import a.b\nfrom . import c\ndef f():\n    from d import (e,\n        f)\n"
    assert list(imported("p/m.py", source)) == ["a/b", "p/c", "d/e", "d/f"]
