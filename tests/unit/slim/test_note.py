from __future__ import annotations

from collections.abc import Mapping

from tools.slim.note import Said, SlimNote, dump_note, kept_by_ending, load_note, note_of


def note(files: Mapping[str, str], entry_points: bytes = b"") -> SlimNote:
    return note_of(files, lambda name: [files[name].encode()], entry_points)


FILES = {
    "p/__init__.py": "from p.testing import helper\nimport numpy.testing\n",
    "p/testing/__init__.py": "from p.tests.common import x\n",
    "p/tests/__init__.py": "",
    "p/tests/common.py": "import p.other.tests\n",
    "p/other/__init__.py": "",
    "p/other/tests/__init__.py": "",
    "p/unused/tests/a.py": "import p.unused.test\n",
    "p/unused/test/a.py": "",
    "p/a.h": "",
    "p/b.h": "",
    "p/cc.py": "open('a.h')",
    "p/examples/a.py": "import p.unused.test, scipy.testing\n",
    "p/c.so": "\0p.bench.test\0",
    "p/bench/test/a.py": "",
}


def test_what_stays_is_asked_too() -> None:
    found = note(FILES)
    assert found.regular.stays == {"p/testing", "p/tests", "p/other/tests", "p/a.h", "p/bench/test"}
    assert found.regular.wants == {"numpy/testing"}
    assert found.examples == {
        "p/examples": Said(frozenset({"p/unused/test"}), frozenset({"scipy/testing"}), ())
    }


def test_entry_points_keep_what_they_name() -> None:
    files = {"p/__init__.py": "", "p/testing/plugin.py": ""}
    assert note(files).regular.stays == frozenset()
    assert note(files, b"[pytest11]\np = p.testing.plugin\n").regular.stays == {"p/testing"}


def test_data_below_tests_stays_where_it_is_there() -> None:
    files = {"p/__init__.py": "open(here / 'tests' / 'a.csv')", "p/tests/a.py": "", "p/tests/b.csv": ""}
    assert note(files).regular.stays == frozenset()
    assert note({**files, "p/tests/a.csv": ""}).regular.stays == {"p/tests"}


def test_endings() -> None:
    files = {"p/__init__.py": "attach_stub(__name__)", "p/a.pyi": "", "p/b.py": "glob('*.pxd')"}
    assert note(files).regular.endings == (("p", ".pyi"),)
    assert kept_by_ending("p/a.pyi", [("p", ".pyi")])
    assert not kept_by_ending("q/a.pyi", [("p", ".pyi")])


def test_a_note_is_read_as_it_was_written() -> None:
    found = note({**FILES, "p/d.py": "attach_stub()", "p/d.pyi": ""})
    assert load_note(dump_note(found)) == found
    assert dump_note(found) == dump_note(
        note({**dict(reversed(FILES.items())), "p/d.pyi": "", "p/d.py": "attach_stub()"})
    )


def test_what_is_no_note_is_none() -> None:
    for data in (
        b"",
        b"{}",
        b'{"format":"pleasing-slim-0"}',
        b"[" * 100000,
        b'{"format":"pleasing-slim-1","regular":[]}',
    ):
        assert load_note(data) is None
