"""The first request of a fresh server, to any path, is answered by the shell (tests/test_app: retrain)."""

import pytest
from playwright.sync_api import expect

from pages._shared.navigation import OVERVIEW, PAGES
from tests.browser.server import READY, Server, open_context

pytestmark = [pytest.mark.browser, pytest.mark.processes]

NAMES = {name.capitalize() for _, name, _, _ in PAGES if name != OVERVIEW}
"""Those of a home without many models."""


@pytest.mark.parametrize(("path", "title"), [("setup", "Setup"), ("_champion", "Health")])
def test_a_fresh_server_shows_the_shell(path, title, browser, tmp_path):
    """Streamlit would run the file of that name, without guard and shell, until the shell ran once."""
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "welcomed").touch()
    server, context = Server(tmp_path), open_context(browser)
    try:
        page = context.new_page()
        page.goto(f"{server.start().url}/{path}")
        page.wait_for_selector(READY)
        expect(page.locator("h1")).to_have_text(title)
        expect(page.locator(".st-key-nav a")).to_have_count(len(NAMES))
        assert set(page.locator(".st-key-nav a").all_inner_texts()) == NAMES
        assert page.locator("[data-testid=stSidebarNav]").count() == 0
    finally:
        context.close()
        server.stop()
