from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.builders.distribution import Distribution as Installed
from tests.builders.member import first_party, member, third_party
from tools.lambda_zip.place.layout import Reason, lay_out
from tools.lambda_zip.read.distribution import Owners
from tools.lambda_zip.read.pex import Area, Part


def run(
    parts: Sequence[Part], source_roots: Sequence[str] = (), entry_points: Sequence[str] = ()
) -> tuple[list[str], dict[str, Reason]]:
    """Return the names in the zip, and member -> reason of what is left out."""
    found = lay_out(list(parts), Owners(parts, {}), source_roots, "third_party/python", entry_points)
    return [item.name for item in found.placed], {gone.member.name: gone.reason for gone in found.left_out}


def installed(*each: Installed) -> list[Part]:
    return [third_party(path, data) for one in each for path, data in one.installed().items()]


def test_third_party_code_is_moved_to_the_root() -> None:
    names, left = run(installed(Installed("a", "1", {"a/__init__.py": b"", "a/x.so": b"elf"})))
    assert names == [
        "a/__init__.py",
        "a/x.so",
        "a-1.dist-info/METADATA",
        "a-1.dist-info/WHEEL",
        "a-1.dist-info/RECORD",
    ]
    assert left == {"third_party/python/a-1.dist-info/INSTALLER": Reason.INSTALLER}


def test_first_party_code_stays_at_its_path() -> None:
    assert run([first_party("svc/echo.py", b"x"), first_party("svc/data.json", b"x")]) == (
        ["svc/echo.py", "svc/data.json"],
        {},
    )


@pytest.mark.parametrize(
    ("roots", "name"),
    [
        (["src"], "python/svc/echo.py"),
        (["src/python"], "svc/echo.py"),
        (["src", "src/python/"], "svc/echo.py"),
        (["/src/python/svc/"], "echo.py"),
        (["sr", "src/py", "", "/", "."], "src/python/svc/echo.py"),
    ],
)
def test_source_roots_are_taken_off(roots: Sequence[str], name: str) -> None:
    assert run([first_party("src/python/svc/echo.py", b"x")], roots)[0] == [name]


def test_the_bootstrap_and_the_entry_point_stay_out() -> None:
    bootstrap = Part(member("__main__.py", b"x"), Area.BOOTSTRAP, "__main__.py", "")
    assert run([bootstrap, first_party("svc/_main.py", b"x")], entry_points=["svc/_main.py"]) == (
        [],
        {"__main__.py": Reason.BOOTSTRAP, "svc/_main.py": Reason.ENTRY_POINT},
    )


def test_bytecode_beside_its_source_stays_out() -> None:
    parts = [
        first_party("a.py", b"x"),
        first_party("a.pyc", b"x"),
        first_party("__pycache__/b.cpython-311.pyc", b"x"),
        third_party("c.py", b"x"),
        third_party("c.pyc", b"x"),
    ]
    assert run(parts) == (
        ["a.py", "c.py"],
        dict.fromkeys(
            ["a.pyc", "__pycache__/b.cpython-311.pyc", "third_party/python/c.pyc"], Reason.BYTECODE
        ),
    )


def test_bytecode_without_source_is_kept() -> None:
    assert run([first_party("a.pyc", b"x"), third_party("b/c.pyc", b"x")])[0] == ["a.pyc", "b/c.pyc"]


def test_scattered_files_and_documents_stay_out() -> None:
    one = Installed(
        "a", "1", {"a.py": b"x", "a/bin/x.py": b"x"}, scattered={"bin/a": b"#!", "share/man/a.1": b"x"}
    )
    parts = [
        *installed(one),
        *map(third_party, ("LICENSE", "README.md", "AUTHORS.rst", "licensed.py", "a.pth", "x/LICENSE")),
    ]
    names, left = run(parts)
    assert {"a.py", "a/bin/x.py", "licensed.py", "x/LICENSE"} <= set(names)
    assert {name: reason for name, reason in left.items() if "-info" not in name} == {
        "third_party/python/bin/a": Reason.SCATTERED,
        "third_party/python/share/man/a.1": Reason.SCATTERED,
        "third_party/python/LICENSE": Reason.LOOSE_DOCUMENT,
        "third_party/python/README.md": Reason.LOOSE_DOCUMENT,
        "third_party/python/AUTHORS.rst": Reason.LOOSE_DOCUMENT,
        "third_party/python/a.pth": Reason.PATH_FILE,
    }


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("LICENSE", True),
        ("license.txt", True),
        ("LICENSE-MIT", True),
        ("LICENSE.APACHE", True),
        ("COPYING.LESSER", True),
        ("README.rst", True),
        ("Changes.md", True),
        ("history.py", False),
        ("licensed.py", False),
        ("install.py", False),
        ("readme_renderer.py", False),
        ("notice.cpython-311-x86_64-linux-gnu.so", False),
        ("news.json", False),
        ("todos", False),
    ],
)
def test_documents_are_told_from_modules(name: str, document: bool) -> None:
    assert run([third_party(name, b"x")]) == (
        ([], {f"third_party/python/{name}": Reason.LOOSE_DOCUMENT}) if document else ([name], {})
    )


