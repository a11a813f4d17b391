from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

import pytest

from tests.unit.native.elf_builder import Library, build_elf
from tools.aws import facts
from tools.native.elf import read_elf
from tools.native.gate import Findings, NativeFile, check
from tools.native.kind import Kind

X86_64, ARM64 = facts.ARCHITECTURES["x86_64"], facts.ARCHITECTURES["arm64"]
PYTHON_3_11, PYTHON_3_12 = facts.RUNTIMES["python3.11"], facts.RUNTIMES["python3.12"]
NOTHING = Findings((), ())


def native(
    path: str,
    needed: Sequence[Library] = (),
    distribution: Optional[str] = "foo 1.0",
    any_platform: bool = False,
    **options: Any,
) -> NativeFile:
    data = build_elf(needed, **options)
    elf = read_elf(lambda offset, size: data[offset : offset + size])
    return NativeFile(path, distribution, Kind.ELF, elf, any_platform=any_platform)


def run(
    *files: NativeFile,
    runtime: facts.Runtime = PYTHON_3_11,
    architecture: facts.Architecture = X86_64,
    names: Sequence[str] = (),
    provided: Sequence[str] = (),
    optional: Sequence[str] = (),
) -> Findings:
    return check(files, runtime, architecture, {*names, *(file.path for file in files)}, provided, optional)


def libc(*versions: str) -> Library:
    return Library("libc.so.6", versions)


def test_what_a_common_wheel_needs_is_fine() -> None:
    needed = [
        libc("GLIBC_2.17"),
        Library("libm.so.6"),
        Library("libpthread.so.0"),
        Library("libstdc++.so.6", ["GLIBCXX_3.4.21", "CXXABI_1.3.9"]),
        Library("libgcc_s.so.1", ["GCC_3.0"]),
        Library("libz.so.1"),
        Library("ld-linux-x86-64.so.2"),
    ]
    assert run(native("foo/_core.cpython-311-x86_64-linux-gnu.so", needed)) == NOTHING


def test_the_wrong_machine_is_refused_and_the_right_architecture_named() -> None:
    assert run(native("foo/_core.abi3.so", machine=183)) == Findings(
        (
            "foo/_core.abi3.so (of foo 1.0) is built for aarch64; python3.11 on x86_64 needs x86_64; "
            "architecture arm64 would work, or the distribution's wheel for this one",
        ),
        (),
    )


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"machine": 62, "bits": 32}, "x86_64, 32 bits"),
        ({"machine": 183, "little_endian": False}, "aarch64, big-endian"),
        ({"machine": 3, "bits": 32}, "i386 (32-bit x86)"),
        ({"machine": 999}, "an unknown machine (999)"),
    ],
)
def test_a_machine_that_lambda_has_not_is_refused(options: dict[str, Any], name: str) -> None:
    assert run(native("foo/bin/tool", **options)) == Findings(
        (
            f"foo/bin/tool (of foo 1.0) is built for {name}; python3.11 on x86_64 needs x86_64; "
            "take the distribution's wheel for x86_64 Linux",
        ),
        (),
    )


def test_code_for_graphics_processors_is_data() -> None:
    assert run(native("foo/kernel.cubin", machine=190)) == NOTHING


def test_files_with_the_same_thing_wrong_share_a_message() -> None:
    files = [native(f"foo/_{letter}.so", machine=183) for letter in "abc"]
    assert run(*files, native("own.so", distribution=None, machine=183)).problems == (
        "foo/_a.so (of foo 1.0), like 2 more of its files, is built for aarch64; python3.11 on x86_64 "
        "needs x86_64; architecture arm64 would work, or the distribution's wheel for this one",
        "own.so (of first-party code) is built for aarch64; python3.11 on x86_64 needs x86_64; "
        "architecture arm64 would work, or the distribution's wheel for this one",
    )


