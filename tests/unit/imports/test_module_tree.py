from __future__ import annotations

import pytest

from tools.imports.module_tree import Found, Leads, ModuleTree

FILES = [
    "svc/__init__.py",
    "svc/echo.py",
    "svc/echo.txt",
    "ns/part/x.py",
    "both/__init__.py",
    "both.py",
    "fast.cpython-312-x86_64-linux-gnu.so",
    "fast.py",
    "old.pyc",
    "six.py",
    "json.py",
]


def tree(minor: int = 12, *more: str) -> ModuleTree:
    return ModuleTree([*FILES, *more], minor, {"boto3"}, lambda name: name == "six.py")


@pytest.mark.parametrize(
    ("module", "leads", "files"),
    [
        ("svc.echo", Leads.FILE, ("svc/__init__.py", "svc/echo.py")),
        ("both", Leads.FILE, ("both/__init__.py",)),
        ("fast", Leads.FILE, ("fast.cpython-312-x86_64-linux-gnu.so",)),
        ("old", Leads.FILE, ("old.pyc",)),
        ("json", Leads.FILE, ("json.py",)),
        ("ns", Leads.NAMESPACE, ()),
        ("ns.part.x", Leads.FILE, ("ns/part/x.py",)),
        ("os.path", Leads.ELSEWHERE, ()),
        ("boto3.session", Leads.ELSEWHERE, ()),
        ("idlelib.editor", Leads.UNKNOWN, ()),
        ("fast.inner", Leads.UNKNOWN, ("fast.cpython-312-x86_64-linux-gnu.so",)),
        ("six.moves.urllib", Leads.UNKNOWN, ("six.py",)),
    ],
)
def test_where_an_import_leads(module: str, leads: Leads, files: tuple[str, ...]) -> None:
    assert tree().find(module) == Found(leads, files)


@pytest.mark.parametrize(
    ("module", "missing"),
    [
        ("nothing", "nothing"),
        ("svc.nothing.below", "svc.nothing"),
        ("svc.echo.below", "svc.echo.below"),
        ("ns.part.y", "ns.part.y"),
        ("distutils.core", "distutils"),
        ("asyncio.nothing", "asyncio.nothing"),
        ("datetime.datetime", "datetime.datetime"),
    ],
)
def test_what_is_missing(module: str, missing: str) -> None:
    found = tree().find(module)
    assert (found.leads, found.missing) == (Leads.NOWHERE, missing)


def test_setuptools_brings_distutils_as_it_runs() -> None:
    assert tree(12, "setuptools/_distutils/core.py").find("distutils.core").leads is Leads.UNKNOWN


def test_names_for_messages() -> None:
    assert tree().children("svc") == ["echo"]
    assert tree().children("") == ["both", "fast", "json", "ns", "old", "six", "svc"]
    assert tree().file_of("svc") == "svc/__init__.py"
    assert tree().file_of("ns") == ""
