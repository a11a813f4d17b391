from __future__ import annotations

import pytest

from tools.requirement.checks import marker_problem, name_problem, problems, url_problem, version_problem

SHA256 = "sha256:" + "0" * 64


def test_a_requirement_that_is_well_formed_has_no_problems() -> None:
    assert (
        problems("zope.interface", "5.0", hashes=[SHA256], extras=["a-b"], marker="os_name == 'posix'") == []
    )
    assert problems("foo", "", url="git+https://example.com/foo@0123#subdirectory=x", hashes=[SHA256]) == []


@pytest.mark.parametrize(
    "name", ["", "-r", "`id`", "six`id`", "a b", "a\n", "a;b", "$(id)", "a\u202e", "café", "../x", "a/"]
)
def test_a_hostile_name_is_refused(name: str) -> None:
    assert name_problem(name) == f"{name!r} is not a distribution's name, such as zope.interface"


@pytest.mark.parametrize(
    "version", ["", "1.*", "1.0\n", " 1.0", "1.0 --index-url=x", "${HOME}", "1.0\u200b", "\u0661"]
)
def test_a_version_that_is_none_is_refused(version: str) -> None:
    assert version_problem(version, "foo") == f"{version!r} is not one version, such as 1.2.3, of foo"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/foo-1.0.tar.gz#sha256=0",
        "http://example.com:8080/foo.whl?x=1",
        "file:///srv/foo-1.0-py3-none-any.whl",
        "git+ssh://git@example.com/foo.git@v1.0",
    ],
)
def test_urls_that_pip_takes(url: str) -> None:
    assert url_problem(url) is None


def test_a_variable_in_a_url_would_be_sent_to_its_host() -> None:
    url = "https://example.com/${AWS_SECRET_ACCESS_KEY}/foo.whl"
    assert url_problem(url) == (
        f"{url!r} has ${{: pip replaces it with an environment variable, and sends that to the URL's host; write the "
        "URL out, and leave credentials to pip's configuration or .netrc"
    )


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("https://x y", "'https://x y' is not a URL: it has white space"),
        ("https://x/a\n--index-url=y", "'https://x/a\\n--index-url=y' is not a URL: it has white space"),
        (
            "https://x/\u202egnp.whl",
            "'https://x/\\u202egnp.whl' has characters that do not show, which may make it look like another URL",
        ),
        ("https://x/\x1b[2J", "'https://x/\\x1b[2J' has characters that do not show, which may make it look like another URL"),
        ("https://x/a\\", "'https://x/a\\\\' is not a URL that pip takes, such as https://example.com/foo-1.0.tar.gz"),
        ("--index-url", "'--index-url' is not a URL that pip takes, such as https://example.com/foo-1.0.tar.gz"),
        ("../foo.whl", "'../foo.whl' is not a URL that pip takes, such as https://example.com/foo-1.0.tar.gz"),
    ],
)  # fmt: skip
def test_what_is_no_url_is_refused(url: str, problem: str) -> None:
    assert url_problem(url) == problem


def test_a_marker_that_cannot_be_read_is_named() -> None:
    found = marker_problem("python >= 3", "foo 1")
    assert found is not None
    assert found.startswith("the marker 'python >= 3' of foo 1 cannot be read: ")
    assert marker_problem("os_name == '\u202e'", "foo 1") == (
        "the marker \"os_name == '\\u202e'\" of foo 1 has characters that do not show"
    )
    assert marker_problem("(" * 100_000, "foo 1") == "the marker of foo 1 is nested too deeply to be read"


def test_all_problems_are_told_at_once() -> None:
    assert problems("--index-url", "1.*", hashes=["md5:1"], url="https://x y", extras=["a b"], marker="") == [
        "'--index-url' is not a distribution's name, such as zope.interface",
        "'a b' is not an extra's name",
        "'1.*' is not one version, such as 1.2.3, of --index-url",
        "'md5:1' is not a hash; expected sha256: and 64 digits of hex, in lower case",
        "'https://x y' is not a URL: it has white space",
        "the marker '' of --index-url 1.* cannot be read: Expected a marker variable or quoted string",
    ]
