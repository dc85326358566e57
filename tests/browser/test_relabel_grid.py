"""Many items at once: what is kept counts once each, what is marked is asked by itself, nothing is lost."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from core.store.annotation import events
from core.store.engine import reading
from core.store.models import spec
from core.store.tables import LabelEvent
from tests import seed
from tests.browser.labelling import labels, part, saved

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
FIRST, SECOND = [f"r{n}" for n in range(8)], [f"r{n}" for n in range(8, 12)]
LOOK_MS = 320
"""A little longer than a grid must be looked at before Enter counts."""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """One home with a model for each test."""
    home = tmp_path_factory.mktemp("grids")
    seed.digits(home, 12, name="pictures", alike=8).engine.dispose()
    seed.texts(home, 9, ["plain", "other"], alike=9).engine.dispose()
    return home


def grid(page, rows):
    """Wait until these rows are asked about together, in this order, and could have been looked at."""
    page.wait_for_selector(f'.labeller[data-state=grid][data-item-id="{" ".join(rows)}"]')
    page.wait_for_timeout(LOOK_MS)


def holds_on_a_phone(page):
    """From question to button all is in sight, large enough to touch, and free of faults that axe knows."""
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    boxes = [box.bounding_box() for box in page.locator(".labeller button, [role=option]").all()]
    assert all(min(box["height"], box["width"]) >= 44 for box in boxes)
    assert max(box["y"] + box["height"] for box in boxes) <= PHONE["height"]
    found = Axe().run(page, context=".st-key-labeller")
    assert [(each["id"], each["nodes"][0]["html"]) for each in found.response["violations"]] == []


def test_without_a_server_the_rest_is_kept_taken_back_and_kept_again(desk, store):
    page = desk("pictures", viewport=PHONE)
    page.keyboard.press("g")
    grid(page, FIRST)
    page.context.set_offline(True)
    for key in ("ArrowRight", "x", "End", "x"):
        page.keyboard.press(key)
    holds_on_a_phone(page)
    page.keyboard.press("Enter")
    assert page.locator(".labeller").get_attribute("data-item-id") == "r1"
    assert part(page, "last").inner_text() == "You: 1 for 6 items of a grid, 2 marked"
    page.keyboard.press("u")
    grid(page, FIRST)
    assert page.locator("[role=option][aria-selected=true]").count() == 2
    for key in ("Enter", "4", "k"):
        page.keyboard.press(key)
    grid(page, SECOND)
    page.keyboard.press("Enter")
    page.context.set_offline(False)
    saved(page)
    kept = dict.fromkeys(FIRST, "1") | {"r1": "4", "r7": "0"} | dict.fromkeys(SECOND, "2")
    assert labels(store, "pictures") == kept
    with reading(store.engine) as session:
        newest = [event for _, event in events.recent(session, spec(session, "pictures").id, None, 99)]
        last = session.get_one(LabelEvent, newest[0].uid)
    assert len(newest) == 6 + 6 + 6 + 2 + 4
    assert (last.mode, last.shown, last.action) == ("grid", "model", "label")


def test_texts_are_cut_on_their_tiles_and_the_one_in_question_is_whole_below_them(desk):
    page = desk("intents", viewport=PHONE, color_scheme="dark")
    page.locator(".tools [data-command=grid]").click()
    page.wait_for_selector(".labeller[data-state=grid]")
    page.locator("[role=option]").nth(1).click()
    assert page.locator(".whole").inner_text().startswith("text 1 <img")
    assert page.title() != "owned"
    holds_on_a_phone(page)
