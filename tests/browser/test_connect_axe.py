"""Every card of a draft, open, light and dark, wide and narrow, is free of serious accessibility faults."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from core.services.onboarding.draft import record as drafts
from tests.browser import connecting
from tests.browser.server import READY, open_context
from tests.browser.test_axe import grave
from tests.browser.test_connect import orders, server, ws  # noqa: F401 -- fixtures

pytestmark = pytest.mark.browser

NARROW, WIDE = 390, 1440


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_open_cards_shut_nobody_out(browser, server, ws, tmp_path, mode):  # noqa: F811 -- fixtures
    path = tmp_path / f"{mode}.csv"
    orders().to_csv(path, index=False)
    context = open_context(browser, base_url=server.url, color_scheme=mode)
    page = context.new_page()
    number = connecting.begin(page)
    connecting.upload(page, path)
    connecting.state(page, "data", "ready")
    passes(page, "data")
    connecting.onward(page, "data")
    connecting.train(page, number, "0.5")
    passes(page, "model, trained")
    connecting.choose(page, number, "Only watch a log of predictions")
    for card in ("model", "labels", "checks", "people"):
        connecting.state(page, card, "ready")
        passes(page, card)
        if card == "checks":
            assert picked(page, ws, number) != drafts.load(ws, number).look["plan"]["chunks"][0]["key"]
        if card != "people":
            connecting.onward(page, card)
            expect(page.locator(f".st-key-next_{card}")).to_have_count(0)
    page.locator(".st-key-discard_draft button").click()
    expect(page.get_by_text("was discarded")).to_be_visible()
    context.close()


def passes(page, card):
    """No serious fault and nothing beside the screen, in both sizes."""
    for width in (NARROW, WIDE):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_selector(READY)
        assert grave(Axe().run(page).response["violations"]) == [], f"{card}, {width} wide"
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def picked(page, ws, number):  # noqa: F811 -- a fixture
    """Click the last bar of the chart: the boxes and the draft say so; the first chunk of the period."""
    bars = page.locator(f".st-key-d{number}_periods svg path[aria-roledescription=bar]")
    expect(bars.first).to_be_visible()
    bars.last.click()
    last = drafts.load(ws, number).look["plan"]["chunks"][-1]
    for end in ("first", "last"):
        box = page.locator(f"[class*=st-key-d{number}_period_][class*=_{end}] input")
        expect(box).to_have_value(last["label"])
    connecting.state(page, "checks", "ready")
    passes(page, "checks, picked")
    return drafts.load(ws, number).entries.reference[0]
