from __future__ import annotations

from packaging.version import Version

from tools.pip.index_file import read_log

SHA256 = "0123456789abcdef" * 4


def names(*lines: str, name: str = "foo") -> list[str]:
    return [file.filename for file in read_log(lines, name)]


def test_links_that_pip_found_or_skipped_are_files() -> None:
    lines = [
        "2026-11-21T10:00:00,000 Fetched page https://example.com/simple/foo/ as text/html",
        "2026-11-21T10:00:00,001   Skipping link: none of the wheel's tags (cp39-cp39-win_amd64) are "
        "compatible "
        "(run pip debug --verbose to show compatible tags): "
        "https://example.com/files/foo-1.0-cp39-cp39-win_amd64.whl"
        f"#sha256={SHA256} (from https://example.com/simple/foo/) (requires-python:>=3.8)",
        f"2026-11-21T10:00:00,002   Found link https://example.com/files/foo-1.0.tar.gz#sha256={SHA256} "
        "(from https://example.com/simple/foo/), version: 1.0",
        "2026-11-21T10:00:00,003   Found link file:///srv/wheels/foo-1.1%2Blocal-py3-none-any.whl, "
        "version: 1.1+local",
    ]
    wheel, sdist, local = read_log(lines, "Foo")
    assert (wheel.filename, wheel.version) == ("foo-1.0-cp39-cp39-win_amd64.whl", Version("1.0"))
    assert (wheel.sha256, wheel.requires_python) == (SHA256, ">=3.8")
    assert {str(tag) for tag in wheel.tags or ()} == {"cp39-cp39-win_amd64"}
    assert (sdist.filename, sdist.tags, sdist.sha256) == ("foo-1.0.tar.gz", None, SHA256)
    assert (local.filename, local.sha256) == ("foo-1.1+local-py3-none-any.whl", None)


def test_a_file_that_is_told_of_twice_is_one() -> None:
    line = "  Found link https://example.com/foo-1.0.tar.gz (from x), version: 1.0"
    assert names(line, line) == ["foo-1.0.tar.gz"]


def test_what_is_not_a_file_of_the_distribution_is_passed_over() -> None:
    assert not names(
        "Looking in links: /srv/foo-1.0.tar.gz-folder",
        "  Found link https://example.com/foo_bar-1.0.tar.gz (from x), version: 1.0",
        "  Skipping link: not a file: https://example.com/simple/",
        "  Skipping link: wrong name: https://example.com/foo-x-y.whl (from x)",
        "  Skipping link: wrong version: https://example.com/foo-1..0-py3-none-any.whl (from x)",
        "  Downloading foo-1.0.tar.gz (216 kB)",
    )
