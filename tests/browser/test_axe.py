"""Every page, light and dark, wide and narrow, is free of serious accessibility faults."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from pages._shared.navigation import PAGES
from tests.browser.server import READY, open_context

pytestmark = pytest.mark.browser

GRAVE = {"serious", "critical"}
SIZES = {1440: 900, 390: 844}
NAMES = [name for _, name, _, _ in PAGES]


@pytest.fixture(scope="module")
def desks(browser, server, demo):
    """One context a mode, so that the scripts of the app are loaded once."""
    contexts = {
        mode: open_context(browser, base_url=server.url, color_scheme=mode) for mode in ("light", "dark")
    }
    yield {mode: context.new_page() for mode, context in contexts.items()}
    for context in contexts.values():
        context.close()


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_page_has_no_serious_fault(desks, demo, name, mode):
    """A fault of this kind shuts somebody out: contrast, names of controls, order of headings."""
    page = desks[mode]
    page.set_viewport_size({"width": 1440, "height": SIZES[1440]})
    page.goto(f"/{name}?model={demo[1]}")
    page.wait_for_selector(READY)
    page.wait_for_selector(".st-key-strip")
    for width, height in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        found = Axe().run(page)
        assert grave(found.response["violations"]) == [], f"{width} wide"
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def grave(violations):
    """What stands in somebody's way, with the place in the page."""
    return [
        (each["id"], [node["html"][:160] for node in each["nodes"][:3]])
        for each in violations
        if each["impact"] in GRAVE
    ]
