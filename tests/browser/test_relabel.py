"""An expert at work in a real browser: every key counts once, nothing is lost, nothing is given away."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from core.store.annotation import current, events
from core.store.engine import reading
from core.store.models import spec
from core.store.tables import LabelEvent
from tests import seed
from tests.browser.labelling import answer, labels, part, saved

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """One home with a model for each test."""
    home = tmp_path_factory.mktemp("labels")
    for name in ("fast", "offline", "reload", "pair", "phone", "writing", "renew", "busy"):
        seed.digits(home, 40, name=name).engine.dispose()
    seed.digits(home, 3, name="blind", blind=True).engine.dispose()
    seed.digits(home, 4, name="short").engine.dispose()
    seed.digits(home, 0, name="nothing").engine.dispose()
    seed.records(home, 10).engine.dispose()
    seed.texts(home, 10, [*(f"class {n}" for n in range(77)), "Zürich"]).engine.dispose()
    return home


def test_keys_faster_than_the_server_all_count_once(desk, store):
    page = desk("fast")
    page.wait_for_load_state("networkidle")
    for n in range(20):
        page.keyboard.press("a" if n % 2 else "k")
        page.wait_for_timeout(30)
    saved(page)
    given_or_suggested = {f"r{n}": str((n + n % 2) % 10) for n in range(20)}
    assert labels(store, "fast") == given_or_suggested
    assert part(page, "progress").inner_text().startswith("20/40")


def test_answers_given_without_a_network_are_kept_and_sent_later(desk, store):
    page = desk("offline")
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    answer(page, *"99999")
    page.wait_for_selector(".labeller[data-saved=offline]")
    assert "Working offline, 5 answers kept safe" in part(page, "progress").inner_text()
    page.context.set_offline(False)
    saved(page)
    assert labels(store, "offline") == dict.fromkeys(("r0", "r1", "r2", "r3", "r4"), "9")


def test_a_permission_that_ended_is_renewed_without_losing_the_place(desk, store):
    page = desk("renew")
    refusals = iter([True, True])

    def refuse(route):
        if next(refusals, False):
            route.fulfill(status=401, json={"message": "too long", "hint": "reload"})
        else:
            route.continue_()

    page.route("**/api/v1/answers", refuse)
    answer(page, *"999")
    page.wait_for_selector(".labeller[data-saved=expired]")
    saved(page)
    assert page.locator(".labeller").get_attribute("data-item-id") == "r3"
    assert labels(store, "renew") == dict.fromkeys(("r0", "r1", "r2"), "9")


def test_a_busy_server_is_asked_again_and_called_no_error(desk, store):
    page = desk("busy")
    refusals = iter([True, True])

    def refuse(route):
        if next(refusals, False):
            said = {"message": "The database is busy.", "hint": "Try again."}
            route.fulfill(status=503, json=said, headers={"Retry-After": "1"})
        else:
            route.continue_()

    page.route("**/api/v1/answers", refuse)
    answer(page, "9")
    part(page, "progress").get_by_text("Saving… 1 answer kept safe").wait_for()
    assert page.locator(".labeller").get_attribute("data-saved") == "pending"
    assert page.locator(".trouble").count() == 0
    answer(page, "9")
    saved(page)
    assert labels(store, "busy") == dict.fromkeys(("r0", "r1"), "9")


def test_undo_works_after_a_reload(desk, store):
    page = desk("reload")
    answer(page, *"77")
    saved(page)
    page.reload()
    page.wait_for_selector(".labeller[data-state=asking]")
    assert part(page, "last").inner_text() == "You: 7 - before: 1 - model: 2"
    page.keyboard.press("u")
    assert page.locator(".labeller").get_attribute("data-item-id") == "r1"
    answer(page, "3")
    saved(page)
    assert labels(store, "reload") == {"r0": "7", "r1": "3"}


def test_two_browsers_never_show_the_same_item(desk):
    one, other = desk("pair"), desk("pair", state="done")
    assert one.locator(".labeller").get_attribute("data-item-id") == "r0"
    assert "All done" not in part(other, "summary").inner_text()


def test_a_blind_item_shows_neither_label_before_it_is_answered(desk, store):
    page = desk("blind")
    assert part(page, "question").inner_text() == "Which class?"
    assert page.locator("[data-command=agree], [data-command=keep], .reasons").count() == 0
    for key in "ak":
        page.keyboard.press(key)
        assert page.locator(".labeller").get_attribute("data-item-id") == "r0"
        assert part(page, "last").inner_text() == "This one is asked blind: choose a class."
    page.keyboard.press("5")
    assert part(page, "last").inner_text() == "You: 5 - before: 0 - model: 1"
    saved(page)
    with reading(store.engine) as session:
        answered = [row for _, row in events.recent(session, spec(session, "blind").id, None, 5)]
        assert session.get_one(LabelEvent, answered[0].uid).shown == "none"


def test_the_end_says_how_it_came_out_and_leads_on(desk, store):
    page = desk("short")
    answer(page, *"akds")
    page.wait_for_selector(".labeller[data-state=done]")
    saved(page)
    summary = part(page, "summary")
    summary.get_by_text("changed 1, kept 1, unsure 1, skipped 1").wait_for()
    assert part(page, "retrain").get_attribute("href") == "/retrain?model=short"
    page.locator("[data-command=again]").click()
    page.wait_for_selector(".labeller[data-state=asking]")
    with reading(store.engine) as session:
        states = {c.state for c in current.read(session, spec(session, "short").id).values()}
    assert states == {"settled", "unsure"}


def test_an_empty_queue_says_what_will_be_here(desk):
    page = desk("nothing", state="empty")
    assert page.get_by_role("heading", name="Nothing to relabel yet").is_visible()
    assert page.get_by_role("link", name="Look at the suspects").is_visible()


def test_a_record_shows_what_is_unusual(desk):
    page = desk("bookings")
    for _ in range(9):
        page.keyboard.press("a")
    assert page.locator("tr.unusual").inner_text().split("\t") == [
        "stay nights",
        "60 ◆ unusual (mostly 1 to 7)",
    ]


def test_many_classes_are_found_by_typing_and_markup_stays_text(desk, store):
    page = desk("intents", viewport={"width": 390, "height": 844})
    page.keyboard.press("/")
    page.keyboard.type("zur")
    page.keyboard.press("Enter")
    page.keyboard.press("/")
    assert page.get_by_role("option").first.inner_text() == "Zürich"
    page.keyboard.type("class 7")
    page.keyboard.press("ArrowDown")
    chosen = page.get_by_role("option", selected=True)
    assert (chosen.inner_text(), page.evaluate("document.documentElement.scrollWidth")) == ("class 70", 390)
    found = Axe().run(page, context=".st-key-labeller")
    assert [(each["id"], each["nodes"][0]["html"]) for each in found.response["violations"]] == []
    page.keyboard.press("Enter")
    saved(page)
    assert labels(store, "intents") == {"r0": "Zürich", "r1": "class 70"}
    assert "<img src=x" in page.locator(".text").inner_text()
    assert page.title() != "owned"


def test_writing_a_note_answers_nothing(desk, store):
    page = desk("writing")
    page.keyboard.press("n")
    page.keyboard.type("a9 sad duck")
    page.wait_for_timeout(100)
    assert page.locator("textarea").input_value() == "a9 sad duck"
    page.keyboard.press("Enter")
    for key in ("Control+a", "c", "r"):
        page.keyboard.press(key)
    page.keyboard.down("4")
    page.keyboard.down("4")
    page.keyboard.up("4")
    saved(page)
    with reading(store.engine) as session:
        done = [e for _, e in events.recent(session, spec(session, "writing").id, None, 9)]
    assert [(event.action, event.label, event.note) for event in reversed(done)] == [
        ("note", None, "a9 sad duck"),
        ("label", "4", None),
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_and_is_accessible(desk, scheme):
    page = desk("phone", viewport={"width": 390, "height": 844}, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    sizes = [button.bounding_box() for button in page.locator(".labeller button").all()]
    assert all(size["height"] >= 44 and size["width"] >= 44 for size in sizes)
    page.keyboard.press("?")
    found = Axe().run(page, context=".st-key-labeller")
    assert [(each["id"], each["nodes"][0]["html"]) for each in found.response["violations"]] == []
