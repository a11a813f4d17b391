from __future__ import annotations

from tests.builders.member import placed
from tools.lambda_zip.place.exclude import exclude
from tools.lambda_zip.place.layout import LeftOut, Reason
from tools.lambda_zip.place.pattern import Patterns
from tools.lambda_zip.warning import BuildWarning, WarningKind


def test_what_a_glob_matches_stays_out() -> None:
    files = [placed("a/tests/b.py"), placed("a/c.py")]
    kept = exclude(files, Patterns(["tests"], "exclude"))
    left_out = LeftOut(files[0].member, Reason.EXCLUDED, None, files[0])
    assert (kept.placed, kept.left_out, kept.warnings) == ([files[1]], [left_out], [])


def test_a_glob_that_matches_nothing_is_a_warning() -> None:
    kept = exclude([placed("a.py")], Patterns(["*.pyi", "a.*"], "exclude"))
    assert kept.warnings == [
        BuildWarning(
            WarningKind.UNUSED_PATTERN,
            "exclude: '*.pyi' matches no file of the zip; take it out or correct it",
        )
    ]
