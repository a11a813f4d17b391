from __future__ import annotations

from collections.abc import Mapping

from tests.builders.member import placed
from tools.lambda_zip.place.layout import Reason
from tools.lambda_zip.read.distribution import Distribution
from tools.lambda_zip.slim.files import slim_files
from tools.slim.note import SlimNote, note_of
from tools.slim.rule import Level, rules_of

P = Distribution("p", "1", "", "p-1.dist-info")
Q = Distribution("q", "2", "", "q-2.dist-info")

FILES = {
    "p/__init__.py": "",
    "p/testing/__init__.py": "import p.tests.common\n",
    "p/tests/common.py": "",
    "p/a.pyi": "",
    "p/a.h": "",
    "p/LICENSE": "",
    "p/examples/a.py": "",
}


def gone(
    files: Mapping[str, str],
    others: Mapping[str, str],
    level: Level = Level.SAFE,
    first_party: Mapping[str, str] = {},
    noted: bool = True,
    licences: bool = False,
) -> dict[str, str]:
    items = [placed(name, text.encode(), P) for name, text in files.items()]
    items += [placed(name, text.encode(), Q) for name, text in others.items()]
    items += [placed(name, text.encode()) for name, text in first_party.items()]
    notes: dict[Distribution, SlimNote] = {}
    if noted:
        notes = {
            P: note_of(files, lambda name: [files[name].encode()]),
            Q: note_of(others, lambda name: [others[name].encode()]),
        }
    kept, left_out = slim_files(items, notes, rules_of(level, licences))
    assert len(kept) + len(left_out) == len(items)
    assert {item.reason for item in left_out} <= {Reason.SLIMMED}
    return {item.placed.name: item.detail for item in left_out if item.placed}


def both(files: Mapping[str, str], others: Mapping[str, str], **options: object) -> dict[str, str]:
    """Return what goes, which is the same with notes and without."""
    found = gone(files, others, noted=True, **options)  # type: ignore[arg-type]
    assert found == gone(files, others, noted=False, **options)  # type: ignore[arg-type]
    return found


def test_what_goes_by_level() -> None:
    safe = {
        "p/testing/__init__.py": "tests",
        "p/tests/common.py": "tests",
        "p/a.pyi": "type stubs",
        "p/a.h": "sources and headers of native code",
    }
    assert both(FILES, {}) == safe
    more = {**safe, "p/examples/a.py": "examples and benchmarks"}
    assert both(FILES, {}, level=Level.MORE) == more
    assert both(FILES, {}, level=Level.NONE, licences=True) == {}
    assert both(FILES, {}, licences=True) == {**safe, "p/LICENSE": "licences"}


def test_another_distribution_imports_it() -> None:
    # And what it imports itself stays too.
    assert set(both(FILES, {"q.py": "def f():\n    from p.testing import a\n"})) == {"p/a.pyi", "p/a.h"}
    assert set(both(FILES, {"q.py": "import p.tests.common\n"})) == {
        "p/a.pyi",
        "p/a.h",
        "p/testing/__init__.py",
    }


def test_first_party_code_imports_it_or_has_its_name() -> None:
    assert set(both(FILES, {}, first_party={"svc/a.py": "from p import testing\n"})) == {"p/a.pyi", "p/a.h"}
    assert "p/a.h" not in both(FILES, {}, first_party={"svc/a.py": "get_data('p', 'a.h')\n"})


def test_tests_that_go_are_not_asked() -> None:
    others = {"q/__init__.py": "", "q/tests/a.py": "import p.testing\n"}
    assert set(both(FILES, others)) >= {"p/testing/__init__.py", "p/tests/common.py", "q/tests/a.py"}


def test_examples_are_asked_while_they_stay() -> None:
    others = {"q/__init__.py": "", "q/examples/a.py": "import p.tests.common\n"}
    assert "p/tests/common.py" not in both(FILES, others)
    assert {"p/tests/common.py", "q/examples/a.py"} <= set(both(FILES, others, level=Level.MORE))


def test_first_party_files_stay() -> None:
    files = {"svc/tests/a.py": "", "svc/a.pyi": "", "svc/README.md": "", "svc/__init__.py": ""}
    assert both({}, {}, first_party=files) == {}
