from __future__ import annotations

import ast

from hypothesis import given
from hypothesis import strategies as st

from tools.imports.scan import is_dynamic, scan_imports
from tools.imports.statement import When, read_imports


def test_statements_of_every_form() -> None:
    source = (
        b"import os, sys as system\nfrom .x import (a,  # why\n    b as c,\n)\nfrom . import d\n"
        b"# import nothing\ndef f():\n    import e.f\nfrom g import *\nimportant = 1\n"
    )
    found = scan_imports(source, "svc")
    assert found is not None
    assert [(item.module, item.name, item.when, item.text) for item in found] == [
        ("os", "", When.IMPORTED, "import os"),
        ("sys", "", When.IMPORTED, "import sys"),
        ("svc.x", "a", When.IMPORTED, "from .x import a"),
        ("svc.x", "b", When.IMPORTED, "from .x import b"),
        ("svc", "d", When.IMPORTED, "from . import d"),
        ("e.f", "", When.LATER, "import e.f"),
        ("g", "*", When.IMPORTED, "from g import *"),
    ]


def test_what_only_a_tree_tells() -> None:
    for source in (
        b"import a; import b",
        b"if x: import a",
        b"from a import \\\n    b",
        b'"""They import it."""',
        b"importlib.import_module('a')",
        b"__import__('a')",
        "import für".encode(),
    ):
        assert scan_imports(source, "svc") is None
    assert scan_imports(b"x = 1", "svc") == []


_NAMES = st.sampled_from(["a", "b.c", "os", "d_1"])
_LINES = st.one_of(
    st.builds("import {}".format, _NAMES),
    st.builds("import {} as z, {}".format, _NAMES, _NAMES),
    st.builds("from {} import x, y as w".format, _NAMES),
    st.builds("from .{} import (\n    x,\n    y,\n)".format, _NAMES),
    st.builds("if a:\n    import {}".format, _NAMES),
    st.builds("def f():\n    from . import {}".format, st.sampled_from(["p", "q"])),
    st.sampled_from(
        ["x = 1", "# import z", "class A:\n    import k", "y = 'import'", "import m; n = 2", "if a: import o"]
    ),
)


@given(st.lists(_LINES, max_size=8))
def test_nothing_that_the_tree_has_is_missing(lines: list[str]) -> None:
    source = "\n".join(lines) + "\n"
    scanned = scan_imports(source.encode(), "svc")
    if scanned is not None:
        tree = read_imports(ast.parse(source), "svc", 12)
        assert {(item.module, item.name) for item in tree} <= {(item.module, item.name) for item in scanned}


def test_what_makes_modules_as_it_runs() -> None:
    assert is_dynamic(b"sys.modules[__name__ + '.x'] = x")
    assert is_dynamic(b"__path__ = extend_path(__path__, __name__)")
    assert is_dynamic(b"def __getattr__(name): ...")
    assert not is_dynamic(b"import sys\nmodules = 1\n")
