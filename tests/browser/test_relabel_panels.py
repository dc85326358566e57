"""Keys, note and zoom: what is opened is in sight, and closing it gives the place back."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests import seed
from tests.browser.labelling import answer, labels, part, saved

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """One home with a model for each test."""
    home = tmp_path_factory.mktemp("panels")
    for name in ("zoom", "panels", "draft", "unseen", "mine"):
        seed.digits(home, 4, name=name).engine.dispose()
    seed.digits(home, 4, name="blind", blind=True).engine.dispose()
    return home


PLACE = """stage => {
  const [a, b] = [stage, stage.firstChild].map((node) => node.getBoundingClientRect());
  return [b.x - a.x, b.y - a.y, b.width, b.height];
}"""
"""Of the picture in its stage, and its size."""


def test_a_picture_is_enlarged_at_the_pointer_moved_and_whole_again_with_the_next_one(desk):
    page = desk("zoom", viewport={"width": 1440, "height": 900})
    stage = page.locator(".stage")
    box = stage.bounding_box()
    pressed = page.locator("[data-command=zoom]")
    whole = min(stage.evaluate(PLACE)[2:])
    middle = [box["width"] / 2, box["height"] / 2]
    page.keyboard.press("z")
    assert stage.evaluate(PLACE) == pytest.approx([*(m - whole for m in middle), 2 * whole, 2 * whole], abs=1)
    page.keyboard.press("z")
    assert pressed.get_attribute("aria-pressed") == "false"
    away = (whole / 4, -whole / 4)
    x, y = (m + a for m, a in zip(middle, away, strict=True))
    page.mouse.move(box["x"] + x, box["y"] + y)
    page.mouse.wheel(0, -400)
    page.locator(".stage.zoomed").wait_for()
    size = whole * 1.25**4
    assert stage.evaluate(PLACE) == pytest.approx([x - 0.75 * size, y - 0.25 * size, size, size], abs=2)
    page.mouse.down()
    page.mouse.move(box["x"] + x + 60, box["y"] + y - 30, steps=3)
    page.mouse.up()
    assert stage.evaluate(PLACE) == pytest.approx(
        [x + 60 - 0.75 * size, y - 30 - 0.25 * size, size, size], abs=2
    )
    page.keyboard.press("-")
    assert stage.evaluate(PLACE)[2] == pytest.approx(size / 1.25, abs=1)
    page.keyboard.press("s")
    page.wait_for_selector(".labeller[data-item-id=r1]")
    assert (pressed.get_attribute("aria-pressed"), page.locator(".stage.zoomed").count()) == ("false", 0)


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
@pytest.mark.parametrize(("command", "key"), [("help", "?"), ("note", "n")])
def test_a_panel_opens_in_sight_holds_the_focus_and_gives_it_back(desk, width, height, command, key):
    page = desk("panels", viewport={"width": width, "height": height})
    opener, dialog = page.locator(f".tools [data-command={command}]"), page.locator("dialog")
    opener.click()
    box = dialog.bounding_box()
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= width
    assert box["y"] + box["height"] <= height
    assert dialog.evaluate("dialog => dialog.contains(dialog.getRootNode().activeElement)")
    page.keyboard.press("Escape")
    assert dialog.count() == 0
    assert opener.evaluate("button => button === button.getRootNode().activeElement")
    page.keyboard.press(key)
    dialog.get_by_role("button", name="Close").press("a")
    assert page.locator(".labeller").get_attribute("data-item-id") == "r0"
    dialog.get_by_role("button", name="Close").click()
    assert dialog.count() == 0


def test_a_note_that_was_closed_by_mistake_is_still_there_until_the_next_item(desk):
    page = desk("draft")
    page.keyboard.press("n")
    page.keyboard.type("half a sentence")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    assert page.locator("textarea").input_value() == "half a sentence"
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    page.keyboard.press("n")
    assert page.locator("textarea").input_value() == ""


def test_a_key_that_a_blind_item_does_not_have_is_not_listed(desk):
    page = desk("blind")
    page.keyboard.press("?")
    listed = page.locator("dialog").inner_text()
    assert "skip" in listed
    assert "agree" not in listed


def test_an_answer_before_the_picture_is_here_is_told_why_it_does_not_count(desk):
    page = desk("unseen")
    page.route("**/api/v1/items/**", lambda _route: None)
    page.reload()
    page.wait_for_selector(".labeller[data-state=loading][data-item-id=r0]")
    page.keyboard.press("5")
    assert (
        page.locator("[data-part=last]").inner_text() == "The picture is not here yet: until then S skips it."
    )


def test_history_examples_and_own_answers_stand_beside_the_item_and_one_can_be_changed(desk, store):
    page = desk("mine", viewport={"width": 390, "height": 844})
    answer(page, *"45")
    saved(page)
    for key in "ehm":
        page.keyboard.press(key)
    page.locator(".example img").first.wait_for()
    assert page.locator(".example h3").all_inner_texts() == ["4", "5"]
    assert page.get_by_text("Nobody has answered it yet.").is_visible()
    page.get_by_label("Search my answers").fill("4")
    page.locator(".past").nth(1).wait_for(state="detached")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    found = Axe().run(page, context=".st-key-labeller")
    assert [(each["id"], each["nodes"][0]["html"]) for each in found.response["violations"]] == []
    page.get_by_role("button", name="Change").click()
    assert page.locator(".labeller").get_attribute("data-item-id") == "r0"
    page.keyboard.press("h")
    page.locator("[data-drawer=history] li").get_by_text("You: 4").wait_for()
    answer(page, "9")
    saved(page)
    assert part(page, "progress").inner_text().startswith("2/4")
    assert (page.locator(".labeller").get_attribute("data-item-id"), labels(store, "mine")) == (
        "r2",
        {"r0": "9", "r1": "5"},
    )