@pytest.mark.parametrize(
    ("path", "kind", "text"),
    [
        ("foo/_core.cpython-311-darwin.so", Kind.MACH_O, "a Mach-O file (macOS)"),
        ("foo/.dylibs/libfoo.1.dylib", Kind.MACH_O, "a Mach-O file (macOS)"),
        ("foo/_core.cp311-win_amd64.pyd", Kind.PE, "a PE file (Windows)"),
    ],
)
def test_other_systems_libraries_are_refused(path: str, kind: Kind, text: str) -> None:
    assert run(NativeFile(path, "foo 1.0", kind)) == Findings(
        (
            f"{path} (of foo 1.0) is {text}; python3.11 on x86_64 loads ELF files only; "
            f'take the distribution\'s wheel for Linux, or leave the file out: exclude = ["{path}"]',
        ),
        (),
    )


def test_a_program_for_windows_that_is_carried_as_data_is_a_warning() -> None:
    assert run(NativeFile("setuptools/cli.exe", "setuptools 80.9.0", Kind.PE)) == Findings(
        (),
        (
            "setuptools/cli.exe (of setuptools 80.9.0) is a PE file (Windows); "
            "python3.11 on x86_64 loads ELF files only; "
            'take the distribution\'s wheel for Linux, or leave the file out: exclude = ["setuptools/cli.exe"]',
        ),
    )


def test_a_distribution_for_any_platform_may_bring_the_others_files() -> None:
    files = [
        NativeFile("pydevd/attach.dylib", "debugpy 1.8.0", Kind.MACH_O, any_platform=True),
        native("pydevd/attach_linux_x86.so", machine=3, bits=32, any_platform=True),
    ]
    findings = run(*files)
    assert findings.problems == ()
    assert len(findings.warnings) == 2


def test_a_static_library_is_data() -> None:
    assert run(NativeFile("foo/lib/libfoo.a", "foo 1.0", Kind.ARCHIVE)) == NOTHING


def test_an_object_that_no_linker_has_seen_is_not_loaded() -> None:
    assert run(native("foo/template.o", kind=1)) == NOTHING
    assert len(run(native("foo/template.o", kind=1, machine=183)).warnings) == 1


@pytest.mark.parametrize(("path", "refused"), [("foo/_core.so", True), ("foo/tests/broken.elf", False)])
def test_a_broken_file_is_refused_where_it_would_be_loaded(path: str, refused: bool) -> None:
    findings = run(NativeFile(path, "foo 1.0", Kind.ELF, unreadable="it ends within the header, at byte 40"))
    assert (findings.problems or findings.warnings) == (
        f"{path} (of foo 1.0) begins like an ELF file, but cannot be read: it ends within the header, at "
        f'byte 40; fetch or build the distribution anew, or leave the file out: exclude = ["{path}"]',
    )
    assert bool(findings.problems) is refused


def test_a_tag_for_another_python_is_refused_and_its_runtime_named() -> None:
    file = native("foo/_core.cpython-311-x86_64-linux-gnu.so")
    assert run(file, runtime=PYTHON_3_12) == Findings(
        (
            "foo/_core.cpython-311-x86_64-linux-gnu.so (of foo 1.0) cannot be imported by python3.12 on "
            "x86_64: it is for Python 3.11, not for Python 3.12 on x86_64 Linux; "
            "python3.11 would work, or the distribution's wheel for this one",
        ),
        (),
    )


def test_a_tag_for_a_python_that_lambda_has_not_is_refused() -> None:
    assert run(native("foo/_core.cpython-312t-x86_64-linux-gnu.so"), runtime=PYTHON_3_12).problems == (
        "foo/_core.cpython-312t-x86_64-linux-gnu.so (of foo 1.0) cannot be imported by python3.12 on x86_64: "
        "it is for free-threaded Python, which has another ABI; take the distribution's wheel for that "
        "Python",
    )


