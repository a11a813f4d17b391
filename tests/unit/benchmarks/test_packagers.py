"""Packagers: each gets the function's pins and sees its edits."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from bench import peer
from bench.function import ECHO, PLOT, Function
from bench.packagers.framework import Chalice, Serverless
from bench.packagers.installer import Pip, Uv
from bench.packagers.packager import SourceFolder, zip_program
from bench.packagers.pex_tool import PexTool
from bench.packagers.sam import Sam, sam_template
from bench.place import Place
from tools.errors import PleasingError


class _Place:
    """A place whose peers are not installed."""

    runtime = "python3.13"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fresh(self, name: str) -> Path:
        path = self.folder / name
        path.mkdir()
        return path


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setattr(peer, "program", lambda place, distribution, name: tmp_path / name)
    monkeypatch.setattr(peer, "serverless", lambda place: tmp_path / "node_modules")
    return cast(Place, _Place(tmp_path))


@pytest.mark.parametrize("kind", [Pip, Uv, Sam, PexTool, Chalice, Serverless])
@pytest.mark.parametrize("function", [PLOT, ECHO])
def test_packager_gets_the_pins_and_each_edit(
    place: Place, kind: type[SourceFolder], function: Function
) -> None:
    one = kind(place, function)  # type: ignore[call-arg]
    sources = set()
    for number in (1, 2):
        one.edit(number)
        source = next(place.folder.glob(f"edit-*/src/**/{function.name}.py"))
        text = source.read_text("utf-8")
        assert text.startswith(function.source.read_text("utf-8"))
        sources.add(text)
    assert len(sources) == 2
    (requirements,) = place.folder.glob("edit-*/src/requirements.txt")
    assert tuple(requirements.read_text("utf-8").split()) == function.pins
    one.close()
    assert not list(place.folder.iterdir())


def test_sam_builds_each_function_of_its_template(place: Place) -> None:
    text = sam_template(place, {"F0": (PLOT, "f0"), "F1": (ECHO, "f1")})
    assert text.count("Type: AWS::Serverless::Function") == 2
    assert "  F1:\n" in text
    assert text.count("      Runtime: python3.13\n") == 2
    assert "      Handler: echo.handler\n      CodeUri: f1\n" in text


def test_missing_zip_program_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PleasingError, match="no zip on PATH; install Info-ZIP's"):
        zip_program()
