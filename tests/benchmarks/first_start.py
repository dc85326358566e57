"""How long until a person sees something? `python -m tests.benchmarks.first_start`.

A fresh home fills with the demo; then the server is stopped and started again on the same home. To hold: text
within a second of the page's answer and a layout shift below .1 on the way; from the tenth second on the time
left that the page tells is at most twice, and at least half, of what it then took; the hotel model's Health
chart within 60 s of the first start, and within 3 s of opening the page later on.
"""

import os
import re
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
from tests.browser.server import CHROMIUM_FLAGS, READY, Server, chromium

CHART = ".st-key-timeline svg.marks"
DEMOS = 2
FIRST_GOAL, LATER_GOAL = 60.0, 3.0
PATIENCE = 600
WORK = "[class*=st-key-job_]"
LEFT = re.compile(r"about ((?P<minutes>\d+) min)? ?((?P<seconds>\d+) s)? ?left")
SETTLED, SOON = 10.0, 5.0
"""Seconds after which what is told of the time left should hold, and before the end nobody reads it."""
EYES = """
window.shift = 0; window.text = null;
new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
  if (!entry.hadRecentInput) window.shift += entry.value;
})).observe({type: "layout-shift", buffered: true});
const look = () => {
  if (document.body?.innerText.trim()) window.text = performance.now();
  else requestAnimationFrame(look);
};
look();
"""
"""What moved by itself, and when the first text was there."""


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
        page.add_init_script(EYES)
        page.goto(f"{server.url}/health")
        page.wait_for_selector(READY, timeout=60_000)
        seen("the page is there")
        left, chart = _watch_work(home, page, seen)
        seen("both demo models have health and suspects")
        answer = page.evaluate("performance.getEntriesByType('navigation')[0].responseStart")
        print(f"  text after the page's answer: {(page.evaluate('text') - answer) / 1000:.2f} s")
        print(f"  layout shift until then: {page.evaluate('shift'):.3f}")
        print(f"  time left told beside what it took, from second {SETTLED:.0f} on: {_ratios(left)}")
        return chart
    finally:
        server.stop()


def _watch_work(home: Path, page: Page, seen: Watch) -> tuple[dict[str, list[tuple[float, float]]], float]:
    """Of each job the moments at which a time left was told, with it; and when the chart was there."""
    told: dict[str, list[tuple[float, float]]] = {}
    ends: dict[str, float] = {}
    chart = 0.0
    while not _filled(home) or page.locator(WORK).count():
        now = time.monotonic() - seen.began
        for row in page.locator(WORK).all_inner_texts():
            title = row.split(":")[0]
            ends[title] = now
            match = LEFT.search(row)
            if match and any(match.groups()):
                seconds = 60 * int(match["minutes"] or 0) + int(match["seconds"] or 0)
                told.setdefault(title, []).append((now, seconds))
        if not chart and page.locator(CHART).count():
            chart = seen("the hotel's Health chart is on the screen")
        page.wait_for_timeout(1000)
    pairs = {
        title: [(ends[title] - now, left) for now, left in told[title] if now >= SETTLED] for title in told
    }
    return {title: [pair for pair in pairs[title] if pair[0] >= SOON] for title in pairs}, chart


def _ratios(left: dict[str, list[tuple[float, float]]]) -> str:
    ratios = sorted(told / max(took, 1.0) for moments in left.values() for took, told in moments)
    if not ratios:
        return "never told"
    right = sum(0.5 <= ratio <= 2 for ratio in ratios)
    return f"{right} of {len(ratios)} within a factor of 2 ({ratios[0]:.2f} to {ratios[-1]:.2f})"


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
    page.goto(f"{server.url}/health")
    page.wait_for_selector(CHART, timeout=60_000)
    seconds = time.monotonic() - began
    context.close()
    return seconds


if __name__ == "__main__":
    sys.exit(main())
