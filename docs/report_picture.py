"""Makes docs/report.png: the page of lambda_report for examples/plot, which must be built.

`python3 -m docs.report_picture`, with Playwright and Debian's Chromium.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tools.lambda_report.cli import main as lambda_report

_ROOT = Path(__file__).resolve().parent.parent
_BUILT = _ROOT / "plz-out" / "gen" / "examples" / "plot"
_PICTURE = _ROOT / "docs" / "report.png"
_CHROMIUM = "/usr/bin/chromium"


def main() -> int:
    """Write the picture, and return the exit status."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        status = lambda_report([f"{_BUILT}/lambda.zip", f"{_BUILT}/lambda.json", f"--html={page}"])
        if status:
            return status
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox"])
            view = browser.new_page(viewport={"width": 1000, "height": 820})
            view.goto(page.as_uri())
            view.wait_for_selector(".tile")
            view.screenshot(path=_PICTURE)
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
