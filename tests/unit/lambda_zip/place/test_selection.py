from __future__ import annotations

from tests.builders.member import placed
from tools.lambda_zip.place.pattern import Patterns
from tools.lambda_zip.place.selection import select


def test_what_a_glob_takes_stays_out() -> None:
    files = [placed("a/tests/b.py"), placed("a/c.py")]
    selection = select(files, Patterns(["tests"], "exclude"))
    assert (selection.placed, selection.excluded, selection.warnings) == ([files[1]], [files[0]], [])


def test_a_glob_that_takes_nothing_is_a_warning() -> None:
    selection = select([placed("a.py")], Patterns(["*.pyi", "a.*"], "exclude"))
    assert selection.warnings == ["exclude: '*.pyi' matches no file of the zip; take it out or mend it"]
