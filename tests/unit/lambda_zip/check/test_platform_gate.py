from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

import pytest

from tests.builders.distribution import Distribution as Installed
from tests.builders.member import member, placed
from tests.unit.native.elf_builder import Library, build_elf
from tools.aws.facts import ARCHITECTURES, RUNTIMES
from tools.errors import PleasingError
from tools.lambda_zip.check.platform_gate import check_platform
from tools.lambda_zip.place.layout import Placed
from tools.lambda_zip.read.distribution import Distribution
from tools.lambda_zip.read.pex import Area
from tools.native.kind import Kind
from tools.wheel_notes.native_facts import Fact, dump_facts

GOOD = build_elf([Library("libc.so.6", ["GLIBC_2.17"])])
ARM = build_elf([Library("libc.so.6")], machine=183)
NUMPY = Distribution("numpy", "2.0", "", "numpy-2.0.dist-info")
SO = "numpy/_core.cpython-311-x86_64-linux-gnu.so"


def run(
    *files: Placed, runtime: str = "python3.11", summaries: Sequence[bytes] = ()
) -> tuple[list[str], list[str]]:
    """Return the problems and the warnings."""
    try:
        found = check_platform(files, RUNTIMES[runtime], ARCHITECTURES["x86_64"], summaries)
        return [], [warning.text for warning in found]
    except PleasingError as error:
        return list(error.problems), []


def wheel_file(*tags: str) -> Placed:
    text = "".join(f"Tag: {tag}\n" for tag in tags)
    return placed("numpy-2.0.dist-info/WHEEL", text.encode(), NUMPY)


def test_without_native_files_nothing_is_read() -> None:
    item = placed("svc/echo.py", b"pass")
    assert run(item) == ([], [])
    assert item.member.source.read == []  # type: ignore[attr-defined]


def test_a_library_that_loads() -> None:
    assert run(placed(SO, GOOD, NUMPY)) == ([], [])


def test_a_library_for_another_python() -> None:
    assert run(placed(SO, GOOD, NUMPY), runtime="python3.12") == (
        [
            f"{SO} (of numpy 2.0) cannot be imported by python3.12 on x86_64: it is for Python 3.11, not for Python 3.12 on x86_64 "
            "Linux; python3.11 would work, or the distribution's wheel for this one"
        ],
        [],
    )


@pytest.mark.parametrize("name", ["a.so", "a.so.1.2", "a.pyd", "a.dll", "a.dylib", "a.node"])
def test_files_that_a_loader_takes_are_read_by_name(name: str) -> None:
    problems, warnings = run(placed(name, ARM))
    assert len(problems + warnings) == 1


def test_programs_are_read_by_mode() -> None:
    assert run(placed("bin/tool", ARM, executable=True))[0][0].startswith(
        "bin/tool (of first-party code) is built for aarch64"
    )
    assert run(placed("bin/tool", ARM)) == ([], [])
    for name in ("bin/tool.sh", "tool.py"):
        assert run(placed(name, ARM, executable=True)) == ([], [])
    assert run(
        placed("bin/script", b"#!/bin/sh\n", executable=True), placed("empty", b"", executable=True)
    ) == ([], [])


def test_a_library_that_cannot_be_read() -> None:
    (problem,) = run(placed("a.so", GOOD[:70]))[0]
    assert problem.startswith("a.so (of first-party code) begins like an ELF file, but cannot be read: ")


@pytest.mark.parametrize(
    ("tags", "refused"),
    [
        (("py3-none-any",), False),
        (("py2-none-any", "py3-none-any"), False),
        (("cp311-cp311-linux",), True),
        ((), True),
    ],
)
def test_distributions_for_any_platform_may_bring_any(tags: Sequence[str], refused: bool) -> None:
    problems, warnings = run(
        placed("numpy/a.so", ARM, NUMPY), placed("numpy/b.so", ARM, NUMPY), wheel_file(*tags)
    )
    assert (len(problems) == 1, len(warnings) == 1) == (refused, not refused)


def test_a_distribution_without_a_wheel_file() -> None:
    assert len(run(placed("numpy/a.so", ARM, NUMPY))[0]) == 1
    installed = Installed("numpy", "2.0").installed()
    assert f"{NUMPY.folder}/WHEEL" in installed


def test_what_lambda_wheel_noted_is_not_read_again() -> None:
    item = placed(SO, ARM, NUMPY)
    fact = Fact(SO, zlib.crc32(ARM), len(ARM), Kind.MACH_O, None, None)
    assert "is a Mach-O file" in run(item, summaries=[dump_facts([fact])])[0][0]
    assert item.member.source.read == []  # type: ignore[attr-defined]
    for other in (fact._replace(crc=1), fact._replace(size=1), fact._replace(path="x")):
        assert "is built for aarch64" in run(item, summaries=[dump_facts([other])])[0][0]


@pytest.mark.parametrize("summary", [b"", b"{", b"[]", b"null", b'{"format": 1}', b"\xff", b"[" * 100_000])
def test_a_bad_note_is_no_note(summary: bytes) -> None:
    assert "is built for aarch64" in run(placed(SO, ARM, NUMPY), summaries=[summary])[0][0]


def test_a_damaged_member_is_told() -> None:
    item = member("a.so", GOOD)

    def fail(which: object) -> Iterator[bytes]:
        yield GOOD[:10]
        raise PleasingError("a.so in app.pex is damaged")

    item.source.beginning = fail  # type: ignore[method-assign, assignment]
    assert run(Placed("a.so", item, "a.so", Area.FIRST_PARTY, None))[0] == ["a.so in app.pex is damaged"]


def test_a_library_that_the_function_gets_elsewhere() -> None:
    item = placed(SO, build_elf([Library("libodbc.so.2"), Library("libc.so.6")]), NUMPY)
    (problem,) = run(item)[0]
    assert "libodbc.so.2" in problem
    assert 'provided_libraries = ["libodbc.so.2"]' in problem
    found = check_platform([item], RUNTIMES["python3.11"], ARCHITECTURES["x86_64"], (), ["libodbc.so*"])
    assert found == []
