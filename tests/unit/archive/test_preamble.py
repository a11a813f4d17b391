from __future__ import annotations

import pytest

from tests.builders.raw_zip import RawZip
from tools.archive.preamble import preamble_problem


def problem(data: bytes) -> object:
    return preamble_problem(lambda size, offset: data[offset : offset + size], len(data))


@pytest.mark.parametrize(
    "data",
    [
        b"#!/bin/sh\nexec python3 $0\n",
        b"#!",
        b"\x7fELF" + bytes(100),
        b"\xca\xfe\xba\xbe" + b"PK\x05\x06" * 10,
        # A program that reads zips holds signatures.
        b"\x7fELF"
        + b"PK\x03\x04"
        + b"PK\x05\x06"
        + bytes(30)
        + b"PK\x01\x02"
        + bytes(2_000_000)
        + b"PK\x05\x06",
    ],
)
def test_a_program_or_a_script(data: bytes) -> None:
    assert problem(data) is None


def test_something_else() -> None:
    assert problem(b"hello") == (
        "begins with 5 bytes that are neither a program nor a script: a PEX begins with one of these, and any other "
        "archive with its first member"
    )


@pytest.mark.parametrize("padding", [0, 100, (1 << 20) - 60, (1 << 20) - 10, 1 << 20])
def test_a_program_that_holds_an_archive(padding: int) -> None:
    archive = RawZip().add("a", b"a").build()
    data = b"\x7fELF" + bytes(padding) + archive
    assert problem(data + bytes(50)) == (
        f"has another archive, which ends at byte {len(data) - 22}, in the program before its own"
    )


def test_a_script_that_holds_a_member() -> None:
    assert (
        problem(b"#!/bin/sh\n" + b"PK\x03\x04")
        == "has a zip's member at byte 10, in the script before its archive"
    )
