from __future__ import annotations

import pytest

from tests.builders.member import placed
from tools.errors import PleasingError
from tools.lambda_zip.cap import Cap, Caps
from tools.lambda_zip.read.distribution import Distribution
from tools.lambda_zip.report.caps import check_caps, check_declared
from tools.lambda_zip.report.contents import Contents, FileSize, Share

NUMPY = Distribution("numpy", "2.0", "", "numpy-2.0.dist-info")
CONTENTS = Contents(
    [Share("numpy", "2.0", 1500, 9000, 3), Share("first-party code", None, 500, 1000, 2)],
    [FileSize("numpy/a.so", 1000, 8000), FileSize("svc/a.py", 400, 900)],
    [(300, "type stubs", "exclude = ['*.pyi']")],
)


def test_within_the_caps() -> None:
    check_caps(Caps(None, None), 10**12, 10**12, CONTENTS)
    check_caps(Caps(Cap(2000, "2KB", ""), Cap(10_000, "10KB", "")), 2000, 10_000, CONTENTS)


def test_over_both_caps() -> None:
    with pytest.raises(PleasingError) as caught:
        check_caps(Caps(Cap(1900, "1900", ""), Cap(1024, "lambda", "dg/x, unzipped")), 2000, 10_000, CONTENTS)
    assert caught.value.problems == (
        "the zip is 2,000 bytes (2.0 KiB), and max_size allows 1,900 (1900): 100 bytes (100 B) too many",
        "the zip unpacks to 10,000 bytes (9.8 KiB), and max_unzipped_size allows 1,024 (lambda, dg/x, unzipped): 8,976 bytes "
        "(8.8 KiB) too many\n"
        "\n"
        "      in the zip   share        unpacked  what\n"
        "           1,500   75.0%           9,000  numpy 2.0\n"
        "             500   25.0%           1,000  first-party code\n"
        "\n"
        "  largest files:\n"
        "           1,000   50.0%           8,000  numpy/a.so\n"
        "             400   20.0%             900  svc/a.py\n"
        "\n"
        "  what could go:\n"
        "             300   15.0%  type stubs: exclude = ['*.pyi']\n"
        "  a distribution that the handler does not need: take it out of deps; files: name them in exclude",
    )


def test_many_distributions_are_summed_up() -> None:
    shares = [Share(f"d{number:02}", "1", 100, 200, 1) for number in range(15)]
    with pytest.raises(PleasingError) as caught:
        check_caps(Caps(Cap(1, "1", ""), None), 1500, 3000, Contents(shares, [], []))
    lines = str(caught.value).splitlines()
    assert lines[14] == "             100    6.7%             200  d11 1"
    assert lines[15] == "             300   20.0%             600  3 more distributions"


def test_what_is_declared_is_held_against_the_cap() -> None:
    files = [placed("a.py", bytes(1000)), placed("numpy/a.pyi", bytes(1048), NUMPY)]
    # What zlib makes of them is its own matter.
    for item, compressed in zip(files, (80, 120)):
        item.member.source.table.compressed[item.member.row] = compressed
    check_declared(Caps(Cap(1, "1", ""), None), files)
    check_declared(Caps(None, Cap(2048, "2KiB", "")), files)
    with pytest.raises(PleasingError) as caught:
        check_declared(Caps(None, Cap(1024, "1KiB", "")), files)
    assert caught.value.problems == (
        "the zip would unpack to 2,048 bytes (2.0 KiB), and max_unzipped_size allows 1,024 (1KiB): 1,024 bytes (1.0 KiB) "
        "too many\n"
        "\n"
        "      compressed   share        unpacked  what\n"
        "             120   60.0%           1,048  numpy 2.0\n"
        "              80   40.0%           1,000  first-party code\n"
        "\n"
        "  largest files:\n"
        "             120   60.0%           1,048  numpy/a.pyi\n"
        "              80   40.0%           1,000  a.py\n"
        "\n"
        "  what could go:\n"
        "             120   60.0%  type stubs: exclude = ['*.pyi']\n"
        "  a distribution that the handler does not need: take it out of deps; files: name them in exclude",
    )