@pytest.mark.parametrize("sibling", ["cpython-312-x86_64-linux-gnu.so", "abi3.so", "so"])
def test_a_module_that_is_there_for_each_python_is_a_warning(sibling: str) -> None:
    other = native("foo/_core.cpython-311-x86_64-linux-gnu.so")
    findings = run(other, native(f"foo/_core.{sibling}"), runtime=PYTHON_3_12)
    assert findings.problems == ()
    assert len(findings.warnings) == 1


@pytest.mark.parametrize("other", ["foo/_core_more.abi3.so", "foo/_core.py", "bar/_core.abi3.so"])
def test_another_module_does_not_stand_in(other: str) -> None:
    file = native("foo/_core.cpython-311-x86_64-linux-gnu.so")
    assert len(run(file, runtime=PYTHON_3_12, names=[other]).problems) == 1


def test_a_newer_glibc_is_refused_and_the_runtimes_that_have_it_named() -> None:
    assert run(native("foo/_core.so", [libc("GLIBC_2.28")])) == Findings(
        (
            "foo/_core.so (of foo 1.0) needs GLIBC_2.28 of libc.so.6; "
            "python3.11 (Amazon Linux 2) has GLIBC up to 2.26; "
            "python3.12 and newer (GLIBC up to 2.34) would work, or a wheel built for an older glibc",
        ),
        (),
    )


def test_a_glibc_newer_than_any_runtimes_is_refused() -> None:
    assert run(native("foo/_core.so", [libc("GLIBC_2.38")]), runtime=PYTHON_3_12).problems == (
        "foo/_core.so (of foo 1.0) needs GLIBC_2.38 of libc.so.6; "
        "python3.12 (Amazon Linux 2023) has GLIBC up to 2.34; "
        "no runtime is sure to have it (the newest has GLIBC up to 2.34): "
        "take a wheel that is built for an older glibc",
    )


@pytest.mark.parametrize(
    ("version", "problems", "warnings"),
    [
        ("GLIBCXX_3.4.24", 0, 0),
        ("GLIBCXX_3.4.25", 1, 0),
        ("CXXABI_1.3.11", 0, 0),
        ("CXXABI_1.3.12", 1, 0),
        ("CXXABI_FLOAT128", 0, 0),
    ],
)
def test_libstdcxx_is_held_to_what_amazon_linux_2_has(version: str, problems: int, warnings: int) -> None:
    findings = run(native("foo/_core.so", [Library("libstdc++.so.6", [version])]))
    assert (len(findings.problems), len(findings.warnings)) == (problems, warnings)


@pytest.mark.parametrize(
    ("version", "problems", "warnings"),
    [
        ("GLIBCXX_3.4.29", 0, 0),
        ("GLIBCXX_3.4.30", 0, 1),
        ("GLIBCXX_3.4.33", 0, 1),
        ("GLIBCXX_3.4.34", 1, 0),
        ("CXXABI_1.3.13", 0, 0),
        ("CXXABI_1.3.15", 0, 1),
        ("CXXABI_1.3.16", 1, 0),
    ],
)
def test_the_newest_images_are_the_limit_of_what_may_work(version: str, problems: int, warnings: int) -> None:
    findings = run(native("foo/_core.so", [Library("libstdc++.so.6", [version])]), runtime=PYTHON_3_12)
    assert (len(findings.problems), len(findings.warnings)) == (problems, warnings)


def test_what_only_newer_images_have_is_a_warning() -> None:
    file = native("foo/_core.so", [Library("libstdc++.so.6", ["GLIBCXX_3.4.30"])])
    assert run(file, runtime=PYTHON_3_12) == Findings(
        (),
        (
            "foo/_core.so (of foo 1.0) needs GLIBCXX_3.4.30 of libstdc++.so.6; "
            "python3.12 (Amazon Linux 2023) has GLIBCXX up to 3.4.29 in its first images and 3.4.33 in "
            "newer ones; no runtime is sure to have it (the newest has GLIBCXX up to 3.4.33): "
            "take a wheel that is built for an older libstdc++",
        ),
    )


