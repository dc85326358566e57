"""The server is killed while an expert answers: what was confirmed is stored, the rest is sent again."""

from functools import partial

import pytest

from core.store.annotation import events
from core.store.engine import reading
from core.store.models import spec
from tests import seed
from tests.browser.labelling import answer, open_labeller, saved
from tests.browser.server import Server, open_context, until

ALL_PICTURES = (
    "count => performance.getEntries().filter(({name}) => name.includes('/items/')).length === count"
)
"""An entry is written when a picture has arrived: without the server no more of them come."""

pytestmark = [pytest.mark.browser, pytest.mark.processes]


def test_no_answer_is_lost_when_the_server_is_killed(browser, tmp_path):
    ws = seed.digits(tmp_path, 40)
    server = Server(tmp_path).start()
    context = open_context(browser)
    try:
        page = context.new_page()
        open_labeller(page, f"{server.url}/relabel?model=digits")
        until(partial(page.evaluate, ALL_PICTURES, 40), "all pictures to arrive")
        for n in range(30):
            answer(page, "9")
            if n == 15:
                server.kill()
                held = stored(ws)
        assert page.locator(".labeller").get_attribute("data-item-id") == "r30"
        assert page.locator(".labeller").get_attribute("data-pending") != "0"
        assert held.items() <= stored(ws).items()
        server.start()
        saved(page)
        assert stored(ws) == {f"r{n}": "9" for n in range(30)}
        with reading(ws.engine) as session:
            assert events.last_seq(session, spec(session, "digits").id) == 30
    finally:
        context.close()
        server.stop()
        ws.engine.dispose()


def stored(ws):
    with reading(ws.engine) as session:
        return events.corrections(session, spec(session, "digits").id)
