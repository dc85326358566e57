"""Every button and link of every page; what two demo models share is pressed with the first that shows it."""

import pandas as pd
import pytest
from playwright.sync_api import expect

from core.jobs import client
from core.services.onboarding.draft import record
from core.settings import Settings
from core.store.workspace import open_workspace
from pages._retrain.steps import STEPS
from pages._shared.job_panel import ASIDE
from pages._shared.navigation import OVERVIEW, PAGES
from tests import shared_demo
from tests.browser import clicking
from tests.browser.conftest import DEMOS, wait_for_demo
from tests.browser.server import READY, ROOT, Server

pytestmark = pytest.mark.browser

NAMES = [name for _, name, _, _ in PAGES]
EVERYWHERE = ("step", "try_")
LATER = {f"retrain {step}" for step in list(STEPS)[1:]}
"""What stands below each step of the wizard is walked with the first."""
BY_ITEM = {"suspects", "relabel"}
"""Pages that show the item itself: what pictures and records share elsewhere is pressed with one model."""
QUIET = {"upload", "d#_upload"}
"""Buttons that show nothing on the page: they open the window of the browser that chooses a file."""
GLANCE = 1_000  # milliseconds: what shows nothing is not waited for as long as the others
FEW = 1_000  # rows of the draft: its file is read anew for nearly every button of it
DRAFT = {
    "source": "bookings",
    "way": "log",
    "name": "walk",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The app on a copy of the demo as others found it; where none is made it fills its own."""
    server = Server(tmp_path_factory.mktemp("home"))
    shared_demo.take(server.home)
    yield server.start()
    server.stop()


@pytest.fixture(scope="module")
def ws(server):
    """The same stores, read beside the running app."""
    workspace = open_workspace(Settings(home=server.home))
    yield workspace
    workspace.engine.dispose()


@pytest.fixture(scope="module")
def demo(ws):
    """Both models, filled."""
    wait_for_demo(ws)
    return DEMOS


@pytest.fixture(scope="module")
def table():
    """Page, button -> what it did with each model; printed at the end (`pytest -s`)."""
    found = {}
    yield found
    print("\n| page | button or link |", *(f"{model} |" for model in DEMOS))
    print("|---|---|---|---|")
    for (page, key, label), did in found.items():
        print(f"| {page} | {label} `{key}` |", *(f"{did.get(model, '-')} |" for model in DEMOS))


def addresses(model):
    """Every page, the steps of the wizard, and a model that is being connected."""
    for name in NAMES:
        for step in STEPS if name == "retrain" else [""]:
            more = {"retrain": f"&step={step}", "suspects": "&state=sent"}.get(name, "")
            yield f"{name} {step}".strip(), f"/{name}?model={model}{more}"
    if model != DEMOS[0]:  # it is about neither model: once is enough
        yield "setup, a new model", f"/setup?model={model}&draft="


def opened(page, ws, address):
    """Open it; a draft that is gone begins again."""
    if address.endswith("draft="):
        drafts = [view.id for view in record.list_drafts(ws) if view.person == "walk"]
        if not drafts:
            drafts = [record.start(ws, "walk").id]
            file = ws.settings.home / "few_bookings.parquet"
            pd.read_parquet(ROOT / "data/demo/demo_hotel_bookings.parquet").head(FEW).to_parquet(file)
            record.save(ws, drafts[0], address=str(file), **DRAFT)
        address += str(drafts[0])
    clicking.open_page(page, address)
    expect(page.get_by_text("Reading the rows")).to_have_count(0)


@pytest.mark.parametrize("model", DEMOS)
def test_every_button_does_something(page, demo, ws, model, table):
    """A button that ends in an error, or does nothing, is a promise broken."""
    for title, address in addresses(model):
        done, fresh = set(), True
        opened(page, ws, address)
        if title not in BY_ITEM:
            done |= {(key, label, 0) for (on, key, label), did in table.items() if on == title and shown(did)}
        while left := remaining(page, title, done) or (not fresh and again(page, ws, address, title, done)):
            thing, at = left[0], page.url
            done.add(thing.name)
            patience = GLANCE if thing.key in QUIET else clicking.PATIENCE
            did = "not now" if thing.idle else clicking.press(page, thing, patience)
            if did.startswith("opens") and title != OVERVIEW:
                expect(page.locator(".st-key-model input")).to_have_value(model)
            table.setdefault((title, thing.key, thing.label), {})[model] = did
            calm(page, ws)
            fresh = page.url != at or did.startswith(("asks", "FAILS"))
            if fresh:
                opened(page, ws, address)
    assert {each: did for each, did in table.items() if did.get(model, "").startswith("FAILS")} == {}
    effects = {}
    for (_, key, label), did in table.items():
        effects.setdefault((key, label), set()).add(did.get(model, "not there"))
    assert [each for each, did in effects.items() if did == {"nothing"} and each[0] not in QUIET] == []


def shown(did):
    """Whether a press did something with any model."""
    return any(each not in {"not now", "nothing"} for each in did.values())


def remaining(page, title, done):
    """What was not pressed yet."""
    left = [each for each in clicking.things(page) if each.name not in done]
    return [each for each in left if not (title in LATER and each.key.startswith(EVERYWHERE))]


def again(page, ws, address, title, done):
    """What was not pressed yet because a press had put it away."""
    opened(page, ws, address)
    return remaining(page, title, done)


def calm(page, ws):
    """End the work that a button began; what it showed goes."""
    for job in client.live_jobs(ws.settings):
        if job.kind not in ASIDE:
            client.cancel(ws.settings, job.id)
    expect(page.locator("[class*=st-key-job_]")).to_have_count(0)
    clicking.settle(page)


def test_a_search_is_started_once_and_can_be_stopped(page, demo, ws):
    clicking.open_page(page, f"/suspects?model={demo[1]}")
    button = page.locator(".st-key-start_scan button:visible")
    button.click()
    expect(button).to_be_disabled()
    page.locator("[class*=st-key-stop_] button:visible").click()
    expect(button).to_be_enabled()


def test_the_way_around_leads_to_every_page_of_the_model(page, demo):
    """At 200 % of a usual screen, 720 pixels, no page may be out of sight; the model stays chosen."""
    page.goto(f"/?model={demo[1]}")
    page.wait_for_selector(READY)
    links = page.locator(".st-key-nav").get_by_role("link")
    expect(links).to_have_count(len(NAMES))  # a script that has not begun is not running either
    for width in (1440, 720, 390):
        page.set_viewport_size({"width": width, "height": 900})
        boxes = [link.bounding_box() for link in links.all()]
        assert len(boxes) == len(NAMES)
        assert all(box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes), width
    for name in NAMES[::-1]:
        links.and_(page.get_by_role("link", name=name.capitalize(), exact=True)).click()
        expect(page.locator("h1")).to_have_text(name.capitalize())
        if name != OVERVIEW:
            expect(page.locator(".st-key-model input")).to_have_value(demo[1])
    page.locator(".st-key-overview").get_by_role("link", name=demo[0]).click()
    expect(page.locator("h1")).to_have_text("Health")
    expect(page.locator(".st-key-model input")).to_have_value(demo[0])


def test_the_way_back_ends_where_it_began(page, demo):
    """The root must not lead on by itself: the way back of a browser would end in it."""
    page.goto(f"/?model={demo[1]}")
    expect(page.locator("h1")).to_have_text("Health")
    expect(page.locator(".st-key-model input")).to_have_value(demo[1])
    page.locator(".st-key-nav").get_by_role("link", name="Suspects").click()
    page.wait_for_url("**/suspects?model=*")  # back before that has no model
    page.go_back()
    expect(page.locator("h1")).to_have_text("Health")
    expect(page.locator(".st-key-model input")).to_have_value(demo[1])