def test_a_library_in_the_zip_brings_its_own_versions() -> None:
    libraries = [
        native(
            "foo/_core.so", [Library("libstdc++-1234.so.6", ["GLIBCXX_3.4.99"])], rpath="$ORIGIN/../foo.libs"
        ),
        native("foo.libs/libstdc++-1234.so.6", soname="libstdc++-1234.so.6"),
    ]
    assert run(*libraries) == NOTHING


def test_a_library_that_is_nowhere_is_refused() -> None:
    assert run(native("foo/_core.so", [Library("libGL.so.1"), libc()])) == Findings(
        (
            "foo/_core.so (of foo 1.0) needs libGL.so.1, which is neither in the zip nor in python3.11 "
            'on x86_64; take a wheel that brings it, or leave the file out: exclude = ["foo/_core.so"], or name it if a layer has '
            'it: provided_libraries = ["libGL.so.1"]',
        ),
        (),
    )


def test_files_that_miss_the_same_library_are_left_out_together() -> None:
    files = [native(f"foo/_{number}.so", [Library("libGL.so.1")]) for number in range(3)]
    (problem,) = run(*files).problems
    assert problem.endswith(
        'or leave the files out: exclude = ["foo/_0.so", "foo/_1.so", "foo/_2.so"], or name it if a layer has it: '
        'provided_libraries = ["libGL.so.1"]'
    )
    many = [native(f"foo/_{number}.so", [Library("libGL.so.1")]) for number in range(9)]
    assert "or leave the files out with exclude, or name it" in run(*many).problems[0]


def test_a_module_that_nothing_imports_unconditionally_may_miss_a_library() -> None:
    path = "numba/np/ufunc/omppool.cpython-311-x86_64-linux-gnu.so"
    file = native(path, [Library("libgomp.so.1")], distribution="numba 0.60.0")
    assert len(run(file).problems) == 1
    assert run(file, optional=[path]) == Findings(
        (),
        (
            f"{path} (of numba 0.60.0) needs libgomp.so.1, which is neither in the zip nor in python3.11 on x86_64; "
            "nothing in the zip imports it unconditionally, so the function may do without it, or leave the file out: "
            f'exclude = ["{path}"], or name it if a layer has it: provided_libraries = ["libgomp.so.1"]',
        ),
    )


@pytest.mark.parametrize(
    "options",
    [{"machine": 183}, {"needed": [libc("GLIBC_2.30")]}, {"needed": [Library("libc.musl-x86_64.so.1")]}],
)
def test_a_module_for_another_platform_is_refused_whoever_imports_it(options: dict[str, Any]) -> None:
    assert len(run(native("foo/_core.so", **options), optional=["foo/_core.so"]).problems) == 1


def test_a_library_that_a_layer_brings_is_not_missed() -> None:
    file = native("foo/_core.so", [Library("libodbc.so.2")])
    assert len(run(file).problems) == 1
    assert run(file, provided=["libodbc.so*"]) == NOTHING


def test_a_wheel_for_musl_is_called_that() -> None:
    assert run(native("foo/_core.abi3.so", [Library("libc.musl-x86_64.so.1")])).problems == (
        "foo/_core.abi3.so (of foo 1.0) needs libc.musl-x86_64.so.1, "
        "which is neither in the zip nor in python3.11 on x86_64: it is built for musl; take the "
        "manylinux wheel",
    )


def test_a_library_that_the_image_may_have_is_a_warning() -> None:
    file = native("foo/_core.so", [Library("libssl.so.3")])
    assert run(file, runtime=PYTHON_3_12) == Findings(
        (),
        (
            "foo/_core.so (of foo 1.0) needs libssl.so.3, which is not in the zip; "
            "python3.12 may have it, but AWS does not say so; "
            "take a wheel that brings it, or try the function where it will run",
        ),
    )
    assert len(run(file, runtime=PYTHON_3_11).problems) == 1


