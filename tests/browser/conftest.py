"""One server and one browser for all browser tests; both end with the last of them."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from core.services.label_errors import suspect_list
from core.services.monitoring import monitor
from core.settings import Settings
from core.store import models
from core.store.annotation import claims
from core.store.engine import writing
from core.store.types import now
from core.store.workspace import open_workspace
from tests import seed, shared_demo
from tests.browser.labelling import open_labeller
from tests.browser.server import BLOCKED, CHROMIUM_FLAGS, READY, Server, chromium, open_context, until

DEMOS = ("hotel-cancellations", "handwritten-digits")
FILL_SECONDS = 420


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Tests that share the app with the demo form a lane of their own (`tests/run.py`), but for the walk."""
    for item in items:
        if "server" in getattr(item, "fixturenames", ()) and item.path.parent == Path(__file__).parent:
            item.add_marker("walk" if item.path.stem == "test_walk" else "demo")


@pytest.fixture(scope="package")
def server(tmp_path_factory):
    """The app on a fresh home, as a new user starts it: the demo fills by itself."""
    server = Server(tmp_path_factory.mktemp("home"))
    yield server.start()
    server.stop()


@pytest.fixture(scope="package")
def ws(server):
    """The same stores, read beside the running app."""
    workspace = open_workspace(Settings(home=server.home))
    yield workspace
    workspace.engine.dispose()


@pytest.fixture(scope="package")
def demo(ws):
    """Filled by the worker; a copy of it as it then is goes to the tests of the next process."""
    wait_for_demo(ws)
    shared_demo.leave(ws)
    return DEMOS


def wait_for_demo(ws):
    """Until both demo models have health and suspects."""
    from core.services.onboarding.connect_model import list_models

    def filled():
        known = {spec.name for spec in list_models(ws)}
        return set(DEMOS) <= known and all(
            monitor.health(ws, n) and suspect_list.latest(ws, n) for n in DEMOS
        )

    until(filled, "the demo to be filled by the worker", FILL_SECONDS)


@pytest.fixture(scope="package")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def nothing_is_blocked():
    """Pages load and run nothing that our own policy forbids."""
    BLOCKED.clear()
    yield
    assert BLOCKED == []


@pytest.fixture
def page(browser, server, tmp_path):
    """A fresh browser context at 1440 pixels; what it shows at a failure is kept as a picture."""
    context = open_context(browser, viewport={"width": 1440, "height": 1000}, base_url=server.url)
    page = context.new_page()
    yield page
    keep = os.environ.get("CARETAKER_KEEP_PICTURES")
    page.screenshot(path=Path(keep or tmp_path) / f"{os.getpid()}-end.png", full_page=True)
    context.close()


@pytest.fixture
def visit(page):
    """Open a page of the app and wait until its script has ended."""

    def go(path):
        page.goto(path)
        page.wait_for_selector(READY)
        return page

    return go


@pytest.fixture(scope="module")
def app(home):
    """The app on the home of the module."""
    server = Server(home).start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def store(home):
    """Its stores, read beside it."""
    workspace = seed.open_home(home)
    yield workspace
    workspace.engine.dispose()


@pytest.fixture
def desk(app, store, browser):
    """Opens the labeller of a model in a browser of its own; the next test finds every item free.

    A browser that is closed from outside need not send the last act of its pages.
    """
    contexts = []

    def open_one(model, state="asking", **how):
        contexts.append(open_context(browser, **how))
        page = contexts[-1].new_page()
        open_labeller(page, f"{app.url}/relabel?model={model}", state)
        return page

    yield open_one
    for context in contexts:
        context.close()
    with writing(store.engine) as session:
        for spec in models.specs(session):
            claims.expire(session, spec.id, now() + timedelta(days=1))
