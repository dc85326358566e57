"""How long until a person sees something? `python -m tests.benchmarks.first_start`.

A fresh home fills with the demo; then the server is stopped and started again on the same home. To hold: the
hotel model's Health chart within 60 s of the first start, and within 3 s of opening the page later on.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from core.services.label_errors import suspect_list
from core.services.monitoring import monitor
from core.services.onboarding.connect_model import list_models
from core.settings import Settings
from core.store.workspace import open_workspace
from tests.browser.server import CHROMIUM_FLAGS, READY, Server, chromium, until

CHART = ".st-key-timeline svg.marks"
DEMOS = 2
FIRST_GOAL, LATER_GOAL = 60.0, 3.0
PATIENCE = 600


def main() -> int:
    """Print the moments of a first and a later start; 1 when a goal is missed."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(CHROMIUM_FLAGS))
        print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        first = _first(Path(folder), browser.new_page())
        later = _later(Path(folder), browser)
        browser.close()
    return int(first > FIRST_GOAL or later > LATER_GOAL)


class Watch:
    """Prints how long after the start something was there."""

    def __init__(self, title: str) -> None:
        self.began = time.monotonic()
        print(f"\n{title}")

    def __call__(self, what: str) -> float:
        """Say it, and give the seconds."""
        seconds = time.monotonic() - self.began
        print(f"  {what:<44}{seconds:>7.1f} s")
        return seconds


def _first(home: Path, page: Page) -> float:
    seen = Watch("First start, empty home")
    server = Server(home).start()
    try:
        seen("the server answers")
        page.goto(server.url)
        page.wait_for_selector(READY, timeout=60_000)
        seen("the page is there")
        page.wait_for_selector(CHART, timeout=1000 * PATIENCE)
        chart = seen("the hotel's Health chart is on the screen")
        until(lambda: _filled(home), "the demo", PATIENCE)
        seen("both demo models have health and suspects")
        return chart
    finally:
        server.stop()


def _filled(home: Path) -> bool:
    ws = open_workspace(Settings(home=home))
    names = [spec.name for spec in list_models(ws)]
    return len(names) == DEMOS and all(
        monitor.health(ws, name) and suspect_list.latest(ws, name) for name in names
    )


def _later(home: Path, browser: Browser) -> float:
    """Start again on a filled home; opened at once, and opened a second time by somebody else."""
    seen = Watch("Later start, same home")
    server = Server(home).start()
    try:
        seen("the server answers")
        first = _opened(server, browser)
        seen(f"the chart is on the screen ({first:.1f} s after opening the page)")
        second = _opened(server, browser)
        print(f"  {'a second person: chart after opening':<44}{second:>7.1f} s")
        return max(first, second)
    finally:
        server.stop()


def _opened(server: Server, browser: Browser) -> float:
    """Seconds from opening the page to the chart, in a browser that has cached nothing."""
    context = browser.new_context()
    page = context.new_page()
    began = time.monotonic()
    page.goto(server.url)
    page.wait_for_selector(CHART, timeout=60_000)
    seconds = time.monotonic() - began
    context.close()
    return seconds


if __name__ == "__main__":
    sys.exit(main())