@pytest.mark.parametrize(
    ("runtime", "soname", "problems"),
    [
        (PYTHON_3_11, "libpython3.11.so.1.0", 0),
        (PYTHON_3_11, "libpython3.8.so.1.0", 1),
        (PYTHON_3_11, "libpython2.7.so.1.0", 1),
        (PYTHON_3_11, "libnsl.so.1", 0),
        (PYTHON_3_12, "libnsl.so.1", 1),
    ],
)
def test_libraries_differ_by_runtime(runtime: facts.Runtime, soname: str, problems: int) -> None:
    assert len(run(native("foo/_core.so", [Library(soname)]), runtime=runtime).problems) == problems


def test_libraries_differ_by_architecture() -> None:
    file = native("foo/_core.so", [Library("ld-linux-aarch64.so.1"), Library("libmvec.so.1")], machine=183)
    assert [problem.split(",")[0] for problem in run(file, architecture=ARM64).problems] == [
        "foo/_core.so (of foo 1.0) needs libmvec.so.1"
    ]


def test_a_library_where_no_search_path_leads_is_a_warning() -> None:
    library = native("foo.libs/libbar.so.1", soname="libbar.so.1")
    assert run(native("foo/_core.so", [Library("libbar.so.1")], runpath="$ORIGIN/lib"), library) == Findings(
        (),
        (
            "foo/_core.so (of foo 1.0) needs libbar.so.1, which is in the zip as foo.libs/libbar.so.1, "
            "where its search path ($ORIGIN/lib) does not lead; "
            "it loads only once something else has loaded that library",
        ),
    )


@pytest.mark.parametrize(
    ("module", "library", "path"),
    [
        ("foo/_core.so", "foo/libbar.so.1", "$ORIGIN"),
        ("foo/_core.so", "foo.libs/libbar.so.1", "/opt/lib:${ORIGIN}/../foo.libs/"),
        ("_core.so", "foo.libs/libbar.so.1", "$ORIGIN/foo.libs"),
        ("foo/_core.so", "libbar.so.1", None),
        ("foo/_core.so", "lib/libbar.so.1", None),
    ],
)
def test_a_library_that_the_loader_finds_is_fine(module: str, library: str, path: Optional[str]) -> None:
    assert run(native(module, [Library("libbar.so.1")], runpath=path), native(library)) == NOTHING


def test_a_library_beside_the_one_that_needs_it_is_fine() -> None:
    first = native("foo.libs/libbar.so.1", [Library("libbaz.so.2")])
    assert run(first, native("foo.libs/libbaz.so.2")) == NOTHING


def test_a_library_is_found_by_its_own_name_too() -> None:
    files = [native("foo/_core.so", [Library("libbar.so.1")]), native("foo/bar.so", soname="libbar.so.1")]
    findings = run(*files)
    assert findings.problems == ()
    assert "in the zip as foo/bar.so" in findings.warnings[0]


@pytest.mark.parametrize(
    ("interpreter", "soname", "problems", "warnings"),
    [
        ("/lib64/ld-linux-x86-64.so.2", None, 0, 0),
        ("/lib/ld-musl-x86_64.so.1", None, 1, 0),
        ("/nix/store/ld.so", None, 0, 1),
        ("/nix/store/ld.so", "libc.so.6", 0, 0),
    ],
)
def test_a_program_needs_what_starts_it(
    interpreter: str, soname: Optional[str], problems: int, warnings: int
) -> None:
    findings = run(native("foo/bin/tool", interpreter=interpreter, soname=soname))
    assert (len(findings.problems), len(findings.warnings)) == (problems, warnings)


def test_all_runtimes_and_architectures_have_their_tables() -> None:
    for runtime in facts.RUNTIMES.values():
        for architecture in facts.ARCHITECTURES.values():
            file = native("foo/_core.so", [libc("GLIBC_2.17")], machine=architecture.elf_machine)
            assert run(file, runtime=runtime, architecture=architecture) == NOTHING
