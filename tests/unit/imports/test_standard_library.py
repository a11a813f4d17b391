from __future__ import annotations

import importlib.util
import sys

import pytest

from tools.imports.standard_library import (
    Standard,
    _spans,
    find_module,
    is_top_level,
    system_of,
    top_level_names,
    versions_of,
)

# What an interpreter has on any system, or for its own tests, or only sometimes.
_NOT_LISTED = (
    "_aix", "_android", "_apple", "_ios", "_osx", "_test", "_xx", "xx", "__hello", "__phello", "_ctypes_test",
    "_overlapped", "_scproxy", "_winapi", "_wmi", "_msi", "msilib", "msvcrt", "winreg", "winsound",
)  # fmt: skip


@pytest.mark.parametrize(
    ("module", "present", "absent"),
    [
        ("tomllib", [11, 15], [8, 10]),
        ("zoneinfo", [9, 14], [8]),
        ("graphlib", [9], [8]),
        ("compression.zstd", [14, 15], [12, 13]),
        ("annotationlib", [14], [13]),
        ("string.templatelib", [14], [13]),
        ("pathlib.types", [14], [13]),
        ("concurrent.interpreters", [14], [13]),
        ("asyncio.taskgroups", [11], [10]),
        ("importlib.resources.abc", [11], [10]),
        ("distutils", [8, 11], [12, 13]),
        ("distutils.command.build_ext", [11], [12]),
        ("imp", [11], [12]),
        ("asyncore", [11], [12]),
        ("asynchat", [11], [12]),
        ("smtpd", [11], [12]),
        ("cgi", [12], [13]),
        ("telnetlib", [12], [13]),
        ("crypt", [12], [13]),
        ("lib2to3", [12], [13]),
        ("binhex", [10], [11]),
        ("formatter", [9], [10]),
        ("sre_parse", [14], [15]),
        ("profiling.sampling", [15], [14]),
        ("xml.etree.cElementTree", [8, 9, 13], []),
        ("os.path", [8, 15], []),
        ("json.nothing", [], [8, 15]),
        ("datetime.datetime", [], [8, 15]),
        ("winreg", [], [8, 15]),
    ],
)
def test_what_each_python_has(module: str, present: list[int], absent: list[int]) -> None:
    assert {minor: find_module(module, minor) for minor in (*present, *absent)} == {
        **dict.fromkeys(present, Standard.PRESENT),
        **dict.fromkeys(absent, Standard.ABSENT),
    }


def test_what_is_not_listed_is_unknown() -> None:
    assert find_module("idlelib.editor", 12) is Standard.UNKNOWN
    assert find_module("test.support", 12) is Standard.UNKNOWN
    assert find_module("importlib._bootstrap", 12) is Standard.UNKNOWN
    assert find_module("lib2to3.pgen2", 13) is Standard.ABSENT


def test_a_newer_python_counts_as_the_last_known() -> None:
    assert find_module("tomllib", 40) is Standard.PRESENT
    assert find_module("sre_parse", 40) is Standard.ABSENT


def test_what_messages_are_made_of() -> None:
    assert versions_of("distutils.core") == (8, 11)
    assert versions_of("json") == (8, 15)
    assert versions_of("requests") is None
    assert system_of("winreg") == "Windows"
    assert system_of("json") is None
    assert is_top_level("imp")
    assert not is_top_level("requests")
    assert "tomllib" in top_level_names(11)
    assert "tomllib" not in top_level_names(10)
    assert "os.path" not in top_level_names(10)


@pytest.mark.skipif(sys.version_info < (3, 10), reason="sys.stdlib_module_names is of Python 3.10")
def test_the_running_interpreter_agrees_at_the_top() -> None:
    minor = sys.version_info[1]
    own = {name for name in sys.stdlib_module_names if not name.startswith(_NOT_LISTED)} - {"nt"}
    listed = set(top_level_names(minor)) - {"test"}
    assert own ^ listed == set()


@pytest.mark.skipif(sys.version_info[:2] > (3, 13), reason="read from interpreters up to 3.13")
def test_the_running_interpreter_agrees_below() -> None:
    minor = sys.version_info[1]
    assert minor >= 9
    for name in _spans():
        parent = name.rpartition(".")[0]
        if not parent or parent.startswith(
            ("tkinter", "pyexpat", "distutils", "xml.parsers.expat", "os", "dbm", "curses")
        ):
            continue  # optional parts of an interpreter, and modules that no finder finds
        if find_module(parent, minor) is not Standard.PRESENT:
            continue
        try:
            found = importlib.util.find_spec(name) is not None
        except ModuleNotFoundError:
            found = False  # its parent is no package
        assert (name, found) == (name, find_module(name, minor) is Standard.PRESENT)