def test_scattered_files_that_a_record_lists_stay_out() -> None:
    names, left = run(
        installed(Installed("a", "1", {"a.py": b"x", "share/man/a.1": b"x", "bin/a.py": b"#!"}))
    )
    assert [name for name in names if "-info" not in name] == ["a.py"]
    assert left["third_party/python/share/man/a.1"] == left["third_party/python/bin/a.py"] == Reason.SCATTERED


def test_a_package_that_is_called_bin_is_kept() -> None:
    assert "bin/__init__.py" in run(installed(Installed("bin", "1", {"bin/__init__.py": b"x"})))[0]


def test_a_namespace_package_stays_one() -> None:
    parts = [
        *installed(
            Installed("zope-interface", "1", {"zope/interface/__init__.py": b"", "zope/interface/a.py": b"x"})
        ),
        # Added by arcat.
        third_party("zope/__init__.py"),
        third_party("zope_interface-1.dist-info/__init__.py"),
    ]
    names, left = run(parts)
    assert [name for name in names if name.endswith(".py")] == [
        "zope/interface/__init__.py",
        "zope/interface/a.py",
    ]
    assert left["third_party/python/zope/__init__.py"] == Reason.ADDED_INIT
    assert left["third_party/python/zope_interface-1.dist-info/__init__.py"] == Reason.ADDED_INIT


@pytest.mark.parametrize("data", [b"", b"__path__ = 1\n"])
def test_an_init_that_a_record_lists_is_kept(data: bytes) -> None:
    assert (
        "google/__init__.py"
        in run(installed(Installed("a", "1", {"google/__init__.py": data, "google/a.py": b"x"})))[0]
    )


def test_an_init_with_contents_is_kept_whoever_it_is_of() -> None:
    assert "zope/__init__.py" in run([third_party("zope/__init__.py", b"x")])[0]


def test_an_empty_init_is_kept_where_no_record_knows_the_folder() -> None:
    # A python_wheel keeps its package and not its metadata: its own __init__.py cannot be told from an added one.
    parts = [
        *installed(Installed("a", "1", {"n/a/x.py": b"x"})),
        third_party("lib/__init__.py"),
        third_party("n/__init__.py"),
    ]
    names, left = run(parts)
    assert "lib/__init__.py" in names
    assert left["third_party/python/n/__init__.py"] == Reason.ADDED_INIT


def test_an_empty_init_that_was_compiled_is_somebodys() -> None:
    parts = [
        *installed(Installed("a", "1", {"n/a.py": b"x"})),
        third_party("n/__init__.py"),
        third_party("n/__init__.pyc", b"x"),
    ]
    names, _ = run(parts)
    assert "n/__init__.py" in names


def test_added_inits_of_first_party_code() -> None:
    parts = [
        first_party("__init__.py"),
        first_party("third_party/__init__.py"),
        first_party("third_party/python/__init__.py"),
        first_party("svc/__init__.py"),
        first_party("svc/echo.py", b"x"),
        first_party("google/__init__.py"),
        first_party("google/mine.py", b"x"),
        third_party("google/theirs.py", b"x"),
        first_party("own/__init__.py"),
        first_party("own/__init__.pyc", b"x"),
    ]
    names, left = run(parts)
    assert names == [
        "svc/echo.py",
        "google/mine.py",
        "google/theirs.py",
        "own/__init__.py",
        "svc/__init__.py",
    ]
    assert sorted(name for name, reason in left.items() if reason == Reason.ADDED_INIT) == [
        "__init__.py",
        "google/__init__.py",
        "third_party/__init__.py",
        "third_party/python/__init__.py",
    ]


def test_inits_on_the_way_to_a_source_root_stay_out() -> None:
    parts = [
        first_party("src/__init__.py"),
        first_party("src/python/__init__.py"),
        first_party("src/python/svc/__init__.py"),
        first_party("src/python/svc/echo.py", b"x"),
    ]
    assert run(parts, ["src/python"])[0] == ["svc/echo.py", "svc/__init__.py"]


def test_inits_below_a_source_root_that_first_party_code_shares_are_kept() -> None:
    parts = [
        first_party("lib/__init__.py"),
        first_party("lib/code.py", b"x"),
        first_party("lib/src/a.py", b"x"),
    ]
    assert run(parts, ["lib/src"])[0] == ["lib/code.py", "a.py", "lib/__init__.py"]


def test_inits_of_a_wheels_own_tree_are_its_own() -> None:
    assert run([third_party("zope/__init__.py", b"", "zope-1.whl")])[0] == ["zope/__init__.py"]


def test_notes_of_lambda_wheel_stay_out() -> None:
    parts = installed(Installed("a", "1", {"a.py": b"x"}, extra={"native.json": b"{}"}))
    assert run(parts)[1]["third_party/python/a-1.dist-info/native.json"] == Reason.WHEEL_NOTE
