from __future__ import annotations

import pytest

from tools.slim.candidate import candidates_of
from tools.slim.rule import MORE, SAFE, Level, Rule, rules_of

# Enough modules for no distribution to be nothing but what goes.
CODE = [f"p/m{number}.py" for number in range(20)]


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("p/a.pyi", Rule.STUBS),
        ("a.pyi", Rule.STUBS),
        ("p/py.typed", Rule.STUBS),
        ("p/a.c", Rule.SOURCES),
        ("p/include/a.hpp", Rule.SOURCES),
        ("p/a.pyx", Rule.SOURCES),
        ("p/a.pxd", Rule.SOURCES),
        ("p/a.f90", Rule.SOURCES),
        ("p/a.pyx.in", Rule.SOURCES),
        ("p/liba.a", Rule.LIBRARIES),
        ("p/a.lib", Rule.LIBRARIES),
        ("p/meson.build", Rule.BUILD),
        ("p/CMakeLists.txt", Rule.BUILD),
        ("p/pyproject.toml", Rule.BUILD),
        ("p/a.pc", Rule.BUILD),
        ("p/README.md", Rule.DOCUMENTS),
        ("p/CHANGES", Rule.DOCUMENTS),
        ("p/readme-dev.txt", Rule.DOCUMENTS),
        ("p/poetry.lock", Rule.LOCKS),
        ("p/static/package-lock.json", Rule.LOCKS),
        ("p/LICENSE", Rule.LICENCES),
        ("p/COPYING.LESSER", Rule.LICENCES),
        ("p-1.dist-info/LICENSE.txt", Rule.LICENCES),
        ("p-1.dist-info/licenses/a/LICENSE", Rule.LICENCES),
        ("p-1.dist-info/licenses/AUTHORS", Rule.LICENCES),
        ("p-1.dist-info/sboms/a.cdx.json", Rule.BILLS),
        ("p/static/a.js.map", Rule.MAPS),
    ],
)
def test_files_by_rule(name: str, rule: Rule) -> None:
    assert candidates_of([*CODE, name]).files == {name: rule}


@pytest.mark.parametrize(
    "name",
    [
        "p/data.json",
        "p/data.txt",
        "p/newsgroups.txt",
        "p/history.csv",
        "p/a.map",
        "p/schema.yaml",
        "p/a.lock",
        "p/install.sh",
        "p/tests/data.csv",  # a folder without modules is data
        "p/docs/index.html",
        "Makefile",
        "README.md",
        "a.h",
        "p-1.dist-info/METADATA",
        "p-1.dist-info/RECORD",
        "p-1.dist-info/entry_points.txt",
        "p-1.dist-info/top_level.txt",
        "p-1.dist-info/WHEEL",
        "p/a.in",
        "p/contest/a.json",
        "p/license_plates.py",
        "p/a.cpython-311-x86_64-linux-gnu.so",
    ],
)
def test_data_and_metadata_stay(name: str) -> None:
    found = candidates_of([*CODE, name])
    assert found.files == {}
    assert found.units == {}


def test_units() -> None:
    names = [
        "p/tests/__init__.py",
        "p/tests/data.csv",
        "p/tests/test/a.py",
        "p/x/testing/__init__.py",
        "p/conftest.py",
        "p/setup.py",
        "p/examples/a.py",
        "p/docs/a.rst",
        "tests/test_p.py",
    ]
    found = candidates_of([*CODE, *names])
    assert found.units == {
        "p/tests": Rule.TESTS,
        "p/x/testing": Rule.TESTS,
        "p/conftest": Rule.TESTS,
        "p/setup": Rule.BUILD,
        "p/examples": Rule.EXAMPLES,
        "p/docs": Rule.DOCUMENTS,
        "tests": Rule.TESTS,
    }
    assert found.names["p/tests"] == names[:3]
    assert found.files == {}


def test_a_package_that_is_called_docs_stays() -> None:
    assert candidates_of([*CODE, "p/docs/__init__.py", "p/docs/a.rst"]).units == {}


def test_a_distribution_of_nothing_but_tests_stays() -> None:
    names = ["zope/testing/__init__.py", "zope/testing/a.py", "zope.testing-1.dist-info/METADATA"]
    assert candidates_of(names).units == {}


def test_setup_at_the_root_is_a_module() -> None:
    assert candidates_of([*CODE, "setup.py", "conftest.py"]).units == {}


def test_a_compiler_keeps_its_headers() -> None:
    headers = [f"p/include/{number}.h" for number in range(30)]
    assert candidates_of([*CODE, *headers, "p/a.cmake"]).files == {}
    assert candidates_of([*CODE, "p/a.h", "p/kernel.cl"]).files == {}
    assert candidates_of([*CODE, "p/a.h", "p/kernel.txt"]).files == {"p/a.h": Rule.SOURCES}


def test_a_build_tool_keeps_its_scripts() -> None:
    data = [f"p/{number}.dat" for number in range(1000)]
    scripts = [f"p/Modules/{number}.cmake" for number in range(51)]
    assert candidates_of([*CODE, *data, *scripts, "p/Modules/a.c.in"]).files == {}
    assert len(candidates_of([*CODE, *data, *scripts[:50], "p/Modules/a.c.in"]).files) == 51


def test_levels() -> None:
    assert rules_of(Level.NONE, licences=True) == frozenset()
    assert rules_of(Level.SAFE, licences=False) == SAFE
    assert rules_of(Level.MORE, licences=False) == MORE
    assert rules_of(Level.SAFE, licences=True) == SAFE | {Rule.LICENCES}
    assert Rule.LICENCES not in MORE
