from __future__ import annotations

from tests.builders.member import placed
from tools.archive.written import WrittenEntry
from tools.lambda_zip.place.layout import Placed
from tools.lambda_zip.read.distribution import Distribution
from tools.lambda_zip.read.pex import Area
from tools.lambda_zip.report.contents import Contents, FileSize, Share, contents_of

NUMPY = Distribution("numpy", "2.0", "", "numpy-2.0.dist-info")
BOTO3 = Distribution("boto3", "1.0", "", "boto3-1.0.dist-info")


def contents(*files: Placed) -> Contents:
    """What 10 bytes a file of 100 take, with 1 byte of headers, and lambda_function.py on top."""
    entries = [WrittenEntry(item.name, 10, 100, 1) for item in files]
    entries.append(WrittenEntry("lambda_function.py", 50, 60, 1))
    return contents_of(entries, files)


def test_shares_and_files_are_sorted_by_size() -> None:
    found = contents(
        placed("svc/a.py"),
        placed("numpy/a.py", b"", NUMPY),
        placed("numpy/b.py", b"", NUMPY),
        placed("x.py", b"", None, Area.THIRD_PARTY),
    )
    assert found.shares == [
        Share("first-party code", None, 62, 160, 2),
        Share("numpy", "2.0", 22, 200, 2),
        Share("third-party code without metadata", None, 11, 100, 1),
    ]
    assert [share.title for share in found.shares][:2] == ["first-party code", "numpy 2.0"]
    assert found.files[:2] == [FileSize("lambda_function.py", 51, 60), FileSize("numpy/a.py", 11, 100)]
    assert found.spare == []


def test_what_could_go_is_told() -> None:
    found = contents(
        placed("numpy/tests/a.py", b"", NUMPY),
        placed("numpy/test/a.pyi", b"", NUMPY),
        placed("numpy/a.pyi", b"", NUMPY),
        placed("numpy/a.h", b"", NUMPY),
        placed("boto3/a.py", b"", BOTO3),
        placed("svc/tests/a.py"),
        placed("svc/a.pyi"),
    )
    assert found.spare == [
        (22, "tests inside of distributions", "exclude = ['**/tests']"),
        (11, "C, C++ and Cython sources", "exclude = ['*.c', '*.h', '*.pyx', '*.pxd']"),
        (11, "type stubs", "exclude = ['*.pyi']"),
        (11, "what the runtime brings itself (its versions differ by Region)", "take it out of deps"),
    ]
