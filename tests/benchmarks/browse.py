"""What a person waits for and sees move, in a real browser: measured for `python -m tests.benchmarks.pages`.

Painted is what the page shows last: from the press of the button to the paint after the last change of the
page, once its script has ended and nothing changed for `QUIET` ms. What is drawn on a canvas (tables) or by a
style alone changes no node and is not seen. Beside it stand processor times, which other work on the machine
hardly changes: of the web process, and of the thread of the browser that draws.
"""

import os
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from tests.browser.server import CHROMIUM_FLAGS, READY, Server, chromium, open_context

PAGES = ("overview", "health", "suspects", "relabel", "retrain", "experiments", "history", "setup")
WIDTHS = ((1440, 900), (390, 844))
COLOURS = ("light", "dark")
VISITS, CLICKS, QUIET = 3, 5, 400
SEEN, WORDS = 0.01, 240
"""Shifts below that are not told; letters of what moved."""
EYES = """
window.shifts = []; window.pressed = 0; window.painted = 0;
const nameOf = (source) => {
  const node = source.node?.nodeType === 3 ? source.node.parentElement : source.node;
  const classes = [...(node?.closest?.("[class*=st-key-]")?.classList ?? [])];
  const key = classes.find((name) => name.startsWith("st-key-"))?.slice(7);
  return [key, node?.dataset?.testid ?? node?.tagName, (node?.innerText ?? "").slice(0, 20)].join(" ").trim();
};
new PerformanceObserver((list) => {
  for (const entry of list.getEntries())
    shifts.push([entry.value, entry.sources.map((source) =>
      `${nameOf(source)} ${source.currentRect.top - source.previousRect.top | 0} px`).join("; ")]);
}).observe({type: "layout-shift", buffered: true});
addEventListener("pointerdown", () => { pressed = performance.now(); painted = 0; }, true);
const state = "data-test-script-state";
new MutationObserver((records) => {
  if (records.every((record) => record.attributeName === state)) return;
  requestAnimationFrame(() => setTimeout(() => { painted = performance.now(); }));
}).observe(document, {subtree: true, childList: true, characterData: true, attributes: true});
"""
CELLS = ".st-key-segments_chart svg.marks .mark-rect path"
ORDER, STEP, TABLE = ".st-key-sort button", ".st-key-step button", ".st-key-timeline_table label"
STILL = (
    f"() => painted > pressed && performance.now() - painted > {QUIET} && document.querySelector('{READY}')"
)


@dataclass
class Cost:
    """What one click took: ms until painted and of processors, messages of the server and their kB."""

    painted: list[float] = field(default_factory=list)
    server: list[float] = field(default_factory=list)
    browser: list[float] = field(default_factory=list)
    messages: list[float] = field(default_factory=list)
    kilobytes: list[float] = field(default_factory=list)

    def line(self) -> str:
        """Cells of a table: medians, of what is waited for also the extremes."""
        middle = statistics.median
        numbers = (self.server, self.browser, self.messages, self.kilobytes)
        spread = f"{middle(self.painted):.0f} ({min(self.painted):.0f}-{max(self.painted):.0f})"
        return " | ".join([spread, *(f"{middle(series):.0f}" for series in numbers)])


class Stopwatch:
    """Measures clicks on one page of a browser."""

    def __init__(self, page: Any, process: int) -> None:
        self.page, self.stat = page, Path(f"/proc/{process}/stat")
        self.frames: list[int] = []
        page.on("websocket", lambda socket: socket.on("framereceived", self._count))
        self.session = page.context.new_cdp_session(page)
        self.session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def _processors(self) -> tuple[float, float]:
        """Milliseconds of the web process and of the thread that draws, so far."""
        ticks = map(int, self.stat.read_text().rsplit(")", 1)[1].split()[11:13])
        metrics = self.session.send("Performance.getMetrics")["metrics"]
        drawing = next(one["value"] for one in metrics if one["name"] == "TaskDuration")
        return 1000 * sum(ticks) / os.sysconf("SC_CLK_TCK"), 1000 * drawing

    def _count(self, data: str | bytes) -> None:
        self.frames.append(len(data))

    def settle(self) -> None:
        """Wait until nothing changes any more."""
        self.page.wait_for_function(STILL)

    def click(self, target: Any, there: Any, cost: Cost, **how: Any) -> None:
        """Press, wait for what must be `there` and until nothing changes; add what it took."""
        target.scroll_into_view_if_needed()
        self.settle()
        self.frames.clear()
        before = self._processors()
        target.click(**how)
        while not self.frames:
            self.page.wait_for_timeout(10)
        there.wait_for()
        self.settle()
        after = self._processors()
        cost.painted.append(self.page.evaluate("painted - pressed"))
        cost.server.append(after[0] - before[0])
        cost.browser.append(after[1] - before[1])
        cost.messages.append(len(self.frames))
        cost.kilobytes.append(sum(self.frames) / 1000)


