"""Items that somebody else has are no end: who has them is said, and they can be taken over without loss."""

import re

import pytest

from core.services.annotation import annotate
from core.store.annotation import claims, events
from core.store.engine import reading
from core.store.models import spec
from core.store.types import now
from tests import seed
from tests.browser.labelling import answer, labels, part, saved

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """One home with a model for each test."""
    home = tmp_path_factory.mktemp("together")
    for name in ("crashed", "shared", "hasty", "double"):
        seed.digits(home, 4, name=name).engine.dispose()
    return home


def test_items_in_another_tab_are_no_end_and_can_be_taken_over(desk, store):
    crashed = desk("crashed")
    answer(crashed, "9")
    saved(crashed)
    page = desk("crashed", state="done")
    assert part(page, "summary").inner_text() == "1 of 4 done, 3 are open elsewhere"
    said = part(page, "elsewhere").inner_text()
    assert re.match(r"3 questions are open in another tab since \d\d:\d\d\s+T\s+Take them over$", said)
    page.keyboard.press("t")
    page.wait_for_selector(".labeller[data-state=asking]")
    crashed.keyboard.press("7")
    part(crashed, "last").get_by_text(
        "2 items of this tab went to another tab of yours, also this one"
    ).wait_for()
    answer(page, *"888")
    page.wait_for_selector(".labeller[data-state=done]")
    assert part(page, "summary").inner_text() == "All done: changed 4, kept 0, unsure 0"
    assert labels(store, "crashed") == {"r0": "9", "r1": "8", "r2": "8", "r3": "8"}
    with reading(store.engine) as session:
        assert events.last_seq(session, spec(session, "crashed").id) == 5


def test_the_tab_whose_items_were_taken_over_says_so_and_its_late_answer_counts(desk, store):
    page = desk("shared")
    page.wait_for_load_state("networkidle")
    with reading(store.engine) as session:
        model_id = spec(session, "shared").id
    bob = annotate.open_desk(store, "shared", "bob", "his")
    assert len(annotate.lease(store, bob, [], 40, take_over="local")) == 4
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    gone = part(page, "last").get_by_text(
        "4 items of this tab went to bob, also this one: your answer to it still counts."
    )
    gone.wait_for()
    page.keyboard.press("9")
    page.wait_for_selector(".labeller[data-state=done]")
    assert part(page, "summary").inner_text() == "1 of 4 done, 3 are open elsewhere"
    assert re.match(
        r"3 questions are open with bob since (\d+ \w+, )?\d\d:\d\d, until (\d+ \w+, )?\d\d:\d\d",
        part(page, "elsewhere").inner_text(),
    )
    assert labels(store, "shared") == {"r0": "9"}
    annotate.leave(store, bob)
    with reading(store.engine) as session:
        assert claims.other_leases(session, model_id, "local", "another", now()) == []


def test_a_duplicated_tab_takes_nothing_from_the_first(desk):
    """It copies what the first remembers for a reload: both had one name and gave each other's items back."""
    page = desk("double")
    page.wait_for_load_state("networkidle")
    with page.expect_popup() as opening:
        page.evaluate("window.open(location.href)")
    double = opening.value
    double.wait_for_selector(".labeller[data-state=done]")
    assert part(double, "elsewhere").inner_text().startswith("4 questions are open in another tab since ")
    page.reload()
    page.wait_for_selector(".labeller[data-state=asking]")


def test_without_a_network_an_empty_hand_is_not_called_all_done(desk, store):
    page = desk("hasty")
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    answer(page, *"9999")
    page.wait_for_selector(".labeller[data-state=offline]")
    assert part(page, "summary").count() == 0
    page.context.set_offline(False)
    page.wait_for_selector(".labeller[data-state=done]")
    assert part(page, "summary").inner_text() == "All done: changed 4, kept 0, unsure 0"
