from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.builders.command import pack
from tests.builders.pex import echo_pex
from tools.lambda_report.cli import main

CHROMIUM = shutil.which("chromium")


@pytest.fixture
def built(tmp_path: Path) -> list[str]:
    result = pack(echo_pex().write(tmp_path / "app.pex"), "--manifest", tmp_path / "app.json")
    assert result.status == 0, result.err
    return [str(tmp_path / "app.zip"), str(tmp_path / "app.json")]


def test_json_has_every_file_with_its_owner(built: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*built, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert sum(file[1] for file in found["files"]) + 22 == found["zip_bytes"]
    assert {owner["name"] for owner in found["owners"]} == {"first-party code", "msgspec"}
    assert [one["name"] for one in found["unused"]] == ["msgspec"]


def test_against_itself_nothing_has_changed(built: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*built, "--markdown", "--against", built[0]]) == 0
    assert "**What has changed**\n\nNothing.\n" in capsys.readouterr().out


def test_what_is_unused(built: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*built, "--unused"]) == 0
    out = capsys.readouterr().out
    assert (
        "msgspec 0.19.0  nothing that is used requires it: take it out of deps, if nothing else loads it"
        in out
    )


def test_a_page_asks_nobody_and_opens_by_keyboard(built: list[str], tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    assert main([*built, "--html", str(page)]) == 0
    assert "http://" not in page.read_text()
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("there is no chromium on PATH")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        view = browser.new_page(viewport={"width": 390, "height": 800})
        errors: list[str] = []
        view.on("pageerror", lambda error: errors.append(str(error)))
        view.goto(page.as_uri())
        view.locator(".tile").first.focus()
        view.keyboard.press("Enter")
        assert view.locator("#path .here").inner_text().startswith("msgspec")
        view.keyboard.press("Escape")
        assert view.locator("#path .here").inner_text() == "zip"
        view.fill("#search", "first")
        assert view.locator("#list tbody tr").count() == 1
        assert view.evaluate("document.documentElement.scrollWidth") == 390
        assert errors == []
        browser.close()
