"""What can be pressed on a page, and what pressing it did, in words."""

import re
from dataclasses import dataclass

from playwright import sync_api

from tests.browser.server import READY

PRESSABLE = "[data-testid=stMain] :is(button, a[href]):visible"
OWN = (
    "[data-testid=stElementToolbar], [data-testid=stNumberInput], [data-testid=stSelectbox], "
    "[data-testid=stDateInput], .st-key-nav, [class*=st-key-stop_]"
)
"""Parts of fields and tables; the way around and the buttons that stop jobs have tests of their own."""
LIKE = ".past ~ .past"
"""Of a list of own answers the first alone is pressed."""
SEEN = """(all) => all.map((each) => {
  const host = each.getRootNode().host ?? each;
  const own = host.closest(OWN) || each.closest(LIKE);
  const names = [...(host.closest("[class*=st-key-]")?.classList ?? [])];
  const keys = names.filter((name) => name.startsWith("st-key-"));
  const said = each.getAttribute("aria-label") || each.innerText;
  return {own: Boolean(own), key: (keys[0] ?? "").slice(7), label: said.trim().split("\\n").pop(),
    chosen: each.getAttribute("aria-checked") === "true", disabled: each.disabled};
})""".replace("OWN", repr(OWN)).replace("LIKE", repr(LIKE))
CLOSED = "[data-testid=stMain] details:not([open]) > summary"
WRONG = "[data-testid=stException], :text('Something went wrong')"
PATIENCE = 15_000  # milliseconds until a press shows something, also on a loaded machine
LOOK = 100  # milliseconds between two looks


@dataclass(frozen=True)
class Thing:
    """A button or a link; `number` tells those apart that look the same."""

    key: str
    label: str
    number: int
    place: int
    idle: bool

    @property
    def name(self):
        """The same after a reload."""
        return self.key, self.label, self.number


def things(page):
    """All that can be pressed, but for parts of other things (`OWN`), once nothing moves any more."""
    before, now = None, _seen(page)
    while before != now:
        page.wait_for_timeout(LOOK)
        before, now = now, _seen(page)
    return now


def _seen(page):
    counts, found = {}, []
    for place, each in enumerate(page.locator(PRESSABLE).evaluate_all(SEEN)):
        name = (re.sub(r"\d+", "#", each["key"]), re.sub(r"\d+", "#", each["label"]))
        if not each["own"]:
            number = counts[name] = counts.get(name, -1) + 1
            found.append(Thing(*name, number, place, each["disabled"] or each["chosen"]))
    return found


def open_page(page, address):
    """Open it with all its cards."""
    page.goto(address)
    page.wait_for_selector(".st-key-strip")
    settle(page)
    if page.locator(".labeller").count():
        page.wait_for_selector(".labeller:not([data-state=loading])")
    for card in page.locator(CLOSED).all()[::-1]:
        card.click()
        page.wait_for_timeout(LOOK)
        settle(page)


def settle(page):
    """Wait until the script of the page has ended."""
    page.wait_for_selector(READY)


def press(page, thing, patience=PATIENCE):
    """Press it and say what came of it; starting with "FAILS" where it went wrong."""
    downloads, before = [], said(page)
    page.once("download", lambda download: downloads.append(download.suggested_filename))
    path = page.url.split("?")[0]
    _click(page, thing)
    for _ in range(patience // LOOK):
        if downloads or said(page) != before:
            break
        page.wait_for_timeout(LOOK)
    settle(page)
    if page.locator(WRONG).count():
        return f"FAILS: {page.locator(WRONG).first.inner_text()}"
    if page.url.split("?")[0] != path:
        return f"opens {page.url.split('?')[0].rsplit('/', 1)[-1]}"
    if page.get_by_role("dialog").count():
        return f"asks: {page.get_by_role('dialog').first.inner_text().splitlines()[0]}"
    if downloads:
        return f"downloads {downloads[0]}"
    return "changes the page" if said(page) != before else "nothing"


def _click(page, thing):
    """Click it; where the page moved below the pointer, find it anew."""
    try:
        page.locator(PRESSABLE).nth(thing.place).click(timeout=PATIENCE)
    except sync_api.TimeoutError:
        place = next(each.place for each in things(page) if each.name == thing.name)
        page.locator(PRESSABLE).nth(place).click()


def said(page):
    """All that the page says, its address, and what its fields hold."""
    fields = page.locator("input:visible, textarea:visible, [aria-checked], [aria-pressed]").evaluate_all(
        "(all) => all.map((each) => each.value + each.ariaChecked + each.ariaPressed)"
    )
    desk = page.locator(".labeller").evaluate_all("(all) => all.map((e) => e.outerHTML)")
    return page.url, page.locator("body").inner_text(), fields, desk
