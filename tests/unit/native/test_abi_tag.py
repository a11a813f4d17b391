from __future__ import annotations

import importlib.machinery
import platform
import sys

import pytest

from tools.native.abi_tag import AbiTag, Answer, read_tag


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        (
            "pkg/_core.cpython-311-x86_64-linux-gnu.so",
            AbiTag(
                "cpython-311-x86_64-linux-gnu", False, "CPython", (3, 11), False, "linux", "gnu", "x86_64"
            ),
        ),
        (
            "_core.cpython-39-aarch64-linux-musl.so",
            AbiTag(
                "cpython-39-aarch64-linux-musl", False, "CPython", (3, 9), False, "linux", "musl", "aarch64"
            ),
        ),
        (
            "x.cpython-313t-x86_64-linux-gnu.so",
            AbiTag(
                "cpython-313t-x86_64-linux-gnu", False, "CPython", (3, 13), True, "linux", "gnu", "x86_64"
            ),
        ),
        (
            "x.cpython-36m-i386-linux-gnu.so",
            AbiTag("cpython-36m-i386-linux-gnu", False, "CPython", (3, 6), False, "linux", "gnu", "i686"),
        ),
        ("x.abi3.so", AbiTag("abi3", True, "CPython", None, False, None, None, None)),
        ("x.abi3.pyd", AbiTag("abi3", True, "CPython", None, False, "windows", None, None)),
        (
            "x.cp311-win_amd64.pyd",
            AbiTag("cp311-win_amd64", False, "CPython", (3, 11), False, "windows", None, "x86_64"),
        ),
        ("x.cp38-win32.pyd", AbiTag("cp38-win32", False, "CPython", (3, 8), False, "windows", None, "i686")),
        (
            "x.cpython-311-darwin.so",
            AbiTag("cpython-311-darwin", False, "CPython", (3, 11), False, "darwin", None, None),
        ),
        (
            "x.pypy39-pp73-x86_64-linux-gnu.so",
            AbiTag("pypy39-pp73-x86_64-linux-gnu", False, "PyPy", (3, 9), False, "linux", "gnu", "x86_64"),
        ),
        (
            "x.graalpy242-311-native-x86_64-linux.so",
            AbiTag("graalpy242-311-native-x86_64-linux", False, "GraalPy", None, False, None, None, None),
        ),
        ("x.so", None),
        ("libfoo.so.1.2", None),
        ("libfoo.1.so", None),
        ("_core.cpython-311-x86_64-linux-gnu.py", None),
        (".cpython-311-x86_64-linux-gnu.so", None),
        ("", None),
    ],
)
def test_the_tag_is_read_from_the_name(name: str, tag: object) -> None:
    assert read_tag(name) == tag


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("x.cpython-312-x86_64-linux-gnu.so", Answer(True, "Python 3.12 on x86_64 Linux loads it")),
        ("x.abi3.so", Answer(True, "Python 3.12 on x86_64 Linux loads it")),
        (
            "x.cpython-311-x86_64-linux-gnu.so",
            Answer(False, "it is for Python 3.11, not for Python 3.12 on x86_64 Linux"),
        ),
        (
            "x.cpython-312-aarch64-linux-gnu.so",
            Answer(False, "it is for aarch64, not for Python 3.12 on x86_64 Linux"),
        ),
        (
            "x.cpython-312t-x86_64-linux-gnu.so",
            Answer(False, "it is for free-threaded Python, which has another ABI"),
        ),
        (
            "x.cpython-312-x86_64-linux-musl.so",
            Answer(False, "it is for musl (Alpine Linux), not for glibc"),
        ),
        ("x.cpython-312-darwin.so", Answer(False, "it is for macOS, not for Python 3.12 on x86_64 Linux")),
        ("x.cp312-win_amd64.pyd", Answer(False, "it is for Windows, not for Python 3.12 on x86_64 Linux")),
        ("x.abi3.pyd", Answer(False, "it is for Windows, not for Python 3.12 on x86_64 Linux")),
        ("x.pypy312-pp73-x86_64-linux-gnu.so", Answer(False, "it is for PyPy, not for CPython")),
    ],
)
def test_the_answer_says_why(name: str, answer: Answer) -> None:
    tag = read_tag(name)
    assert tag is not None
    assert tag.loads_on((3, 12), "x86_64") == answer


@pytest.mark.skipif(
    sys.platform != "linux" or platform.libc_ver()[0] != "glibc" or sys.implementation.name != "cpython",
    reason="only CPython on Linux with glibc has the names that Lambda loads",
)
def test_this_interpreters_own_names_load_on_it() -> None:
    for suffix in importlib.machinery.EXTENSION_SUFFIXES:
        tag = read_tag(f"module{suffix}")
        # Debian's Python 3.14 also loads `.abi3-x86_64-linux-gnu.so`, a name of its own that Lambda's does not load.
        if suffix == ".so" or suffix.startswith(".abi3-"):
            assert tag is None
        elif "t" not in suffix.partition("abi3")[2]:
            assert tag is not None
            assert tag.loads_on((sys.version_info[0], sys.version_info[1]), platform.machine()).loads
