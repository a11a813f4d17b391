from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.builders.member import MemorySource, member
from tests.builders.pex import PexBuilder, PexKind
from tools.errors import PleasingError
from tools.lambda_zip.read.links import follow_links
from tools.lambda_zip.read.pex import Area, Part, open_pex


def parts(files: dict[str, bytes], links: dict[str, str], executable: bool = False) -> list[Part]:
    source = MemorySource()
    members = [member(name, data, executable, source=source) for name, data in files.items()]
    members += [member(name, target.encode(), link=True, source=source) for name, target in links.items()]
    return [Part(item, Area.FIRST_PARTY, item.name, "") for item in members]


FILES = {"a/one.txt": b"one", "a/b/two.txt": b"two"}


@pytest.mark.parametrize(
    ("link", "target", "data"),
    [
        ("a/link", "one.txt", b"one"),
        ("link", "a/one.txt", b"one"),
        ("a/b/link", "../one.txt", b"one"),
        ("a/link", "./b/../b/two.txt", b"two"),
        ("a/link", "b//two.txt", b"two"),
    ],
)
def test_a_good_link_becomes_its_file(link: str, target: str, data: bytes) -> None:
    source = MemorySource()
    given = [
        Part(member(name, content, True, source=source), Area.FIRST_PARTY, name, "")
        for name, content in FILES.items()
    ]
    given.append(
        Part(member(link, target.encode(), link=True, source=source), Area.THIRD_PARTY, "path", "tree")
    )
    last = follow_links(given)[-1]
    assert (last.area, last.path, last.tree) == (Area.THIRD_PARTY, "path", "tree")
    assert (last.member.name, last.member.link, last.member.executable) == (link, False, True)
    assert (last.member.size, last.member.offset) == (len(data), 0)


def test_links_to_links_are_followed() -> None:
    chain = {f"a/{number}": f"{number + 1}" for number in range(30)}
    last = follow_links(parts(FILES, {**chain, "a/30": "one.txt"}))[2]
    assert last.member.size == 3


def test_without_links_nothing_is_touched() -> None:
    given = parts(FILES, {})
    assert follow_links(given) == given


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        ("/etc/passwd", "which is out of the PEX; put the file itself in its place"),
        ("../../x", "which is out of the PEX; put the file itself in its place"),
        ("..", "which is a folder; put the folder's files in its place"),
        ("../..", "which is out of the PEX; put the file itself in its place"),
        ("b", "which is a folder; put the folder's files in its place"),
        ("b/", "which is a folder; put the folder's files in its place"),
        (".", "which is a folder; put the folder's files in its place"),
        ("nothing", None),
        ("one.txt/x", None),
        ("", "which is nothing; put the file itself in its place"),
        ("a\x00b", None),
    ],
)
def test_a_bad_link_is_refused(target: str, problem: str) -> None:
    with pytest.raises(PleasingError) as caught:
        follow_links(parts(FILES, {"a/link": target}))
    expected = f", {problem}" if problem else ", but there is no such file in the PEX"
    assert str(caught.value) == f"a/link in app.pex is a link to {target!r}{expected}"


def test_a_circle_is_refused_and_all_are_told() -> None:
    with pytest.raises(PleasingError) as caught:
        follow_links(parts(FILES, {"x": "y", "y": "x", "self": "self"}))
    assert caught.value.problems == tuple(
        f"{name} in app.pex is a link that leads in a circle; put the file itself in its place"
        for name in ("x", "y", "self")
    )


def test_a_target_that_no_system_takes_is_not_read() -> None:
    with pytest.raises(PleasingError) as caught:
        follow_links(parts(FILES, {"link": "x" * 5000}))
    assert str(caught.value) == (
        "link in app.pex is a link, but its target has 5,000 bytes; put the file itself in its place"
    )


def test_many_links_to_nothing_take_no_time() -> None:
    files = {f"f/{number}": b"" for number in range(3000)}
    links = {f"l/{number}": "nothing" for number in range(3000)}
    with pytest.raises(PleasingError) as caught:
        follow_links(parts(files, links))
    assert len(caught.value.problems) == 3000


def test_a_link_in_one_wheel_does_not_lead_to_another(tmp_path: Path) -> None:
    builder = PexBuilder(PexKind.LOOSE).add_distribution("a", "1", {"a.py": b"a"})
    path = builder.add_link("svc/link", "../../outside").write(tmp_path / "app.pex")
    (tmp_path / "outside").write_bytes(b"secret")
    os.symlink("../.deps", path / "svc" / "folder")
    pex = open_pex(path)
    with pytest.raises(PleasingError) as caught:
        follow_links(pex.parts)
    assert caught.value.problems == (
        "svc/folder in app.pex is a link to '../.deps', which is a folder; put the folder's files in its place",
        "svc/link in app.pex is a link to '../../outside', which is out of the PEX; put the file itself in its place",
    )
    pex.close()


def test_a_link_of_a_folder_gives_its_files_bytes(tmp_path: Path) -> None:
    path = (
        PexBuilder(PexKind.LOOSE).add("a.txt", b"text").add_link("link", "a.txt").write(tmp_path / "app.pex")
    )
    pex = open_pex(path)
    found = {part.path: part.member for part in follow_links(pex.parts)}
    assert found["link"].read() == b"text"
    pex.close()