def show_all(server: Server, model: str, other: str) -> None:
    """Print the tables: what moves while a page opens, and what a click takes."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(CHROMIUM_FLAGS))
        print(f"\nLayout shift of opening, worst of {VISITS} first visits\n")
        print("| page | width | colours | shift | what moved most |\n|---|---|---|---|---|")
        for line in _shifts(browser, server.url, model):
            print(line, flush=True)
        print(f"\nFrom click to painted, medians of {CLICKS}\n")
        print("| click | width | painted, ms | server CPU, ms | browser CPU, ms | messages | kB | load |")
        print("|---|---|---|---|---|---|---|---|")
        for width, height in WIDTHS:
            context = open_context(browser, viewport={"width": width, "height": height}, base_url=server.url)
            page = context.new_page()
            page.add_init_script(EYES)
            watch = Stopwatch(page, server.process.pid if server.process else 0)
            for what, cost in chain(_around(watch, model), _on_pages(watch, model, other)):
                print(f"| {what} | {width} | {cost.line()} | {os.getloadavg()[0]:.1f} |", flush=True)
            context.close()
        browser.close()


def _shifts(browser: Any, address: str, model: str) -> Iterator[str]:
    """A line for each page, width and set of colours; nothing is in the browser's cache."""
    for name in PAGES:
        for width, height in WIDTHS:
            for colours in COLOURS:
                worst: tuple[float, Sequence[Any]] = (-1, ())
                for _ in range(VISITS):
                    size = {"width": width, "height": height}
                    context = open_context(browser, viewport=size, color_scheme=colours, base_url=address)
                    page = context.new_page()
                    page.add_init_script(EYES)
                    page.goto(f"/{name}?model={model}")
                    page.locator("h1", has_text=name.capitalize()).wait_for()
                    page.wait_for_function(STILL)
                    shifts = page.evaluate("shifts")
                    worst = max(worst, (sum(value for value, _ in shifts), max(shifts, default=(0, ""))))
                    context.close()
                shift, (most, what) = worst
                moved = f"{most:.3f} {what}"[:WORDS].replace("|", " ") if most >= SEEN else ""
                yield f"| {name} | {width} | {colours} | {shift:.3f} | {moved} |"


def _around(watch: Stopwatch, model: str) -> Iterator[tuple[str, Cost]]:
    """From another page to each page by its link, in a session that has seen both."""
    page, links = watch.page, watch.page.locator(".st-key-nav")
    for name in PAGES:
        cost, before = Cost(), "history" if name != "history" else "setup"
        page.goto(f"/{name}?model={model}")
        for visit in range(CLICKS + 1):
            for target, of in ((before, Cost()), (name, cost if visit else Cost())):
                link = links.get_by_role("link", name=target.capitalize(), exact=True)
                watch.click(link, page.locator("h1", has_text=target.capitalize()), of)
        yield f"{before.capitalize()} to {name.capitalize()}", cost


def _on_pages(watch: Stopwatch, model: str, other: str) -> Iterator[tuple[str, Cost]]:
    """What is clicked on a page, two targets in turn; what the page does not have is left out."""
    page = watch.page
    picker, timeline = page.locator(".st-key-model"), page.locator(".st-key-timeline svg.marks")

    def option(turn: int) -> Any:
        picker.locator("input").click()
        return page.get_by_role("option", name=(other, model)[turn], exact=True)

    def nth(selector: str) -> Callable[[int], Any]:
        return lambda turn: page.locator(selector).nth(turn)

    ways: tuple[tuple[str, str, str, Callable[[int], Any]], ...] = (
        ("Health: another model", "health", ".st-key-model", option),
        ("Health: a period of the timeline", "health", ".st-key-timeline svg.marks", lambda _: timeline),
        ("Health: a cell of the map", "health", CELLS, lambda turn: page.locator(CELLS).nth(-turn)),
        ("Health: the timeline as a table", "health", TABLE, lambda _: page.locator(TABLE)),
        ("Suspects: the order", "suspects", ORDER, lambda turn: page.locator(ORDER).nth(1 - turn)),
        ("Retrain: a step", "retrain", STEP, nth(STEP)),
    )
    for what, name, selector, target in ways:
        page.goto(f"/{name}?model={model}")
        page.locator("h1", has_text=name.capitalize()).wait_for()
        watch.settle()
        if not page.locator(selector).count():
            continue
        cost, place = Cost(), timeline.bounding_box() if "timeline" in selector else None
        for visit in range(CLICKS + 1):
            how = {}
            if place and what.endswith("timeline"):
                how["position"] = {"x": place["width"] * (0.5 + 0.2 * (visit % 2)), "y": place["height"] / 3}
            watch.click(target(visit % 2), page.locator("h1"), cost if visit else Cost(), **how)
        yield what, cost
