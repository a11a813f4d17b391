from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.builders.member import placed
from tools.lambda_zip.check.imports import Allowed
from tools.lambda_zip.check.requires import check_requires
from tools.lambda_zip.place.layout import LeftOut, Placed, Reason
from tools.lambda_zip.read.distribution import Distribution
from tools.wheel_notes.requires import Required

REQUESTS = Distribution("requests", "2.32.0", "", "requests-2.32.0.dist-info")
IDNA = Distribution("idna", "3.10", "", "idna-3.10.dist-info")


def items(distribution: Distribution, *requires: str) -> list[Placed]:
    metadata = "Metadata-Version: 2.1\nProvides-Extra: socks\n" + "".join(
        f"Requires-Dist: {line}\n" for line in requires
    )
    return [
        placed(f"{distribution.folder}/METADATA", metadata.encode(), distribution),
        placed(f"{distribution.name}/__init__.py", b"", distribution),
    ]


def check(
    files: Sequence[Placed],
    excluded: Sequence[LeftOut] = (),
    noted: Mapping[Distribution, Sequence[Required]] = {},
    extras: Mapping[str, Sequence[str]] = {},
    ok: Sequence[str] = (),
) -> list[str]:
    return check_requires(
        files, excluded, noted, (3, 12), "x86_64", extras, Allowed(ok), "third_party/python"
    ).problems


def test_a_missing_requirement_names_who_needs_it() -> None:
    assert check(items(REQUESTS, "idna<4,>=2.5", "urllib3", "pywin32; sys_platform == 'win32'")) == [
        "requests 2.32.0 requires idna<4,>=2.5, and nothing in the zip is that. Add '//third_party/python:idna' to the "
        "deps of requests's rule, or name it in imports_ok where the function runs without"
    ]
    assert check([*items(REQUESTS, "idna<4,>=2.5"), *items(IDNA)]) == []


def test_a_version_that_does_not_fit() -> None:
    assert check([*items(REQUESTS, "idna<3"), *items(IDNA)]) == [
        "requests 2.32.0 requires idna<3, and the zip has idna 3.10. Make the versions of the rules agree, or name it in "
        "imports_ok where the function runs without"
    ]


def test_what_exclude_takes() -> None:
    metadata, code = items(IDNA)
    left_out = LeftOut(code.member, Reason.EXCLUDED, IDNA, code)
    assert check([*items(REQUESTS, "idna"), metadata], [left_out]) == [
        "requests 2.32.0 requires idna, and exclude takes it (idna/__init__.py). Change the pattern, or name it in "
        "imports_ok where the function runs without"
    ]
    other = placed("idna/tests/x.py", b"", IDNA)
    assert (
        check(
            [*items(REQUESTS, "idna"), metadata, code], [LeftOut(other.member, Reason.EXCLUDED, IDNA, other)]
        )
        == []
    )


def test_imports_ok_takes_both_spellings() -> None:
    dateutil = items(REQUESTS, "some-thing")
    assert check(dateutil, ok=["some-thing"]) == []
    assert check(dateutil, ok=["some_thing"]) == []


def test_extras_are_those_that_are_asked_for() -> None:
    files = items(REQUESTS, "PySocks; extra == 'socks'")
    assert check(files) == []
    missing = (
        "requests 2.32.0 requires pysocks, and nothing in the zip is that. Add '//third_party/python:pysocks' to the deps "
        "of requests's rule, or name it in imports_ok where the function runs without"
    )
    assert check(files, extras={"requests": ["socks"]}) == [missing]
    assert check([*files, *items(IDNA, "requests[socks]")]) == [missing]


def test_a_note_stands_for_the_metadata() -> None:
    noted = {
        REQUESTS: [
            Required("certifi", (), "", {"": ("3.12 x86_64",)}),
            Required("x", (), "", {"": ("3.11 x86_64",)}),
        ]
    }
    assert [problem.partition(",")[0] for problem in check(items(REQUESTS, "idna"), noted=noted)] == [
        "requests 2.32.0 requires certifi"
    ]
